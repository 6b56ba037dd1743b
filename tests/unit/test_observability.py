"""What an invocation leaves in the log and in the metrics."""

import json
import logging
from typing import Any

import pytest

from stepkeeper.errors import GateNotFound, UnroutableEvent
from stepkeeper.routing import Event, EventRouter
from tests.conftest import FakeContext

ARN = "arn:aws:states:ap-northeast-1:123456789012:execution:nightly-orders:2026-11-21-0300"


class Rerun(Event):
    """{"execution": "<execution ARN>"}"""

    execution: str

    @property
    def correlation_id(self) -> str | None:
        return self.execution if self.execution.startswith("arn:") else None


def make_router(service: str) -> EventRouter:
    """To be made within the test, with a name of its own: its logger keeps the stream of the moment."""
    router = EventRouter(service)

    @router.on(Rerun)
    def rerun(event: Rerun, _context: Any) -> None:
        router.logger.info("running")
        if event.execution == "missing":
            raise GateNotFound("There is no such gate.")

    return router


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def counted(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Every metric that was printed, in the namespace of the product and for its service."""
    found = {}
    for line in lines:
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
            assert directive["Namespace"] == "Stepkeeper"
            assert "service" in directive["Dimensions"][0]
            found |= {metric["Name"]: line[metric["Name"]] for metric in directive["Metrics"]}
    return found


def test_an_invocation_that_returns_counts_as_succeeded(
    context: FakeContext, capsys: pytest.CaptureFixture[str]
) -> None:
    router = make_router("counted")

    router({"execution": ARN}, context)

    counts = counted(printed(capsys))
    assert counts["Succeeded"] == [1.0]
    assert "Failed" not in counts


@pytest.mark.parametrize("event", [{"execution": "missing"}, {}, None], ids=str)
def test_an_invocation_that_raises_counts_as_failed(
    context: FakeContext, capsys: pytest.CaptureFixture[str], event: Any
) -> None:
    router = make_router("failing")

    with pytest.raises((GateNotFound, UnroutableEvent)):
        router(event, context)

    counts = counted(printed(capsys))
    assert counts["Failed"] == [1.0]
    assert "Succeeded" not in counts


def test_every_log_line_carries_the_execution_and_the_next_invocation_forgets_it(
    context: FakeContext, capsys: pytest.CaptureFixture[str]
) -> None:
    router = make_router("logged")

    router({"execution": ARN}, context)
    first = [line for line in printed(capsys) if "level" in line]
    router({"execution": "of no known ARN"}, context)
    second = [line for line in printed(capsys) if "level" in line]

    assert [(line["message"], line["correlation_id"]) for line in first] == [("event", ARN), ("running", ARN)]
    assert {line["function_request_id"] for line in first} == {context.aws_request_id}
    assert [line.get("correlation_id") for line in second] == [None, None]


def test_the_log_says_which_shape_the_event_had_and_not_what_was_in_it(
    context: FakeContext, capsys: pytest.CaptureFixture[str]
) -> None:
    router = make_router("discreet")

    router({"execution": "a-secret"}, context)

    out = capsys.readouterr().out
    assert '"shape":"Rerun"' in out
    assert "a-secret" not in out


def test_whole_answers_of_aws_are_logged_at_no_level_of_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("botocore"), "level", logging.NOTSET)
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    logging.getLogger("botocore").manager._clear_cache()

    make_router("quiet")

    assert not logging.getLogger("botocore.parsers").isEnabledFor(logging.DEBUG)
