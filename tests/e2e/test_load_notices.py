"""A notice that can not be delivered never stops a load, and it is kept, logged and counted."""

from typing import Any

import pytest

from local.loads import loaded
from local.slack import Answer
from tests.e2e.support.loads import Loads
from tests.e2e.support.logs import logged, metrics
from tests.e2e.support.spool import peek

pytestmark = pytest.mark.usefixtures("hurried")

NOTICES_OF_A_LOAD = 2
ATTEMPTS = 4
"""A notice is tried again three times, where Slack itself is in trouble."""


def kept(weekly: Loads) -> list[dict[str, Any]]:
    """The notices about our load that are kept because nobody could be told, when all of them are."""

    def look() -> list[dict[str, Any]]:
        calls = [message.body for message in peek(weekly.operator, "FailedTriggersQueueUrl")]
        return [call for call in calls if f"*{weekly.key}*" in call["requestPayload"]["text"]]

    weekly.operator.until("the notices are kept", lambda: len(look()) >= NOTICES_OF_A_LOAD)
    return look()


@pytest.mark.parametrize(
    ("answer", "attempts", "error"),
    [
        pytest.param(Answer(500, "server_error"), ATTEMPTS, "NotificationDelayed", id="down"),
        pytest.param(Answer(403, "action_prohibited"), 1, "NotificationRefused", id="forbidden"),
    ],
)
def test_a_load_succeeds_though_slack_takes_no_notice_and_the_notices_are_kept(
    weekly: Loads, answer: Answer, attempts: int, error: str
) -> None:
    weekly.deliver(10)
    before = len(weekly.slack.attempts)
    weekly.slack.answer_next(*[answer] * attempts * NOTICES_OF_A_LOAD)

    run = weekly.run()

    notices = kept(weekly)
    assert run["status"] == "SUCCEEDED"
    assert loaded(weekly.bigquery) == {weekly.week: 10}
    assert [notice["responsePayload"]["errorType"] for notice in notices] == [error] * NOTICES_OF_A_LOAD
    assert all(answer.body in notice["responsePayload"]["errorMessage"] for notice in notices)
    assert len(weekly.slack.attempts) - before == attempts * NOTICES_OF_A_LOAD
    assert weekly.told() == []


def test_a_channel_that_nobody_knows_does_not_stop_a_load_and_its_notices_are_kept(weekly: Loads) -> None:
    weekly.deliver(10)

    run = weekly.run(channels={"progress": "#no-such-channel"})

    notices = kept(weekly)
    assert run["status"] == "SUCCEEDED"
    assert loaded(weekly.bigquery) == {weekly.week: 10}
    assert {notice["responsePayload"]["errorType"] for notice in notices} == {"ChannelUnknown"}


def test_a_notice_that_slack_refused_is_a_failure_in_the_notifiers_log_and_its_metrics(
    weekly: Loads,
) -> None:
    def refused() -> None:
        weekly.slack.answer_next(*[Answer(403, "action_prohibited")] * NOTICES_OF_A_LOAD)
        weekly.run(load=f"{weekly.name}-{len(weekly.slack.attempts)}")
        weekly.operator.until("both are refused", lambda: weekly.slack.attempts[-1].status == 403)

    weekly.deliver(10)
    lines = logged(weekly.operator, "Notifier", refused, until='"Failed":[')

    assert metrics(lines, namespace="Stepkeeper")["Failed"] == 1
    assert any("action_prohibited" in line for line in lines)
