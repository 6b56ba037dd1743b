"""Pipelines are started and end; what tells of it gets lost, comes late, twice, and in any order.

Each rule is one thing that happens. What it draws does not depend on the world: a number stands for one of
what there is, or for nothing.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.promises_of_gates.drawn import (
    FAILS,
    FATES,
    LATE,
    MAPS,
    NOTHING,
    NUMBERS,
    PAUSES,
    STATUSES,
    TOLD,
    Disturbance,
    disturbances,
    go,
    pick,
)  # fmt: skip
from tests.promises_of_gates.stage import Item, Stage
from tests.simulated.simulation import Simulation


class LifeOfRuns(RuleBasedStateMachine):
    """`events` are on their way."""

    def __init__(self, simulation: Simulation, folder: Path) -> None:
        super().__init__()
        self.simulation = simulation
        self.folder = folder
        self.stage: Stage
        self.events: list[Item] = []

    @initialize(seed=st.integers(0, MAPS - 1), well=st.integers(0, 5))
    def begin(self, seed: int, well: int) -> None:
        """All is well, or nothing has run yet."""
        self.stage = Stage(self.simulation, self.folder, seed)
        for each in self.stage.pipelines if well else ():
            self.stage.was_well(each.name)

    @rule(pause=PAUSES, late=LATE, fates=FATES, watched=st.booleans())
    def time_passes(self, pause: timedelta, late: timedelta, fates: str, watched: bool) -> None:
        """The watchdog may look ahead before the next full hour."""
        if watched:
            self.the_watchdog_looks_ahead(NOTHING)
        for number, run in enumerate(self.stage.pass_time(pause, late=late)):
            fate = fates[number % len(fates)]
            if fate != ".":
                event = self.stage.end(run, STATUSES[fate])
                self.events += [event] if fate not in "-s" else []
        for event in self.events[-1:]:
            self.tell(event)

    @rule(number=NUMBERS, status=FAILS, told=TOLD, disturbance=disturbances(), pause=PAUSES, fates=FATES)
    def an_upstream_fails(
        self, number: int, status: str, told: int, disturbance: Disturbance, pause: timedelta, fates: str
    ) -> None:
        """And time goes on."""
        for each in pick(self.stage.blocking, number):
            self._told(self.stage.run(each.name, status), told, disturbance)
            self.time_passes(pause, timedelta(0), fates, watched=False)

    @rule(number=NUMBERS, told=TOLD, redriven=st.booleans(), disturbance=disturbances())
    def an_upstream_recovers(self, number: int, told: int, redriven: bool, disturbance: Disturbance) -> None:
        """One of those that hold gates closed, if there is any."""
        owners = {owner for gate in self.stage.gates for owner in self.stage.owners(gate)}
        troubled = [each for each in self.stage.blocking if each.name in owners] or self.stage.blocking
        for each in pick(troubled, number):
            failed = self.stage.last_failed(each.name)
            if redriven and failed:
                self.stage.redrive(failed)
                self._told(self.stage.end(failed, "SUCCEEDED"), told, disturbance)
            else:
                self._told(self.stage.run(each.name, "SUCCEEDED"), told, disturbance)

    @rule(
        number=NUMBERS, status=st.sampled_from(["SUCCEEDED", "FAILED"]), told=TOLD, disturbance=disturbances()
    )
    def a_run_ends_or_is_redriven(
        self, number: int, status: str, told: int, disturbance: Disturbance
    ) -> None:
        for run in pick(self.stage.executions("RUNNING", "FAILED", "ABORTED"), number):
            if run.status == "RUNNING":
                self._told(self.stage.end(run, status), told, disturbance)
            else:
                self.stage.redrive(run)

    @rule(number=NUMBERS, again=st.booleans(), disturbance=disturbances())
    def an_event_comes(self, number: int, again: bool, disturbance: Disturbance) -> None:
        """Maybe not for the last time; where that breaks off, it comes again, or never."""
        for event in pick(self.events, number):
            if not again:
                self.events.remove(event)
            go(self.stage, lambda: self.tell(event), disturbance)  # noqa: B023

    @rule(disturbance=disturbances())
    def the_watchdog_looks_ahead(self, disturbance: Disturbance) -> None:
        """At all that others wait for, just before the full hour."""
        self.stage.pass_time(timedelta(minutes=58 - self.stage.now.minute) % timedelta(hours=1))
        names = [each.name for each in self.stage.blocking]
        go(self.stage, lambda: self.stage.toggle({"settle": names}), disturbance)

    def _told(self, event: Item, told: int, disturbance: Disturbance) -> None:
        """At once, or later, or never."""
        if told > 1:
            go(self.stage, lambda: self.tell(event), disturbance)
        if told in (0, 3):
            self.events.append(event)

    def tell(self, event: Item) -> Any:
        return self.simulation.invoke("rule_toggler", event)
