"""Whatever happens to a stack, also two things at a time: nothing is lost, and nothing doubled."""

from collections.abc import Callable

import pytest

from tests.promises.life import BusyLife
from tests.promises.lives import BUSY_PARTS, live
from tests.simulated.simulation import Simulation


@pytest.mark.parametrize("part", BUSY_PARTS)
def test_whatever_happens_at_once_the_promises_hold(
    part: int, simulation: Simulation, visited: Callable[..., None]
) -> None:
    visited(**live(BusyLife, simulation, part))
