"""Alerts arrive as they were written, and subscribers can choose among them."""

import pytest

from stepkeeper.aws import sns
from stepkeeper.aws.clients import client
from stepkeeper.domain.alert import Alert
from tests.conftest import Stack
from tests.inbox import Inbox

ALERT = Alert(
    subject="[Stepkeeper] nightly-orders FAILED",
    body="nightly-orders FAILED.\n\nCause: 夜 \N{SNOWMAN}",
    attributes={"pipeline": "nightly-orders", "verdict": "failed"},
)


def test_an_alert_arrives_with_its_subject_its_text_and_its_attributes(stack: Stack) -> None:
    inbox = Inbox(stack)

    message_id = sns.publish(client("sns"), stack.alert_topic, ALERT)

    (arrived,) = inbox.take()
    assert arrived["MessageId"] == message_id
    assert (arrived["Subject"], arrived["Message"]) == (ALERT.subject, ALERT.body)
    assert arrived["MessageAttributes"] == {
        "pipeline": {"Type": "String", "Value": "nightly-orders"},
        "verdict": {"Type": "String", "Value": "failed"},
    }


@pytest.mark.parametrize(
    ("policy", "arrives"),
    [
        ({"verdict": ["failed", "missing"]}, True),
        ({"verdict": ["late"]}, False),
        ({"pipeline": [{"prefix": "nightly-"}]}, True),
        ({"pipeline": ["nightly-bills"], "verdict": ["failed"]}, False),
    ],
)
def test_a_subscriber_can_choose_by_pipeline_and_verdict(
    stack: Stack, policy: dict[str, list[str]], *, arrives: bool
) -> None:
    inbox = Inbox(stack, filter_policy=policy)

    sns.publish(client("sns"), stack.alert_topic, ALERT)

    assert bool(inbox.take()) is arrives


@pytest.mark.parametrize(
    "body", ["loaded", "😀" * 60_000, '{"version": "1.0"}'], ids=["short", "long", "JSON"]
)
def test_a_message_without_attributes_arrives_as_it_was_written(stack: Stack, body: str) -> None:
    inbox = Inbox(stack)

    sns.publish(client("sns"), stack.alert_topic, Alert("[Stepkeeper] loaded", body, {}))

    (arrived,) = inbox.take()
    assert (arrived["Message"], arrived.get("MessageAttributes", {})) == (body, {})
