"""Walks the state machines of the stack on the simulated AWS, several executions side by side.

    walker = Walker(simulation)
    machine = walker.add("ExportLogs")                      # as template.yaml deploys it
    first = walker.start(machine, "2026-12", {})            # or a product's call starts it
    walker.walk_all()                                       # and whatever that starts

    assert first.execution.status == "SUCCEEDED"
    assert first.record.events < 25_000

Each execution has its `Walk` as soon as somebody has started it, by whatever way: `walker.walks[arn]`.
`walk_all()` always steps the one that is due first, and moves the clock until then; a test that wants
another order calls `walk.step()` itself. `walker.at(moment, act)` does something in between.
`before(walk, state, attempt)` looks on, and may raise Abort. `walker.stand_ins["log_exporter"]` is a
function to call instead of that handler. `jitter` says how much of a retrier's longest delay is taken.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any

from tests.contract.machines import PLACEHOLDER, machine
from tests.simulated.simulation import Simulation
from tests.walking.known import check
from tests.walking.retries import Jitter
from tests.walking.tasks import StandIns
from tests.walking.walk import LookOn, Walk


class Walker:
    """All executions of the machines that were added, in the simulation's present world."""

    def __init__(
        self,
        simulation: Simulation,
        *,
        jitter: Jitter = lambda longest: longest,
        before: LookOn = lambda _walk, _state, _attempt: None,
    ) -> None:
        self.walks: dict[str, Walk] = {}
        self.stand_ins: StandIns = {}
        self.jitter = jitter
        self.before = before
        self._simulation = simulation
        self._world = simulation.world
        self._definitions: dict[str, dict[str, Any]] = {}
        self._acts: list[tuple[datetime, int, Callable[[], object]]] = []
        self._numbers = count()
        self._seen = 0
        self._on_their_way: list[Walk] = []

    def add(self, logical_id: str) -> str:
        """Deploys a state machine of template.yaml; gives its ARN, which !Ref finds from now on."""
        its, template = machine(logical_id), self._simulation.template
        name = template.resolve(its.properties.get("Name", logical_id))
        given = {key: str(template.resolve(value)) for key, value in its.substitutions.items()}
        arn = self.add_definition(json.loads(PLACEHOLDER.sub(lambda found: given[found[1]], its.text)), name)
        template.refs[logical_id] = arn
        template.attributes[logical_id, "Arn"], template.attributes[logical_id, "Name"] = arn, name
        return arn

    def add_definition(self, definition: dict[str, Any], name: str = "nightly-orders") -> str:
        """Deploys a state machine of the test's own."""
        check(definition)
        arn = self._world.step_functions.add_machine(name)
        self._definitions[arn] = definition
        return arn

    def start(self, machine_arn: str, name: str, input: Any = None) -> Walk:
        """Starts an execution as its schedule would."""
        text = json.dumps({} if input is None else input)
        arn = self._simulation.start(machine_arn, name, text)
        self.under_way()
        return self.walks[arn]

    def under_way(self) -> list[Walk]:
        """Those that are not over, the one that waits longest for its turn first."""
        runs = self._world.step_functions.runs
        for run in runs[self._seen :]:
            definition = self._definitions.get(run.execution.machine.arn)
            if definition is None:
                continue
            if run.by == "redrive":
                raise NotImplementedError("the walker does not know redrives")
            walk = Walk(
                self._simulation,
                run.execution,
                definition,
                stand_ins=self.stand_ins,
                jitter=self.jitter,
                before=self._look_on,
            )
            self.walks[run.execution.arn] = walk
            self._on_their_way.append(walk)
        self._seen = len(runs)
        self._on_their_way = [walk for walk in self._on_their_way if not walk.is_over]
        return self._on_their_way

    def at(self, moment: datetime, act: Callable[[], object]) -> None:
        """Something else happens at a moment, before what is due by then."""
        heappush(self._acts, (moment, next(self._numbers), act))

    def step(self) -> bool:
        """What is due first. False: nothing is under way, and nothing is to happen."""
        walks = self.under_way()
        walk = min(walks, key=lambda each: each.due_at, default=None)
        if self._acts and (walk is None or self._acts[0][0] <= max(walk.due_at, self._world.clock.now())):
            moment, _, act = heappop(self._acts)
            self._world.clock.move(max(moment - self._world.clock.now(), timedelta(0)))
            act()
            return True
        if walk is None:
            return False
        walks.remove(walk)
        walks.append(walk)
        walk.step()
        return True

    def walk_all(self) -> None:
        """Until nothing is under way, and nothing is to happen."""
        while self.step():
            pass

    def _look_on(self, walk: Walk, state: str, attempt: int | None) -> None:
        self.before(walk, state, attempt)
