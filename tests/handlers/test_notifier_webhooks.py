"""The secret with the webhooks: read once, and shown to nobody, whatever it holds."""

import json

import pytest
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

from stepkeeper.errors import NotificationDelayed, WebhookUnusable
from tests.handlers.notified import Notified

TOKEN = "abcdefghijklmnopqrstuvwx"
URL = f"https://hooks.slack.invalid/services/T0/B0/{TOKEN}"


def test_the_secret_is_read_once_for_many_notices(notified: Notified) -> None:
    notified.tell("one")
    notified.tell("two")
    notified.tell("three", channel="#oncall")

    assert notified.stack.aws.wire.calls == ["secretsmanager:GetSecretValue"]
    assert [message.channel for message in notified.slack.messages] == ["#batch", "#batch", "#oncall"]


def test_the_secret_is_not_read_for_an_email(notified: Notified) -> None:
    notified.tell(channel="email")

    assert notified.stack.aws.wire.calls == ["sns:Publish"]


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param(URL, id="no JSON"),
        pytest.param(json.dumps(URL), id="a text"),
        pytest.param(json.dumps([URL]), id="a list"),
        pytest.param(json.dumps({"#other": URL}), id="another channel"),
        pytest.param(json.dumps({"#batch": [URL]}), id="a list of URLs"),
        pytest.param(json.dumps({"#batch": {"url": URL}}), id="an object"),
        pytest.param(json.dumps({"#batch": f"{URL}\n"}), id="a line break"),
        pytest.param(json.dumps({"#batch": f"{URL}\r\nHost: x"}), id="a header"),
        pytest.param(json.dumps({"#batch": f"{URL}\x00"}), id="a control character"),
        pytest.param(json.dumps({"#batch": f" {URL}"}), id="a space before"),
        pytest.param(json.dumps({"#batch": f"{URL}夜"}), id="unicode"),
        pytest.param(json.dumps({"#batch": URL.replace("https", "http")}), id="no TLS"),
        pytest.param(json.dumps({"#batch": f"file:///etc/{TOKEN}"}), id="a file"),
        pytest.param(json.dumps({"#batch": f"https://[{TOKEN}/x"}), id="half an IPv6 address"),
        pytest.param(json.dumps({"#batch": f"https://a%0d%0a.{TOKEN}/x"}), id="a coded line break"),
        pytest.param(json.dumps({"#batch": f"https://u:{TOKEN}@localhost/x"}), id="a password"),
        pytest.param(json.dumps({"#batch": f"https://localhost:{TOKEN}/x"}), id="no port"),
        pytest.param(f'{{"#batch": "{URL}"', id="a missing bracket"),
        pytest.param(f'{"[" * 100_000}"{URL}"', id="too deep"),
        pytest.param(json.dumps({"#batch": URL}).encode(), id="binary"),
        pytest.param("null", id="null"),
        pytest.param("12", id="a number"),
    ],
)
def test_a_secret_that_holds_no_webhook_says_how_it_should_look_and_shows_nothing_of_itself(
    notified: Notified, secret: str | bytes
) -> None:
    notified.keep(secret)

    with pytest.raises(WebhookUnusable, match=r'no URL for #batch.*{"#batch": "https://hooks'):
        notified.tell()

    assert notified.told() == 0


def test_a_webhook_that_leads_nowhere_is_not_shown(notified: Notified) -> None:
    notified.keep_webhook(f"https://127.0.0.1:99999/services/{TOKEN}")

    with pytest.raises(NotificationDelayed, match="#batch"):
        notified.tell()

    assert notified.told() == 0


def test_a_secret_that_is_gone_fails_the_notice(notified: Notified) -> None:
    notified.set_up(SlackSecretArn=f"{notified.secret}-gone")

    with pytest.raises(GetParameterError):
        notified.tell()

    assert notified.told() == 0


def test_without_a_secret_slack_can_not_be_told_and_the_variable_is_named(notified: Notified) -> None:
    notified.set_up(SlackSecretArn="")

    with pytest.raises(WebhookUnusable, match=r"#batch \(SLACK_SECRET_ARN\)"):
        notified.tell()
    notified.tell(channel="chat")

    assert notified.told() == 1
