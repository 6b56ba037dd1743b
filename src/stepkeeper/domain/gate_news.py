"""What people are told when gates close or open: which, why, what else is blocked, and what opens them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from stepkeeper.domain.alert import console_link
from stepkeeper.domain.gate import Gate, GateState
from stepkeeper.domain.pipeline import Pipeline, ReopenAt

What = Literal["closed", "joined", "opened", "let go", "respected", "nothing"]


SHOWN = 10
"""Of many gates: Slack takes 4,000 characters, and the end of a notice says what to do."""

NAMED = 50


@dataclass(frozen=True)
class Change:
    """What became of the gate of a pipeline, and why."""

    pipeline: str
    gate: Gate
    what: What
    reason: str
    before: GateState
    after: GateState

    @property
    def is_news(self) -> bool:
        return self.what in ("closed", "opened", "respected")

    @property
    def answer(self) -> dict[str, str | bool]:
        """`{"gate", "before", "after", "changed", "reason"}`"""
        return {
            "gate": str(self.gate),
            "before": self.before,
            "after": self.after,
            "changed": self.before != self.after,
            "reason": self.reason,
        }

    def __str__(self) -> str:
        return f"{self.pipeline} ({self.gate})"


@dataclass(frozen=True)
class MadeUp:
    """What became of the starts that a pipeline missed: `runs` make up for them.

    `started` has the ARNs of those that were not started before.
    """

    pipeline: str
    missed: int
    runs: int
    started: tuple[str, ...] = ()

    def __str__(self) -> str:
        starts = "1 start" if self.missed == 1 else f"{self.missed} starts"
        runs = {0: "no run makes", 1: "1 run makes"}.get(self.runs, f"{self.runs} runs make")
        return f"{self.pipeline} missed {starts}; {runs} up for {'it' if self.missed == 1 else 'them'}"


def write_changes(
    upstream: Pipeline,
    why: str,
    changes: Sequence[Change],
    made_up: Sequence[MadeUp],
    *,
    blocked: Sequence[Pipeline],
    run_arn: str | None,
) -> str:
    """The notice of what became of the gates downstream of a pipeline."""
    lines = [f"{upstream.name} {why}."]
    closed = [change for change in changes if change.what == "closed"]
    for title, what in (("Closed", "closed"), ("Opened", "opened"), ("Left open", "respected")):
        lines += _listed(title, [change for change in changes if change.what == what])
    untouched = ("joined", "let go", "nothing") if closed else ("joined", "let go")
    lines += _listed("Not touched", [change for change in changes if change.what in untouched])
    lines += [f"{each}." for each in made_up if each.missed]
    if closed:
        lines += [f"Blocked by {upstream.name}: {_names(blocked)}."]
        lines += [f"They open {what_opens(upstream, [change.gate for change in closed])}"]
    if run_arn:
        lines += [f"Look at it: {console_link(run_arn)}"]
    return "\n".join(lines)


def _listed(title: str, changes: Sequence[Change]) -> list[str]:
    more = [f"{title}: and {len(changes) - SHOWN} more."] if len(changes) > SHOWN else []
    return [*(f"{title}: {change}: {change.reason}." for change in changes[:SHOWN]), *more]


def _names(pipelines: Sequence[Pipeline]) -> str:
    more = f" and {len(pipelines) - NAMED} more" if len(pipelines) > NAMED else ""
    return ", ".join(pipeline.name for pipeline in pipelines[:NAMED]) + more


def what_opens(upstream: Pipeline, gates: Sequence[Gate]) -> str:
    """When the gates that an upstream holds closed open again, or what a person says to open them."""
    targets = [str(gate) for gate in gates[:SHOWN]]
    request = {"action": "enable", "targets": targets, "owner": upstream.name}
    by_hand = f"invoke rule_toggler with {json.dumps(request)}"
    match upstream.reopen:
        case "by-hand":
            return f"when you say so: {by_hand}."
        case ReopenAt(time=time, zone=zone):
            return f"at {time:%H:%M} {zone.key}, whatever becomes of {upstream.name}; sooner: {by_hand}."
        case _:
            return f"when {upstream.name} has succeeded; sooner: {by_hand}."


def write_drift(found: Sequence[str], *, at: datetime) -> str:
    """The notice of gates that are not as they were left."""
    return "\n".join([f"Gates are not as Stepkeeper left them ({at:%Y-%m-%d %H:%M} UTC).", *found])
