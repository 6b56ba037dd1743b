"""Promise 3 of design.md, and that people are told, as questions to a stage."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.promises_of_gates.maps import Planned
from tests.promises_of_gates.stage import Stage

A_MOMENT = timedelta(seconds=1)
SAYS = {
    "DISABLED": ("Closed: {}", "{} was closed", "Left open: {}"),
    "ENABLED": ("Opened: {}", "{} was opened"),
}


def broken_by(stage: Stage, seen: dict[str, int]) -> Iterator[str]:
    """What Stepkeeper did to gates since `seen`, which is brought up to date, and what it must not do."""
    for each in stage.gated:
        states = stage.world.gates.states(each.gate)
        for number in range(seen.get(each.gate, 1), len(states)):
            moment, state = states[number]
            is_ours = not stage.ledger.is_by_people(each.gate, number)
            if is_ours and state == "ENABLED" and each.gate in stage.ledger.shut:
                yield f"{each.gate} was enabled at {moment}, which somebody else had disabled"
            if is_ours and state == "DISABLED" and not _may_close(stage, each, moment):
                yield f"{each.gate} was closed at {moment}, for what people had opened it in spite of"
        seen[each.gate] = len(states)
    if stage.all_fields() != stage.fields:
        yield "more than the state of a gate was changed"


def _may_close(stage: Stage, pipeline: Planned, moment: datetime) -> bool:
    """Whether something went wrong after people have opened the gate, as far as Stepkeeper could know."""
    opened = stage.ledger.opened.get(pipeline.gate)
    if opened is None:
        return True
    for upstream in stage.upstream[pipeline.name]:
        ended = stage.ledger.ended[upstream.name]
        if any(run.status != "SUCCEEDED" and run.stopped_at > opened for run in ended):
            return True
        if upstream.gate and list(upstream.schedule.starts_between(opened, moment)):
            return True
    return False


def untold(stage: Stage) -> Iterator[str]:
    """Closings and openings by Stepkeeper that people were never told of; an opening tells of its closing."""
    for each in stage.blocked:
        told_later = False
        states = stage.world.gates.states(each.gate)
        for number in range(len(states) - 1, 0, -1):
            moment, state = states[number]
            ours = not stage.ledger.is_by_people(each.gate, number)
            if state == states[number - 1][1]:
                continue
            if not ours:  # who opened it knows that it was closed
                told_later |= state != "DISABLED"
                continue
            if _is_told(stage, each, state, moment):
                told_later = True
            elif not told_later:
                yield f"nobody was told that {each.gate} became {state} at {moment}"


def _is_told(stage: Stage, pipeline: Planned, state: str, moment: datetime) -> bool:
    words = [text.format(f"{pipeline.name} ({pipeline.gate})") for text in SAYS[state]]
    return any(at >= moment and word in text for at, text in stage.ledger.told for word in words)
