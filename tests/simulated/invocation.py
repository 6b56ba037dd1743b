"""Lambda's context, by the simulation's clock."""

import itertools
from datetime import timedelta

from tests.conftest import FakeContext
from tests.simulated.clock import Clock
from tests.template import STACK, Template

NUMBERS = itertools.count(1)


class Invocation(FakeContext):
    """One invocation of a function, which has the time that template.yaml gives it."""

    def __init__(self, template: Template, function: str, clock: Clock, request_id: str | None) -> None:
        super().__init__(
            function_name=f"{STACK}-{function}",
            aws_request_id=request_id or f"00000000-0000-4000-8000-{next(NUMBERS):012d}",
        )
        common = template.document["Globals"]["Function"]["Timeout"]
        seconds = int(template.document["Resources"][function]["Properties"].get("Timeout", common))
        self._clock = clock
        self._ends_at = clock.stamp + timedelta(seconds=seconds)

    @property
    def is_over(self) -> bool:
        return self._clock.stamp >= self._ends_at

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._ends_at - self._clock.now()) / timedelta(milliseconds=1)))
