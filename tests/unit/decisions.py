"""What the reprocessor decides on one run, asked for in one line."""

from dataclasses import replace
from datetime import datetime, timedelta

from stepkeeper.domain.breaker import Outage
from stepkeeper.domain.failure import FailureKey, FailureRecord
from stepkeeper.domain.plan import Planned
from stepkeeper.domain.reprocessor import Decision, Leave, Redrive, Start, decide
from stepkeeper.domain.spooled_run import SpooledRun, Unreadable
from stepkeeper.domain.verdict import Verdict
from tests.unit.failed_runs import EDIT, EXECUTION, LINEAGE, NOW, OUTAGE, RUN, UNKNOWN

ATTEMPT_3 = replace(RUN, key=FailureKey(LINEAGE, 3))

BEGUN_RESTART = FailureRecord(RUN.key, answer="restart", answered_as=RUN.rerun_arn)
BEGUN_REDRIVE = FailureRecord(RUN.key, answer="redrive", answered_as=EXECUTION)
DROPPED = FailureRecord(RUN.key, answer="drop", answer_reason="the order was cancelled")
EDITED = replace(UNKNOWN, edit=EDIT)

START, REDRIVE = Start(RUN, RUN.input, edited_at=None), Redrive(RUN, EXECUTION, resumable=None)
LEFT = Leave(OUTAGE.reason, kind="failing")


def planned(verdict: Verdict, *, forced: bool = False) -> Planned:
    return Planned(verdict, forced, made_at=NOW - timedelta(hours=1))


def decide_on(
    run: SpooledRun | Unreadable = RUN,
    record: FailureRecord = UNKNOWN,
    *,
    planned: Planned | None = None,
    outage: Outage | None = None,
    now: datetime = NOW,
) -> Decision:
    return decide(run, record, planned=planned, outage=outage, max_attempts=3, began=NOW, now=now)
