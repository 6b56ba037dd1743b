"""Breaks an invocation off at every AWS call that it makes, in each way there is, and looks what follows.

A point is one call, by its number, and one of tests.wire.BREAKS.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.mapped import Mapped
from tests.promises_of_gates.well import well
from tests.simulated.simulation import Simulation
from tests.wire import BREAKS, Crash

Call = Callable[[], object]
PAUSE = timedelta(minutes=6)


@dataclass(frozen=True)
class Scenario:
    """`arrange` gives the call that is broken off, `calls` calls long; `look` says what is wrong then."""

    calls: int
    arrange: Callable[[Mapped], Call]
    look: Callable[[Mapped], list[str]]


def visit(simulation: Simulation, folder: Path, scenario: Scenario, *, is_repeated: bool) -> int:
    """Visits every point; gives how many there were. The reconciler comes twice after it in any case."""
    call = scenario.arrange(_new(simulation, folder))
    simulation.wire.calls.clear()
    call()
    calls = len(simulation.wire.calls)
    assert calls >= scenario.calls, "fewer calls are visited than were once"
    for number in range(calls):
        for how in BREAKS:
            mapped = _new(simulation, folder)
            call = scenario.arrange(mapped)
            with (
                suppress(Crash, Exception),  # whatever the caller is told, it calls again
                simulation.wire.breaking(number, how),
            ):
                call()
            broke_at = simulation.wire.calls[number : number + 1]
            if is_repeated:
                mapped.pass_time(timedelta(minutes=1))
                call()
            for _ in range(2):
                mapped.pass_time(PAUSE)
                mapped.reconcile()
            wrong = scenario.look(mapped)
            assert not wrong, f"{how}, call {number}, {broke_at}: {wrong}"
    return calls * len(BREAKS)


def _new(simulation: Simulation, folder: Path) -> Mapped:
    simulation.begin()
    return well(simulation, folder)
