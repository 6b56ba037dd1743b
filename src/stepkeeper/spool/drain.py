"""Runs what is on the spool again, chunk by chunk, until there is a reason to stop.

A chunk costs one call or two to look its failures up and one to write down how they are answered, whatever
its size; while its runs are being started, the next chunk is received and looked up, and the last deleted.
What was looked up may have changed by then: it is answered only if nobody else has answered it, and whoever
answers it as it is answered already does nothing twice.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError

from stepkeeper import clock
from stepkeeper.aws import lineages
from stepkeeper.aws.clients import client
from stepkeeper.domain.breaker import WATCHED_RUNS
from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.outcome import BEGUN, Kind, Outcome, StopReason, why_stop
from stepkeeper.domain.reprocessor import Decision, Redrive, Start
from stepkeeper.errors import AwsUnavailable
from stepkeeper.spool.chunk import Case, Chunk, answer, decide_all, look_up
from stepkeeper.spool.in_hand import InHand
from stepkeeper.spool.orders import Orders
from stepkeeper.spool.starts import Starts
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
    broken: list[str] = field(default_factory=list)
    met: set[FailureKey] = field(default_factory=set)
    reasons: Counter[str] = field(default_factory=Counter)

    def run(self) -> StopReason:
        """Starts runs until there is a reason to stop, and gives it. What it did nothing with goes back."""
        for service in SERVICES:
            client(service)  # made here, since boto3 makes no two clients at a time safely
        with Starts(self.orders) as starts, InHand(self.orders.queue_url) as in_hand:
            in_hand.receive(self._wanted(self._at_first))
            chunk = self._next(in_hand)
            while True:
                if chunk.messages:  # or it stops, and what came in the second of waiting would only go back
                    in_hand.receive(self._wanted(CHUNK, beside=len(chunk.messages)))
                following = self._run_chunk(starts, in_hand, chunk)
                stopped = self._why_stop(received=len(chunk.messages))
                if stopped:
                    if self.orders.is_small:
                        self.watch.remember(now=clock.now())
                    return stopped
                chunk = following or self._next(in_hand)

    def _run_chunk(self, starts: Starts, in_hand: InHand, chunk: Chunk) -> Chunk | None:
        """Sees to one chunk, and lets go of the messages of which nothing is left to do.

        Gives the next one, which it looks up meanwhile; but none while the runs that tell how it goes are
        yet to be started.
        """
        looks_ahead = bool(self.tally) and in_hand.is_receiving
        allowed = min(self._left, CHUNK if self.tally else self._at_first)
        now = clock.now()
        self.watch.look(chunk.records, now=now)
        decisions = decide_all(self.orders, self.watch, chunk, allowed=allowed, now=now)
        decisions = answer(self.orders, chunk.cases, decisions, now=now)
        cases = list(zip(chunk.cases, decisions, strict=True))
        begun = [starts.begin(case, decision) for case, decision in cases]
        try:
            return self._next(in_hand) if looks_ahead else None
        except (AwsUnavailable, BotoCoreError, ClientError):
            return None  # it may not be needed any more, and is asked for again if it is
        finally:
            self._settle(in_hand, [(*each, start.result()) for each, start in zip(cases, begun, strict=True)])

    def _next(self, in_hand: InHand) -> Chunk:
        if not in_hand.is_receiving:  # less was started than was thought
            in_hand.receive(self._wanted(CHUNK))
        return look_up(self.orders, self.watch, in_hand.take(), now=clock.now())

    def _settle(self, in_hand: InHand, done: Sequence[tuple[Case, Decision, Outcome]]) -> None:
        for case, decision, outcome in done:
            self._record(case, decision, outcome)
        in_hand.settle([told for case, _, outcome in done if outcome.settled for told in case.messages])
        surplus = [case for case, _, outcome in done if outcome.kind == "surplus"]
        in_hand.give_back([told for case in surplus for told in case.messages])

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
        """The size of the first chunk: those that tell how it goes, where many more are to come.

        In a drain an earlier call has begun them, or the room of their state machine ends after them.
        """
        probes = self.watch.trusted is None and self.orders.at_most > CHUNK
        return WATCHED_RUNS if probes else CHUNK

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
