"""Finds what is to be exported next, and says what could not be exported."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from stepkeeper.domain.ledger import ENDED, Entry, Part
from stepkeeper.domain.log_group import KnownGroup

PROBLEMS_SHOWN = 20
"""The cause of a failed execution has 32,768 characters (API reference), and must stay readable."""

REASON_CHARACTERS = 300
NEVER = 10**6


@dataclass(frozen=True)
class Next:
    """This part comes next."""

    entry: Entry
    part: Part
    reason: str


def in_order(groups: Iterable[KnownGroup], *, held_back: Collection[str]) -> list[KnownGroup]:
    """The groups that are to be exported: what expires first comes first."""
    return sorted(
        (group for group in groups if group.export and not group.gone and group.export not in held_back),
        key=lambda group: (group.retention_days or NEVER, group.name),
    )


def next_part(entries: Sequence[Entry], *, run: str | None) -> Next | None:
    """What comes next of a group: what was begun, then the oldest that is left. None: nothing, in this run.

    Where not even a task could be started, nothing of the group is tried again in the same run.
    """
    given_up = [entry for entry in entries if entry.given_up and entry.run == run and run is not None]
    if any(entry.refused for entry in given_up):
        return None
    left = [
        entry
        for entry in entries
        if entry.manifest is None and not (entry.lost or entry.accepted) and entry not in given_up
    ]
    for entry in left:
        for part in entry.parts:
            if part.attempt and part.state not in ENDED:
                return Next(entry, part, f"{entry.period} was begun")
    # What was refused in a run before comes last: it may be of a group that was deleted and made again, and
    # would keep all that is younger from being exported for ever.
    for entry in sorted(left, key=lambda each: (each.refused, each.from_ms, each.edition)):
        # Where all parts have ended, only the manifest is missing.
        part = next((part for part in entry.parts if part.state not in ENDED), entry.parts[-1])
        return Next(entry, part, f"{len(left)} periods are left; {entry.period} is the oldest")
    return None


def problem(entry: Entry) -> str:
    """What is to be said of a period that could not be exported."""
    tries = f"after {entry.tries} tries" if entry.tries > 1 else "at the first try"
    reason = (entry.reason or "no reason given")[:REASON_CHARACTERS]
    return f"{entry.log_group} {entry.period}: {entry.state} {tries}: {reason}"


def shown(problems: Sequence[str]) -> list[str]:
    """As many as one message can hold."""
    more = len(problems) - PROBLEMS_SHOWN
    return [*problems[:PROBLEMS_SHOWN], *([f"and {more} more"] if more > 0 else [])]
