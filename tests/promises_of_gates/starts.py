"""What became of the starts that fell into times in which Stepkeeper had gates closed."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from tests.promises_of_gates.maps import Planned
from tests.promises_of_gates.stage import Stage
from tests.simulated.step_functions import Run

MINUTE = timedelta(minutes=1)


class Closed(NamedTuple):
    """A time in which a gate was closed; `by_us`: Stepkeeper has both closed and opened it."""

    since: datetime
    until: datetime
    by_us: bool


def closed_times(stage: Stage, gate: str) -> Iterator[Closed]:
    """Those that are over."""
    begun: tuple[datetime, bool] | None = None
    for number, (moment, state) in enumerate(stage.world.gates.states(gate)):
        by_us = (gate, number) not in stage.ledger.by_people
        if state == "DISABLED":
            begun = begun or (moment, by_us)
        elif begun:
            yield Closed(begun[0], moment, by_us and begun[1])
            begun = None


def made_up(stage: Stage) -> Counter[tuple[str, datetime]]:
    """The runs that make up for a start, by pipeline and start."""
    found: Counter[tuple[str, datetime]] = Counter()
    for run in stage.world.step_functions.runs:
        if run.by == "start" and run.name.startswith("missed-"):
            found[run.execution.machine.name, _start_of(run)] += 1
    return found


def doubled(stage: Stage) -> list[str]:
    """Starts with more than one run, or with one that nobody missed."""
    found = []
    gates = {each.name: each for each in stage.gated}
    for (name, start), count in made_up(stage).items():
        own = stage.ledger.started[name, start]
        state = stage.world.gates.state_at(gates[name].gate, start)
        if own + count > 1 or state != "DISABLED" or gates[name].missed == "drop":
            found.append(f"{name} {start}: {own} runs of its own, {count} that make up, was {state}")
    return found


def left_out(stage: Stage) -> list[str]:
    """Starts that nothing makes up for although the map says so; those of gates that are open."""
    made = made_up(stage)
    found = []
    for each in stage.gated:
        if stage.hold(each.gate):
            continue
        for closed in closed_times(stage, each.gate):
            if closed.by_us:
                found += [f"{each.gate} {closed} {wrong}" for wrong in _wrong(stage, each, closed, made)]
    return found


def _wrong(
    stage: Stage, pipeline: Planned, closed: Closed, made: Counter[tuple[str, datetime]]
) -> Iterator[str]:
    starts = list(pipeline.schedule.starts_between(closed.since - timedelta(microseconds=1), closed.until))
    missed = [start for start in starts if stage.world.gates.state_at(pipeline.gate, start) == "DISABLED"]
    runs = {start: made[pipeline.name, start] for start in missed}
    if pipeline.missed == "run-all" and any(count != 1 for count in runs.values()):
        yield f"run-all: {runs}"
    if pipeline.missed == "run-once" and missed:
        (*_, last) = pipeline.schedule.starts_between(missed[0] - MINUTE, closed.until + MINUTE)
        happened = stage.ledger.started[pipeline.name, last] + made[pipeline.name, last]
        if sum(runs.values()) > 1 or (happened != 1 and last <= stage.now):
            yield f"run-once: {runs}, and {happened} of {last}"


def wrong_inputs(stage: Stage) -> Iterator[str]:
    """Runs that make up for a start with another input than that of the gate."""
    inputs = {each.name: each.input for each in stage.gated}
    for run in stage.world.step_functions.runs:
        if run.name.startswith("missed-"):
            at = f"{_start_of(run):%Y-%m-%dT%H:%M:%SZ}"
            sent: Any = json.loads(run.input)
            text = inputs[run.execution.machine.name]
            if text is not None:
                is_right = sent == json.loads(text.replace("<aws.scheduler.scheduled-time>", at))
            else:
                is_right = sent == {} or (sent["time"], sent["detail-type"]) == (at, "Scheduled Event")
            if not is_right:
                yield f"{run.name} has the input {run.input}"


def _start_of(run: Run) -> datetime:
    return datetime.strptime(run.name.split("-")[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
