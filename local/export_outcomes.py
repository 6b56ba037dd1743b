"""What is to become of an export task: the stage that tests and demos set for CreateExportTask."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

ENDS = ("COMPLETED", "FAILED", "CANCELLED")
ANSWERS = ("given", "lost", "refused")

MESSAGES = {
    "COMPLETED": "Completed successfully",
    "FAILED": "The stage was set for this task to fail.",
    "CANCELLED": "Cancelled by request",
}


@dataclass(frozen=True)
class Outcome:
    """How one task goes.

    It ends in `status` with `message` after `seconds` (None: as long as all tasks take), and says
    that it was created `took_hours` earlier than it was. The caller is answered, or gets an error of the
    server's: with `lost` the task is there all the same, with `refused` there is none.
    """

    status: str = "COMPLETED"
    message: str | None = None
    seconds: float | None = None
    answer: str = "given"
    took_hours: float = 0

    @property
    def last_words(self) -> str:
        """The message of the task when it has ended."""
        return self.message if self.message is not None else MESSAGES[self.status]


def outcome(wanted: Mapping[str, Any]) -> Outcome:
    """What a line of the plan asks for; raises ValueError."""
    known = [field.name for field in fields(Outcome)]
    if unknown := sorted(wanted.keys() - set(known)):
        raise ValueError(f"an outcome has {', '.join(known)}, but not {', '.join(unknown)}")
    made = Outcome(**wanted)
    if made.status not in ENDS:
        raise ValueError(f"status can be {', '.join(ENDS)}, not {made.status!r}")
    if made.answer not in ANSWERS:
        raise ValueError(f"answer can be {', '.join(ANSWERS)}, not {made.answer!r}")
    for name in ("seconds", "took_hours"):
        value = wanted.get(name)
        if value is not None and (not isinstance(value, int | float) or value < 0):
            raise ValueError(f"{name} is a number from 0, not {value!r}")
    return made
