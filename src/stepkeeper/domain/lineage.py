"""A lineage: a first failed execution and all its later attempts, told by their names alone."""

import hashlib
import re
from dataclasses import dataclass

NAME_CHARACTERS = 80
"""The longest execution name (API reference, StartExecution)."""

ALLOWED = re.compile(r"[^0-9A-Za-z_-]")
RERUN = re.compile(r"r([1-9][0-9]{0,8})-([0-9a-f]{16})-(.*)", re.DOTALL)


@dataclass(frozen=True)
class Rerun:
    """What the name of an execution that Stepkeeper started says."""

    attempt: int
    lineage: str
    tail: str


def lineage_of(first: str) -> str:
    """The lineage that begins with `first`: an execution's ARN, or an SQS message id where there is none."""
    return hashlib.sha256(first.encode()).hexdigest()[:16]


def rerun_name(*, attempt: int, lineage: str, original_name: str) -> str:
    """The name under which a failed execution is started again.

    The same attempt of the same lineage always gets the same name, so Step Functions itself refuses to
    start it twice. The original name is kept, from its end, as far as there is room for it.
    """
    earlier = parse_rerun_name(original_name)
    tail = ALLOWED.sub("-", earlier.tail if earlier else original_name)
    prefix = f"r{attempt}-{lineage}-"
    return prefix + tail[-(NAME_CHARACTERS - len(prefix)) :]


def parse_rerun_name(name: str) -> Rerun | None:
    """What `rerun_name` put into a name, or None for an execution that somebody else started."""
    found = RERUN.fullmatch(name)
    return Rerun(int(found[1]), found[2], found[3]) if found else None
