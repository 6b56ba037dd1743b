"""Whatever happens to a stack, in whatever order: nothing is lost, and nothing doubled.

The lives are the same every time; `PROMISES_SEED=random make test` tries others, and `PROMISES_SEED=<number>`
those again that it tells of.
"""

from collections.abc import Callable

import pytest

from tests.promises.life import Life
from tests.promises.lives import PARTS, live
from tests.simulated.simulation import Simulation


@pytest.mark.parametrize("part", PARTS)
def test_whatever_happens_the_promises_hold(
    part: int, simulation: Simulation, visited: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    if part % 2:  # chunks so small that many are looked up while others are being started
        monkeypatch.setattr("stepkeeper.spool.drain.CHUNK", 2)
        monkeypatch.setattr("stepkeeper.spool.drain.WATCHED_RUNS", 1)
    visited(**live(Life, simulation, part))
