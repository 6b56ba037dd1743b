"""A life of a stack: after everything that happens the promises hold, and at the end all comes to rest."""

import sys
from collections import defaultdict
from datetime import datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from stepkeeper.errors import StepkeeperError
from tests.promises.disturbances import if_reached
from tests.promises.life_of_news import SETTLED
from tests.promises.life_of_people import LifeOfPeople
from tests.promises.life_of_pipelines import NUMBERS, pick
from tests.promises.promises import told_too_often
from tests.simulated.simulation import Simulation


class Life(LifeOfPeople):
    """`told` is when people were told that the runs of a pipeline are failing again."""

    lives = 0
    steps = 0

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(simulation)
        self.told: dict[str, list[datetime]] = defaultdict(list)
        type(self).lives += 1

    @invariant()
    def the_promises_hold(self) -> None:
        type(self).steps += 1
        self.tell_of_redrives()
        self.stage.check(all_told=False)
        self._note_alerts()
        for told in self.told.values():
            assert told_too_often(told) <= self.stage.ledger.interrupted

    def teardown(self) -> None:
        if sys.exc_info()[0] is None:
            self._come_to_rest()

    def _come_to_rest(self) -> None:
        """What is on its way arrives, schedules fire, and people go on until nothing is left to do."""
        self.a_machine_that_was_deleted_is_made_again()
        self.all_events_come()
        self.stage.world.clock.move(SETTLED)
        self.simulation.invoke("spool_reconciler", {})
        self.stage.check(all_told=True)
        self.stage.come_to_rest()
        self.stage.check(all_told=True)

    def _note_alerts(self) -> None:
        known = sum(map(len, self.told.values()))
        for alert in self.stage.world.sns.published[known:]:
            pipeline = alert["MessageAttributes"]["pipeline"]["StringValue"]
            self.told[pipeline].append(self.stage.world.clock.now())


class BusyLife(Life):
    """Where two things are done at a time: the second while the first is at one of its AWS calls."""

    lives = 0
    steps = 0

    @rule(first=NUMBERS, second=NUMBERS, at=st.integers(0, 15), number=NUMBERS, again=st.booleans())
    def two_are_done_at_once(self, first: int, second: int, at: int, number: int, again: bool) -> None:
        """SQS may give the second a message that the first holds."""

        def meanwhile() -> None:
            if again:
                self.a_message_comes_again(number, quarantined=False)
            self._do(second, number)

        self.stage.ledger.interrupted += 1  # both may tell people of the same outage
        with if_reached(self.simulation.wire.meanwhile(at, meanwhile)):
            self._do(first, number)

    def _do(self, job: int, number: int) -> None:
        jobs: list[Any] = [
            self.stage.reprocess,
            lambda: [self.stage.reprocess(action="run", plan=plan) for plan in self.plans[-1:]],
            lambda: [self.tell(event) for event in pick(self.events, number)],
            lambda: self.simulation.invoke("spool_reconciler", {}),
            lambda: self.simulation.invoke("spool_refresher", {}),
            lambda: [self.stage.edit(lineage, {"at once": job}) for lineage in pick(self.lineages(), number)],
            lambda: [self.stage.drop(lineage) for lineage in pick(self.lineages(), number)],
            lambda: self.plans.append(self.stage.plan()),
        ]
        try:
            jobs[job]()
        except StepkeeperError:
            return  # what the other one is at can not be done
