"""Lets hypothesis make up lives, the same ones every time unless PROMISES_SEED says otherwise."""

import os
import secrets
from collections.abc import Callable

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.promises.life import Life
from tests.simulated.simulation import Simulation

LIVES = int(os.environ.get("LIVES", "250"))
"""Of one test; there are eight of them, so 2,000 in all."""
STEPS = 20


def _first_seed() -> int:
    chosen = os.environ.get("PROMISES_SEED", "0")
    return secrets.randbelow(10**9) if chosen == "random" else int(chosen)


FIRST = _first_seed()
PARTS = range(8)
BUSY_LIVES = LIVES // 5
"""Two things at a time take several times as long."""


def live(kind: type[Life], simulation: Simulation, part: int, *, lives: int = LIVES) -> dict[str, int]:
    """Goes through so many of them; gives how many lives and steps there were."""
    kind.lives = kind.steps = 0
    go_through(lambda: kind(simulation), part, lives=lives, steps=STEPS)
    assert kind.lives >= lives
    return {"lives": kind.lives, "steps": kind.steps}


def go_through(begin: Callable[[], RuleBasedStateMachine], part: int, *, lives: int, steps: int) -> None:
    """Goes through so many lives of a part, each of so many steps, the same ones each time."""
    seed = FIRST + part  # under xdist each process has its own FIRST, so that tests are named by their part

    @hypothesis.seed(seed)
    def begin_seeded() -> RuleBasedStateMachine:
        return begin()

    chosen = settings(
        max_examples=lives,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    try:
        run_state_machine_as_test(begin_seeded, settings=chosen)
    except Exception as problem:
        problem.add_note(f"PROMISES_SEED={seed} tells it again, as part 0")
        raise
