"""For each function around the exports, calls that need every action of its policy."""

import json
import uuid
from datetime import timedelta
from typing import Any

from local.deployed import FunctionFailed, Operator
from tests.e2e.support.months import Month, last_months, last_weeks, log_group, milliseconds


def audit_a_second_run(operator: Operator) -> Any:
    """Begins two runs, and ends the second: before the one there were manifests alone, and by the other a log
    group was deleted that was never exported. The ledger is audited after that.
    """
    [month], [week] = last_months(1), last_weeks(1)
    born = month.start + timedelta(days=3)
    by_name, by_tag = _new_name("/orders"), _new_name("/checked")
    _export_without_a_ledger(operator, by_name, month)
    with log_group(operator, by_name, [], created=born):
        with log_group(operator, by_tag, [week], created=week.start, tags={"export": "yes"}):
            _begin(operator, _ended(operator))
        second = _ended(operator)
        _begin(operator, second)
        done = operator.invoke("BucketChecker", {"run": second})
        assert done == {"state": "done", "failed": 0, "problems": []}
        return operator.invoke("BucketChecker", {"action": "audit"})


def export_a_month(operator: Operator) -> Any:
    """Starts an export, waits until it is complete, and records it.

    That CloudWatch Logs takes no export is kept in the ledger and told by the answer: it is raised here.
    """
    [month] = last_months(1)
    with log_group(operator, _new_name("/orders"), [month], created=month.start):
        run = _ended(operator)
        _begin(operator, run)
        period = operator.invoke("BucketChecker", {"run": run})["period"]
        started = operator.invoke("LogExporter", {"action": "start", "period": period, "run": run})
        if started["task_id"] is None:
            raise FunctionFailed("NotStarted", started["reason"])
        return operator.until("the export is complete", lambda: _completed(operator, period))


def _completed(operator: Operator, period: dict[str, Any]) -> Any:
    answer = operator.invoke("LogExporter", {"action": "check", "period": period})
    if answer["progress"] == "failed":
        raise FunctionFailed("NotExported", answer["reason"])
    return answer["progress"] == "completed"


def _begin(operator: Operator, run: str) -> None:
    begun = operator.invoke("BucketChecker", {"action": "begin", "execution": run, "run": run})
    assert begun["state"] == "begun"


def _ended(operator: Operator) -> str:
    """An execution of export_logs that is over, and has called no function."""
    request = {"no such field": True}
    run = operator.start(
        operator.output("ExportLogsArn"), name=f"ended-{uuid.uuid4().hex[:8]}", input=request
    )
    return str(operator.finished(run)["executionArn"])


def _new_name(folder: str) -> str:
    """Nothing is known of it yet, however often a scenario is played."""
    return f"{folder}/{uuid.uuid4().hex[:8]}"


def _export_without_a_ledger(operator: Operator, name: str, month: Month) -> None:
    """All that is left of an export is its manifest."""
    bucket, times = operator.output("ExportBucketName"), {"to_ms": milliseconds(month.end)}
    part = times | {
        "from_ms": milliseconds(month.start - timedelta(days=20)),
        "task_id": "12345678-0000-4000-8000-000000000000",
        "location": f"s3://{bucket}/standard-ia/exports{name}/{month.id}/20261101T000000.000000Z/",
        "objects": 2,
        "bytes": 500,
    }
    document = {
        "version": 2,
        "log_group": name,
        "period": month.id,
        "recorded_at": month.end.isoformat(),
        "parts": [part],
    }
    operator.client("s3").put_object(
        Bucket=bucket, Key=f"exports/manifests{name}/{month.id}.json", Body=json.dumps(document)
    )
