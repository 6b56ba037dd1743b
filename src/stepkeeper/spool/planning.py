"""Looks at all that waits and judges it, without taking anything away."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from stepkeeper.aws import breakers, failed_runs, lineages, plans
from stepkeeper.aws.clients import client
from stepkeeper.aws.outages import is_outage
from stepkeeper.domain.failure import FailureKey, FailureRecord
from stepkeeper.domain.plan import PLAN_LASTS, SAMPLE_CHARACTERS, Filters, Plan, Source, group
from stepkeeper.domain.spooled_run import SpooledRun, Unreadable, read_message
from stepkeeper.domain.verdict import Judged, MachineFacts, Verdict, judge, overrule
from stepkeeper.spool.errors import PlanUnknown
from stepkeeper.spool.places import Places
from stepkeeper.spool.scan import Scan

EVER = datetime.min.replace(tzinfo=UTC)
Waiting = SpooledRun | Unreadable


def make_plan(
    places: Places,
    plan_id: str,
    source: Source,
    filters: Filters,
    *,
    override: Verdict | None,
    default_state_machine_arn: str | None,
    max_attempts: int,
    now: datetime,
) -> dict[str, Any]:
    """Judges what waits, writes the plan down, and shows it in groups."""
    runs, looked_at, complete = _look_at_all(
        places, source, filters, default_state_machine_arn=default_state_machine_arn, now=now
    )
    records = lineages.read_records(client("dynamodb"), places.state_table, runs)
    machines = _machines(places, runs, records)
    judged = _judge_all(runs, records, machines, max_attempts=max_attempts, now=now)
    if override:
        judged = [(run, overrule(its, override)) for run, its in judged]
    plan = Plan(
        id=plan_id,
        made_at=now,
        source=source,
        forced=override is not None,
        verdicts={run.key: its.verdict for run, its in judged},
        revisions={arn: its.revision for arn, its in machines.items() if its.revision is not None},
    )
    plans.write_plan(client("dynamodb"), places.state_table, plan)
    return {
        "plan": plan_id,
        "good_until": (now + PLAN_LASTS).isoformat(timespec="seconds"),
        "looked_at": looked_at,
        "complete": complete,
        "count": len(judged),
        "groups": group(judged, now=now),
    }


def read_plan(state_table: str, plan_id: str, *, now: datetime) -> Plan:
    """A plan that can still be carried out. Raises PlanUnknown."""
    plan = plans.read_plan(client("dynamodb"), state_table, plan_id)
    if plan is None or plan.is_over(now):
        raise PlanUnknown(
            f"There is no plan {plan_id}, or it is older than a day. Nothing was run. Make one with "
            '{"action": "plan"}.'
        )
    return plan


def _look_at_all(
    places: Places, source: Source, filters: Filters, *, default_state_machine_arn: str | None, now: datetime
) -> tuple[dict[FailureKey, Waiting], int, bool]:
    """The runs that fit the filters, how many messages were looked at, and whether these were all."""
    found: dict[FailureKey, Waiting] = {}
    with Scan(places.queue_url(source)) as scan:
        for message in scan.messages():
            run = read_message(
                message.body, message_id=message.id, default_state_machine_arn=default_state_machine_arn
            )
            if filters.fit(run, now=now):
                found.setdefault(run.key, _shortened(run))
        return found, scan.looked_at, scan.complete


def _judge_all(
    runs: Mapping[FailureKey, Waiting],
    records: Mapping[FailureKey, FailureRecord],
    machines: Mapping[str, MachineFacts],
    *,
    max_attempts: int,
    now: datetime,
) -> list[tuple[Waiting, Judged]]:
    """The verdict on each run that still waits for one: what was dropped is left out."""
    judged = []
    for key, run in runs.items():
        record = records.get(key) or FailureRecord(key)
        if record.answer != "drop":
            machine = machines[run.state_machine_arn] if isinstance(run, SpooledRun) else MachineFacts(False)
            judged.append((run, judge(run, record, machine, max_attempts=max_attempts, now=now)))
    return judged


def _machines(
    places: Places, runs: Mapping[FailureKey, Waiting], records: Mapping[FailureKey, FailureRecord]
) -> dict[str, MachineFacts]:
    """All state machines whose runs wait."""
    waiting: dict[str, list[FailureRecord]] = {}
    for key, run in runs.items():
        if isinstance(run, SpooledRun):
            its = waiting.setdefault(run.state_machine_arn, [])
            its += [records[key]] if key in records else []
    return {arn: _facts(places, arn, its) for arn, its in sorted(waiting.items())}


def _facts(places: Places, state_machine_arn: str, records: list[FailureRecord]) -> MachineFacts:
    """The state machine as it is now.

    The newest of its failed runs tells since when there is today's definition, for all of them: if that
    run has an older one, so have the others.
    """
    outage = breakers.read_breaker(client("dynamodb"), places.state_table, state_machine_arn).outage
    started = [
        (record.started_at, record.execution_arn)
        for record in records
        if record.started_at and record.execution_arn
    ]
    executions = client("stepfunctions")
    try:
        revision = failed_runs.current_revision(executions, state_machine_arn)
        newest = failed_runs.revision_of_run(executions, max(started)[1]) if started else None
    except ClientError as error:
        if is_outage(error):
            raise
        return MachineFacts(exists=True, outage=outage)  # not ours to look at
    same_since = newest[1] if newest and newest[0] == revision else None
    if revision == failed_runs.FIRST_REVISION:
        same_since = EVER
    return MachineFacts(exists=revision is not None, revision=revision, same_since=same_since, outage=outage)


def _shortened(run: Waiting) -> Waiting:
    """What a person is shown of it: thousands of whole inputs would fill the memory."""
    if isinstance(run, Unreadable):
        return run
    return replace(run, input=run.input[:SAMPLE_CHARACTERS], cause=run.cause[:SAMPLE_CHARACTERS])
