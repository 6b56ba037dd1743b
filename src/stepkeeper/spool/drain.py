"""Runs what is on the spool again, chunk by chunk, until there is a reason to stop.

A chunk costs one call to look its failures up and one to write down how they are answered, whatever its
size; while its runs are being started, the next chunk is received and the last one deleted.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from threading import Lock
from typing import Literal

from stepkeeper import clock
from stepkeeper.aws import lineages, sqs
from stepkeeper.aws.clients import client
from stepkeeper.domain.breaker import WATCHED_RUNS
from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.outcome import BEGUN, NO_START_BEFORE_MS, Kind, Outcome, StopReason, why_stop
from stepkeeper.domain.pace import Paces
from stepkeeper.domain.reprocessor import Decision, Redrive, Start
from stepkeeper.spool import act
from stepkeeper.spool.chunk import Case, answer, decide_all, open_cases
from stepkeeper.spool.in_hand import AT_ONCE, InHand
from stepkeeper.spool.orders import Orders
from stepkeeper.spool.watch import Watch

CHUNK = 100
"""As many failures as one call looks up, and one call writes down."""

SERVICES: tuple[Literal["sqs", "stepfunctions", "dynamodb"], ...] = ("sqs", "stepfunctions", "dynamodb")

REASONS_KEPT = 100
"""A line of the log must stay readable."""


@dataclass
class Drain:
    """A call of the reprocessor on its way: what it did, and the messages that it holds."""

    orders: Orders
    watch: Watch
    tally: Counter[Kind] = field(default_factory=Counter)
    throttled: bool = False
    broken: list[str] = field(default_factory=list)
    met: set[FailureKey] = field(default_factory=set)
    reasons: Counter[str] = field(default_factory=Counter)
    turnstile: Lock = field(default_factory=Lock)

    def run(self) -> StopReason:
        """Starts runs until there is a reason to stop, and gives it. What it did nothing with goes back."""
        paces = Paces.of(self.orders.rate)
        for service in SERVICES:
            client(service)  # made here, since boto3 makes no two clients at a time safely
        with ThreadPoolExecutor(AT_ONCE) as starts, InHand(self.orders.queue_url) as in_hand:
            in_hand.receive(self._wanted(self._at_first))
            while True:
                messages = in_hand.take()
                if messages:  # or it stops, and what came in the second of waiting would only go back
                    in_hand.receive(self._wanted(CHUNK, beside=len(messages)))
                self._run_chunk(starts, paces, in_hand, messages)
                stopped = self._why_stop(received=len(messages))
                if stopped:
                    if self.orders.is_small:
                        self.watch.remember(now=clock.now())
                    return stopped
                if not in_hand.is_receiving:  # less was started than was thought
                    in_hand.receive(self._wanted(CHUNK))

    def _run_chunk(
        self, starts: ThreadPoolExecutor, paces: Paces, in_hand: InHand, messages: list[sqs.Message]
    ) -> None:
        """Sees to one chunk, and lets go of the messages of which nothing is left to do."""
        cases = open_cases(self.orders, messages)
        allowed = min(self._left, CHUNK if self.tally else self._at_first)
        self.watch.meet([case.run for case in cases], now=clock.now())
        keys = [*(case.key for case in cases), *self.watch.awaited()]
        records = lineages.read_records(client("dynamodb"), self.orders.places.state_table, keys)
        now = clock.now()
        self.watch.look(records, now=now)
        decisions = decide_all(self.orders, self.watch, cases, records, allowed=allowed, now=now)
        decisions = answer(self.orders, cases, decisions, now=now)
        outcomes = list(starts.map(self._carry_out, cases, decisions, repeat(paces)))
        for case, decision, outcome in zip(cases, decisions, outcomes, strict=True):
            self._record(case, decision, outcome)
        done = list(zip(cases, outcomes, strict=True))
        in_hand.settle([told for case, outcome in done if outcome.settled for told in case.messages])
        in_hand.give_back(
            [told for case, outcome in done if outcome.kind == "surplus" for told in case.messages]
        )

    def _carry_out(self, case: Case, decision: Decision, paces: Paces) -> Outcome:
        with self.turnstile:  # waiting side by side, they would all be late at once after a pause
            if self.orders.remaining_ms() < NO_START_BEFORE_MS:
                return Outcome("late", "out of time")
            if self.throttled:
                return Outcome("throttled", "another start was throttled")
            if isinstance(decision, Start | Redrive):
                now = clock.now()
                pace = paces.starts if isinstance(decision, Start) else paces.redrives
                clock.wait(pace.next_moment(now) - now)
        places, source = self.orders.places, self.orders.source
        outcome = act.carry_out(places, decision, case.messages[0], case.key, source=source, now=clock.now())
        self.throttled = self.throttled or outcome.kind == "throttled"
        return outcome

    def _record(self, case: Case, decision: Decision, outcome: Outcome) -> None:
        self.tally[outcome.kind] += 1
        if outcome.settled:
            self.tally["duplicate"] += len(case.messages) - 1
        if outcome.kind not in ("started", "redriven") and len(self.reasons) < REASONS_KEPT:
            self.reasons[outcome.reason] += 1
        if outcome.kind != "surplus":
            self.met.add(case.key)
        if outcome.kind == "broken":
            self.broken.append(outcome.reason)
        if isinstance(decision, Start | Redrive) and outcome.kind in ("started", "redriven"):
            self.watch.started(case.key, decision.run.state_machine_arn, decision.will_be)

    @property
    def _at_first(self) -> int:
        """The size of the first chunk: those that tell how it goes, where many more are to come."""
        return WATCHED_RUNS if self.orders.at_most > CHUNK else CHUNK

    @property
    def _left(self) -> int:
        """How many more runs this call may begin."""
        return self.orders.at_most - sum(self.tally[kind] for kind in BEGUN)

    def _why_stop(self, *, received: int) -> StopReason | None:
        plan = self.orders.plan
        if plan and not received:
            # What is not there any more was answered, by an earlier call for this plan or by a person.
            table, gone = self.orders.places.state_table, plan.verdicts.keys() - self.met
            records = lineages.read_records(client("dynamodb"), table, gone)
            if self.orders.source == "quarantine":
                records = {key: record for key, record in records.items() if record.answer}
            self.met |= {key for key, record in records.items() if record.answer or record.quarantined_at}
        return why_stop(
            self.tally,
            received=received,
            at_most=self.orders.at_most,
            plan_left=len(plan.verdicts.keys() - self.met) if plan else None,
            remaining_ms=self.orders.remaining_ms(),
        )

    def _wanted(self, at_most: int, *, beside: int = 0) -> int:
        """How many messages to receive, beside those that are about to be run."""
        # Where a plan is carried out, most messages may be none of its own.
        return at_most if self.orders.plan else min(at_most, self._left - beside)
