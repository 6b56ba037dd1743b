"""Errors reach callers under the names that state machines wait for, and the artifact lacks nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from local.loads import SQL_BUCKET
from local.rie import emulated
from tests.contract.conftest import EmulatedFunctions
from tests.contract.load_world import SLOW_SQL, drop_claim, queries
from tests.contract.sample_world import LOG_GROUP, PERIOD, forget_exports, sample, wait_for_exports
from tests.contract.stack import HANDLERS


@contextmanager
def somebody_exports(functions: EmulatedFunctions) -> Iterator[None]:
    """Keeps an export of somebody else active."""
    logs, operator = functions.operator.client("logs"), functions.operator
    wait_for_exports(operator)
    operator.aws.control("export-tasks", seconds=60)
    task = logs.create_export_task(
        taskName="somebody's",
        logGroupName=LOG_GROUP,
        fromTime=PERIOD["from_ms"],
        to=PERIOD["to_ms"],
        destination=operator.output("ExportBucketName"),
    )["taskId"]
    try:
        yield
    finally:
        logs.cancel_export_task(taskId=task)


@pytest.mark.parametrize("handler", HANDLERS.values())
def test_an_event_that_nobody_knows_is_refused_by_name(functions: EmulatedFunctions, handler: str) -> None:
    answer = functions.invoke(handler, {"detail-type": "Scheduled Event", "source": "aws.events"})

    assert answer["errorType"] == "UnroutableEvent"
    assert "nothing was done. It takes: {" in answer["errorMessage"]


def planned(functions: EmulatedFunctions) -> dict[str, Any]:
    """The only period to export."""
    forget_exports(functions.operator)
    functions.feed("BucketChecker", "bucket_checker_begin")
    period: dict[str, Any] = functions.feed("BucketChecker", "bucket_checker")["period"]
    return period


def test_a_busy_export_is_the_error_that_export_logs_retries(functions: EmulatedFunctions) -> None:
    period = planned(functions)

    with somebody_exports(functions):
        answer = functions.invoke("LogExporter", {"action": "start", "period": period})

    assert answer["errorType"] == "LimitExceededException"
    assert "(somebody's)" in answer["errorMessage"]


def test_a_failed_export_is_told_by_its_progress(functions: EmulatedFunctions) -> None:
    period = planned(functions)
    functions.operator.aws.control("export-tasks", seconds=0, next="FAILED")
    functions.invoke("LogExporter", {"action": "start", "period": period})
    check = {"action": "check", "period": period}

    answer = functions.operator.until(
        "the export fails", lambda: _ended(functions.invoke("LogExporter", check))
    )

    assert answer["progress"] == "failed"


def _ended(answer: dict[str, Any]) -> dict[str, Any] | None:
    return None if answer["progress"] == "running" else answer


def test_a_check_that_is_not_finished_is_the_error_that_load_when_ready_waits_with(
    functions: EmulatedFunctions,
) -> None:
    event = {
        "databaseInformation": {
            "region": functions.operator.aws.region,
            "sqlBucket": SQL_BUCKET,
            "sqlTemplatePath": SLOW_SQL,
        },
        "engine": "athena",
        "parameters": {},
        "execution": "one",
        "state": "Is the data there? 0",
    }
    before = queries(functions.operator)

    answer = functions.invoke("QueryRunner", event | {"max_wait": "PT0.01S"})

    assert answer["errorType"] == "QueryStillRunning"
    assert functions.invoke("QueryRunner", event)["statusCode"] == 200
    assert len(queries(functions.operator) - before) == 1


def test_sql_that_is_not_there_is_an_error_of_that_name(functions: EmulatedFunctions) -> None:
    event = json.loads(sample("query_runner", functions.operator.aws))
    event["databaseInformation"]["sqlTemplatePath"] = "no-such.sql"

    answer = functions.invoke("QueryRunner", event)

    assert answer["errorType"] == "SqlNotFound"


def test_the_layer_holds_what_the_bigquery_engine_imports(functions: EmulatedFunctions) -> None:
    event = json.loads(sample("query_runner", functions.operator.aws)) | {"engine": "bigquery"}

    answer = functions.invoke("QueryRunner", event)

    # The stack was given a project and no credentials, which is said by a module that has all its imports.
    assert answer["errorType"] == "InvalidSettings"
    assert "BIGQUERY_SECRET_ARN" in answer["errorMessage"]
    assert "BIGQUERY_PROJECT" not in answer["errorMessage"]


def test_a_channel_that_is_not_there_is_an_error_that_names_those_that_are(
    functions: EmulatedFunctions,
) -> None:
    answer = functions.invoke("Notifier", {"text": "hello", "channel": "#nowhere"})

    assert answer["errorType"] == "ChannelUnknown"
    assert "chat, email" in answer["errorMessage"]


def test_a_claim_that_went_to_another_run_is_an_error_of_that_name(functions: EmulatedFunctions) -> None:
    event = json.loads(sample("load_claimer_complete", functions.operator.aws))
    drop_claim(functions.operator)
    functions.feed("LoadClaimer", "load_claimer_claim")

    answer = functions.invoke("LoadClaimer", event | {"load_as": event["load_as"] + "-other"})

    assert answer["errorType"] == "ClaimLost"
    drop_claim(functions.operator)


def test_a_gate_that_is_not_there_is_named_in_the_error(functions: EmulatedFunctions) -> None:
    answer = functions.invoke("RuleToggler", {"action": "disable", "targets": ["rule/no-such-rule"]})

    assert answer["errorType"] == "GatesFailed"
    assert "no-such-rule" in answer["errorMessage"]


def test_what_the_artifact_lacks_is_missing(functions: EmulatedFunctions, tmp_path: Path) -> None:
    # Nothing else would tell that the functions above found their packages in the artifact.
    code = tmp_path / "Lacking"
    code.mkdir()
    (code / "main.py").write_text("import boto3\n\n\ndef handler(event, context):\n    return 'found'\n")

    with emulated(functions.operator.aws, code, "main.handler", {}, timeout=timedelta(seconds=5)) as function:
        answer = function.invoke(b"{}")

    assert answer["errorType"] == "Runtime.ImportModuleError"
    assert "boto3" in answer["errorMessage"]
