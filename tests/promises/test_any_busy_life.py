"""Whatever happens to a stack, also two things at a time: nothing is lost, and nothing doubled."""

from collections.abc import Callable

from tests.promises.life import BusyLife
from tests.promises.lives import BUSY_LIVES, live
from tests.simulated.simulation import Simulation


def test_whatever_happens_at_once_the_promises_hold(
    simulation: Simulation, visited: Callable[..., None]
) -> None:
    visited(**live(BusyLife, simulation, 0, lives=BUSY_LIVES))
