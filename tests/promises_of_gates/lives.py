"""Lets hypothesis make up lives, the same ones every time unless PROMISES_SEED says otherwise."""

import os
import secrets
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.promises_of_gates.life import Life
from tests.simulated.simulation import Simulation

LIVES = int(os.environ.get("LIVES", "250"))
"""Of one test; there are eight of them, so 2,000 in all."""
STEPS = 6


def _first_seed() -> int:
    chosen = os.environ.get("PROMISES_SEED", "0")
    return secrets.randbelow(10**9) if chosen == "random" else int(chosen)


FIRST = _first_seed()
PARTS = range(8)


def live(simulation: Simulation, folder: Path, part: int) -> dict[str, int]:
    """Goes through so many of them; gives how many lives, steps and reconciliations there were."""
    seed = FIRST + part  # under xdist each process has its own FIRST, so that tests are named by their part
    Life.lives = Life.steps = Life.reconciled = 0

    @hypothesis.seed(seed)
    def begin() -> Life:
        return Life(simulation, folder)

    chosen = settings(
        max_examples=LIVES,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    try:
        run_state_machine_as_test(begin, settings=chosen)
    except Exception as problem:
        problem.add_note(f"PROMISES_SEED={seed} tells it again, as part 0")
        raise
    assert Life.lives >= LIVES
    return {"lives": Life.lives, "steps": Life.steps, "reconciliations": Life.reconciled}
