"""What is wrong with a map although each of its values could be right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stepkeeper.domain.cycles import cycles
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.mistakes import Mistake, near_match
from stepkeeper.domain.pipeline import state_machine_name

NEEDS_A_GATE = {
    "succeeds_within": "the time counts from when the gate starts the pipeline",
    "missed": "without a gate no start is missed",
}
"""Keys that mean nothing without `started_by`, and why."""

ITS_OWN = "Each pipeline has one of its own."


@dataclass(frozen=True)
class Draft:
    """A pipeline as far as its table could be read.

    `keys` are all that the table has. A value that is no good is None, or not in `blocks`.
    """

    name: str
    keys: frozenset[str]
    state_machine: str | None = None
    started_by: Gate | None = None
    blocks: tuple[str, ...] = ()

    @property
    def has_gate(self) -> bool:
        return "started_by" in self.keys


def mistakes_among(drafts: Sequence[Draft]) -> Iterator[Mistake]:
    """All mistakes between the keys of one table and between tables."""
    yield from _without_a_gate(drafts)
    yield from _shared(drafts)
    yield from _wrongly_blocked(drafts)
    yield from _in_cycles(drafts)


def _without_a_gate(drafts: Sequence[Draft]) -> Iterator[Mistake]:
    for draft in drafts:
        for key, why in NEEDS_A_GATE.items():
            if key in draft.keys and not draft.has_gate:
                yield Mistake(draft.name, key, f"needs started_by: {why}. Give both or neither.")


def _shared(drafts: Sequence[Draft]) -> Iterator[Mistake]:
    machines: dict[str, str] = {}
    gates: dict[Gate, str] = {}
    for draft in drafts:
        if draft.state_machine is not None:
            first = machines.setdefault(state_machine_name(draft.state_machine), draft.name)
            if first != draft.name:
                why = (
                    f"{draft.state_machine!r} is the state machine of [pipelines.{first}] already. {ITS_OWN}"
                )
                yield Mistake(draft.name, "state_machine", why)
        if draft.started_by is not None:
            first = gates.setdefault(draft.started_by, draft.name)
            if first != draft.name:
                why = f"'{draft.started_by}' is the gate of [pipelines.{first}] already. {ITS_OWN}"
                yield Mistake(draft.name, "started_by", why)


def _wrongly_blocked(drafts: Sequence[Draft]) -> Iterator[Mistake]:
    gated = {draft.name: draft.has_gate for draft in drafts}
    for draft in drafts:
        seen: set[str] = set()
        for name in draft.blocks:
            if why := _why_not(name, draft.name, gated, repeated=name in seen):
                yield Mistake(draft.name, "blocks", f"{name[:80]!r} {why}")
            seen.add(name)


def _why_not(name: str, blocker: str, gated: dict[str, bool], *, repeated: bool) -> str | None:
    """Why `blocker` can not block `name`; None where it can."""
    if repeated:
        return "is named twice. Name each pipeline once."
    if name == blocker:
        return "is the pipeline itself. Name others only."
    if name not in gated:
        others = [other for other in gated if other != blocker]
        return f"is no pipeline.{near_match(name, others)} Allowed: the NAME of another [pipelines.NAME]."
    if not gated[name]:
        return f"has no gate to close. Give [pipelines.{name}] a started_by, or leave it out here."
    return None


def _in_cycles(drafts: Sequence[Draft]) -> Iterator[Mistake]:
    names = {draft.name for draft in drafts}
    blocks = {
        draft.name: [name for name in draft.blocks if name in names and name != draft.name]
        for draft in drafts
    }
    for cycle in cycles(blocks):
        spelled = " -> ".join([*cycle, cycle[0]])
        yield Mistake(cycle[0], "blocks", f"{spelled} is a cycle. Take one of its arrows away.")
