"""Goes through the lives of gates that hypothesis makes up, as tests.promises does for the spool."""

from pathlib import Path

from tests.promises.lives import LIVES, PARTS, go_through
from tests.promises_of_gates.life import Life
from tests.simulated.simulation import Simulation

__all__ = ["PARTS", "live"]

STEPS = 6


def live(simulation: Simulation, folder: Path, part: int) -> dict[str, int]:
    """Goes through so many of them; gives how many lives, steps and reconciliations there were."""
    Life.lives = Life.steps = Life.reconciled = 0
    go_through(lambda: Life(simulation, folder), part, lives=LIVES // 4, steps=STEPS)
    assert Life.lives >= LIVES // 4
    return {"lives": Life.lives, "steps": Life.steps, "reconciliations": Life.reconciled}
