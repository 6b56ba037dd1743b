"""Whatever happens to a map, in whatever order: gates are right, and starts are made up for once.

The lives are the same every time; `PROMISES_SEED=random make test` tries others, and `PROMISES_SEED=<number>`
those again that it tells of.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.promises_of_gates.lives import PARTS, live
from tests.simulated.simulation import Simulation


@pytest.mark.parametrize("part", PARTS)
def test_whatever_happens_the_gates_are_as_they_have_to_be(
    part: int, simulation: Simulation, visited: Callable[..., None], tmp_path: Path
) -> None:
    visited(**live(simulation, tmp_path, part))
