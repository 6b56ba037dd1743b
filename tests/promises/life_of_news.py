"""What tells of failures gets lost, comes late, twice, and in any order; time passes."""

import json
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.promises.disturbances import Disturbance, disturbances, go
from tests.promises.life_of_pipelines import NUMBERS, Event, LifeOfPipelines, pick
from tests.simulated.simulation import Simulation

BODIES = ('{"order": 1}', '"text"', "key=12345")
EVENT_TRIES = 3
PAUSES = st.sampled_from([timedelta(minutes=minutes) for minutes in (1, 4, 12, 31, 420)])
HOP = timedelta(days=3, hours=18)
"""The refresher may have failed three days in a row, and a message of ten days has four left."""

SETTLED = timedelta(minutes=3)
"""A failure younger than two minutes is left to its event."""

LOOK_BACK = timedelta(hours=20)
"""The reconciler looks a day back, and an hour where it never has before."""


class LifeOfNews(LifeOfPipelines):
    """Until `told_until` the reconciler may break off again and again, and still finds what is lost."""

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(simulation)
        self.redrives_told = 0

    @rule(number=NUMBERS, again=st.booleans(), disturbance=disturbances())
    def an_event_comes(self, number: int, again: bool, disturbance: Disturbance) -> None:
        """Maybe not for the last time."""
        for event in pick(self.events, number):
            self.events.remove(event)
            told = go(self.stage, lambda: self.tell(event), disturbance)  # noqa: B023
            tried = event._replace(tried=event.tried + 1)
            if again or not self.may_be_lost(tried) or (told is None and tried.tried < EVENT_TRIES):
                self.events.append(tried)

    @rule()
    def all_events_come(self) -> None:
        while self.events:
            self.tell(self.events.pop())

    @rule(number=NUMBERS)
    def an_event_is_lost(self, number: int) -> None:
        for event in pick(self.events, number):
            if self.may_be_lost(event):
                self.events.remove(event)

    @rule(number=NUMBERS)
    def an_input_is_told(self, number: int) -> None:
        """By a Catch that gives no execution."""
        self.names += 1
        request = f"request-{self.names}"
        self.events.append(Event(request, self.stage.tell_input({"order": number}, request)))

    @rule(number=NUMBERS, quarantined=st.booleans())
    def a_bare_message_comes(self, number: int, quarantined: bool) -> None:
        [body] = pick(BODIES, number)
        queue = self.stage.world.quarantine if quarantined else self.stage.world.spool
        self.stage.put(body, queue, input=body if "=" in body else json.loads(body))

    @rule(disturbance=disturbances())
    def the_reconciler_runs(self, disturbance: Disturbance) -> None:
        go(self.stage, lambda: self.simulation.invoke("spool_reconciler", {}), disturbance)

    @rule(number=NUMBERS, disturbance=disturbances())
    def the_refresher_runs(self, number: int, disturbance: Disturbance) -> None:
        if number == 0 or self.something_is_old():
            go(self.stage, lambda: self.simulation.invoke("spool_refresher", {}), disturbance)

    @rule(pause=PAUSES)
    def time_passes(self, pause: timedelta) -> None:
        if self.stage.world.clock.now() + pause > self.told_until:
            self.all_is_told()
        self.stage.world.clock.move(pause)

    @rule(hops=st.integers(1, 3))
    def days_pass(self, hops: int) -> None:
        """Up to eleven; the refresher runs in between, though not every day."""
        self.all_is_told()
        for _ in range(hops):
            self.stage.world.clock.move(HOP)
            if self.something_is_old():
                self.simulation.invoke("spool_refresher", {})

    @rule()
    def a_machine_is_deleted(self) -> None:
        """After all that had failed was told: nobody could find it afterwards."""
        self.all_events_come()
        self.all_is_told()
        if self.is_there(self.stage.without):
            self.stage.world.step_functions.delete_machine(self.stage.without)

    def all_is_told(self) -> None:
        """What has failed has settled, and the reconciler finds what nobody has told of, if there is any."""
        self.stage.world.clock.move(SETTLED)
        if self.stage.ledger.keys - self.stage.ledger.kept:
            self.simulation.invoke("spool_reconciler", {})
        self.told_until = self.stage.world.clock.now() + LOOK_BACK

    def tell_of_redrives(self) -> None:
        """EventBridge tells of each execution that runs again, whoever has redriven it."""
        redrives = [run for run in self.stage.world.step_functions.runs if run.by == "redrive"]
        for run in redrives[self.redrives_told :]:
            told = self.stage.event_of(run.execution)
            self.events.append(Event(told["id"], told))
        self.redrives_told = len(redrives)

    def may_be_lost(self, event: Event) -> bool:
        """Nobody could find out that an input was told, or what failed in a machine that is there no more."""
        return "detail" in event.content and self.is_there(event.content["detail"]["stateMachineArn"])

    def something_is_old(self) -> bool:
        """Older than ten days; the refresher has nothing else to do."""
        world = self.stage.world
        messages = [*world.spool.messages, *world.quarantine.messages]
        return any(world.clock.now() - each.sent_at > timedelta(days=10) for each in messages)
