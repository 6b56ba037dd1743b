"""A chunk of messages: what each is about, what is done with it, and how its failure is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from stepkeeper.aws import answers, lineages, sqs
from stepkeeper.aws.clients import client
from stepkeeper.domain.failure import FailureKey, FailureRecord
from stepkeeper.domain.reprocessor import Decision, Leave, Redrive, Start, decide
from stepkeeper.domain.spooled_run import SpooledRun, Unreadable, read_message
from stepkeeper.spool.orders import Orders
from stepkeeper.spool.watch import Watch


@dataclass(frozen=True)
class Case:
    """One failure, and the messages that tell of it: more than one where it was sent twice."""

    run: SpooledRun | Unreadable
    messages: tuple[sqs.Message, ...]

    @property
    def key(self) -> FailureKey:
        """Which failure it is."""
        return self.run.key


@dataclass(frozen=True)
class Chunk:
    """Messages that were received together, and what is remembered of the failures that they tell of."""

    messages: Sequence[sqs.Message]
    cases: list[Case]
    records: Mapping[FailureKey, FailureRecord]


def look_up(orders: Orders, watch: Watch, messages: Sequence[sqs.Message], *, now: datetime) -> Chunk:
    """Reads what is remembered, also of the runs that are watched."""
    cases = _open_cases(orders, messages)
    watch.meet([case.run for case in cases], now=now)
    keys = [*(case.key for case in cases), *watch.awaited()]
    records = lineages.read_records(client("dynamodb"), orders.places.state_table, keys)
    return Chunk(messages, cases, records)


def _open_cases(orders: Orders, messages: Sequence[sqs.Message]) -> list[Case]:
    """The failures that the messages are about; those of the plan alone, where there is one."""
    runs: dict[FailureKey, SpooledRun | Unreadable] = {}
    telling: dict[FailureKey, list[sqs.Message]] = {}
    for message in messages:
        run = read_message(
            message.body,
            message_id=message.id,
            default_state_machine_arn=orders.default_state_machine_arn,
        )
        if orders.plan and run.key not in orders.plan.verdicts:
            continue
        runs.setdefault(run.key, run)
        telling.setdefault(run.key, []).append(message)
    return [Case(run, tuple(telling[key])) for key, run in runs.items()]


def decide_all(orders: Orders, watch: Watch, chunk: Chunk, *, allowed: int, now: datetime) -> list[Decision]:
    """What is done with each case; `allowed` runs are begun, and as many as their machines have room for."""
    decisions: list[Decision] = []
    for case in chunk.cases:
        record = chunk.records.get(case.key) or FailureRecord(case.key)
        decision = _decide(orders, watch, case, record, now)
        if isinstance(decision, Start | Redrive):
            machine = watch.machine(decision.run.state_machine_arn, now=now)
            if allowed <= 0:
                decision = Leave("no more may be begun now", kind="surplus")
            elif isinstance(decision, Redrive) and _has_changed(orders, watch, decision):
                decision = Leave("its definition has changed since the plan was made; plan again")
            elif machine.room <= 0:
                decision = Leave("as many executions of its state machine run as may", kind="full")
            else:
                machine.room -= 1
                allowed -= 1
        decisions.append(decision)
    return decisions


def _has_changed(orders: Orders, watch: Watch, decision: Redrive) -> bool:
    """Whether a redrive would run an old definition: it was right when the plan was made."""
    planned = orders.plan.revisions if orders.plan else {}
    arn = decision.run.state_machine_arn
    return arn in planned and watch.revision(arn) != planned[arn]


def _decide(orders: Orders, watch: Watch, case: Case, record: FailureRecord, now: datetime) -> Decision:
    machine = None
    if isinstance(case.run, SpooledRun):
        machine = watch.machine(case.run.state_machine_arn, now=now)
    return decide(
        case.run,
        record,
        planned=orders.plan.planned(case.key) if orders.plan else None,
        outage=machine.outage if machine else None,
        max_attempts=orders.max_attempts,
        began=orders.began,
        now=now,
    )


def answer(
    orders: Orders, cases: Sequence[Case], decisions: Sequence[Decision], *, now: datetime
) -> list[Decision]:
    """Writes down how each failure is answered; gives what is to be done after that.

    Where somebody else has answered it meanwhile, or edited it, it is left.
    """
    claims = [
        answers.Claim(
            key=case.key,
            answer="restart" if isinstance(decision, Start) else "redrive",
            answered_as=decision.will_be,
            edited_at=decision.edited_at,
            state_machine_arn=decision.run.state_machine_arn,
            execution_arn=decision.run.execution_arn,
        )
        for case, decision in zip(cases, decisions, strict=True)
        if isinstance(decision, Start | Redrive)
    ]
    refused = answers.claim(client("dynamodb"), orders.places.state_table, claims, now=now)
    return [
        Leave(f"{case.key} is being answered by somebody else: {refused[case.key]}")
        if case.key in refused
        else decision
        for case, decision in zip(cases, decisions, strict=True)
    ]
