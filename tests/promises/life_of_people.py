"""People run what waits, with plans and without; they edit, drop, look, and use the console."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from stepkeeper.spool.errors import AlreadyAnswered, NotWaiting, PlanUnknown
from tests.promises.disturbances import NOTHING, Disturbance, disturbances, go
from tests.promises.failures import Failed
from tests.promises.life_of_news import LifeOfNews
from tests.promises.life_of_pipelines import NUMBERS, pick
from tests.promises.promises import waiting
from tests.simulated.simulation import Simulation

MAX = st.sampled_from([None, None, 1, 2, 200])
OVERRIDES = st.sampled_from([None, None, "restart", "redrive", "wait", "quarantine"])
SOURCES = st.sampled_from(["spool", "spool", "quarantine"])


class LifeOfPeople(LifeOfNews):
    """`plans` were made, the last one last; `watched` is what the last run said."""

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(simulation)
        self.plans: list[str] = []
        self.watched: list[dict[str, Any]] = []

    @rule(most=MAX, most_running=MAX, disturbance=disturbances())
    def the_spool_is_run(self, most: int | None, most_running: int | None, disturbance: Disturbance) -> None:
        asked = {"max": most, "max_running": most_running, "trusted": []}
        event = {name: value for name, value in asked.items() if value is not None}
        answer = go(self.stage, lambda: self.stage.reprocess(**event), disturbance)
        self.watched = answer["watched"] if answer else self.watched

    @rule(number=NUMBERS, quarantined=st.booleans())
    def a_message_comes_again(self, number: int, quarantined: bool) -> None:
        """Held by somebody, or deleted: SQS does so, rarely."""
        queue = self.stage.world.quarantine if quarantined else self.stage.world.spool
        now = self.stage.world.clock.now()
        held = [message for message in queue.messages if message.visible_at > now]
        for message in pick([*held, *queue.deleted.values()], number):
            if now - message.sent_at < queue.retention:
                queue.redeliver(message)

    @rule(source=SOURCES, override=OVERRIDES, disturbance=disturbances())
    def a_plan_is_made(self, source: str, override: str | None, disturbance: Disturbance) -> None:
        asked = {"from": source} | ({"override": override} if override else {})
        plan = go(self.stage, lambda: self.stage.plan(**asked), disturbance)
        self.plans += [plan] if plan else []

    @rule(source=SOURCES, override=OVERRIDES, most=MAX, disturbance=disturbances())
    def a_plan_is_made_and_run(
        self, source: str, override: str | None, most: int | None, disturbance: Disturbance
    ) -> None:
        self.a_plan_is_made(source, override, NOTHING)
        self.a_plan_is_run(0, most, disturbance)

    @rule(number=NUMBERS, most=MAX, disturbance=disturbances())
    def a_plan_is_run(self, number: int, most: int | None, disturbance: Disturbance) -> None:
        for plan in pick(self.plans[::-1], number):
            event = {"action": "run", "plan": plan} | ({"max": most} if most else {})
            go(self.stage, lambda: self.stage.reprocess(**event), disturbance, PlanUnknown)  # noqa: B023

    @rule(disturbance=disturbances())
    def somebody_looks(self, disturbance: Disturbance) -> None:
        go(self.stage, lambda: self.stage.reprocess(action="look", watched=self.watched), disturbance)

    @rule(number=NUMBERS, input=NUMBERS, disturbance=disturbances())
    def a_person_edits(self, number: int, input: int, disturbance: Disturbance) -> None:
        for lineage in pick(self.lineages(), number):
            edit = {"edited": input}
            go(self.stage, lambda: self.stage.edit(lineage, edit), disturbance, AlreadyAnswered, NotWaiting)  # noqa: B023

    @rule(number=NUMBERS, disturbance=disturbances())
    def a_person_drops(self, number: int, disturbance: Disturbance) -> None:
        for lineage in pick(self.lineages(), number):
            go(self.stage, lambda: self.stage.drop(lineage), disturbance, AlreadyAnswered, NotWaiting)  # noqa: B023

    @rule(number=NUMBERS)
    def a_person_redrives_by_hand(self, number: int) -> None:
        """In the console; Stepkeeper learns of it by an event, or from the reconciler."""
        for failed in pick(
            [failed for failed in self.stage.ledger.failures.values() if self.redrivable(failed)], number
        ):
            self.stage.redrive_by_hand(failed)

    def redrivable(self, failed: Failed) -> bool:
        """Whether this is how its execution stands, and Step Functions would redrive it."""
        now = self.stage.world.clock.now()
        executions = {run.execution.arn: run.execution for run in self.stage.world.step_functions.runs}
        execution = executions.get(failed.origin)
        return bool(
            execution
            and execution.redrive_count == failed.redrive_count
            and not execution.why_not_redrivable(now)
        )

    def lineages(self) -> list[str]:
        """What waits."""
        return sorted({key.lineage for key in waiting(self.stage.world)})
