"""The local Slack: it takes and refuses posts as Slack does, and shows what was posted."""

import http.client
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from rich.console import Console
from slack_sdk.webhook import WebhookClient

from local.slack import Answer, Message, Slack, receiving, show


@pytest.fixture
def slack() -> Iterator[Slack]:
    with receiving() as received:
        yield received


def test_slacks_own_client_posts_into_the_channel(slack: Slack) -> None:
    before = datetime.now(UTC)

    answer = WebhookClient(slack.webhook("loads")).send(text="orders: *loaded*")

    assert (answer.status_code, answer.body) == (200, "ok")
    (message,) = slack.messages
    assert (message.channel, message.payload) == ("loads", {"text": "orders: *loaded*"})
    assert before <= message.at <= datetime.now(UTC)


def test_every_channel_has_one_webhook_of_its_own(slack: Slack) -> None:
    loads, alerts = slack.webhook("loads"), slack.webhook("alerts")

    WebhookClient(alerts).send(text="late")

    assert loads == slack.webhook("loads") != alerts
    assert len(loads.rpartition("/")[2]) == 24
    assert [message.channel for message in slack.messages] == ["alerts"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("{", 400, "invalid_payload"),
        ("", 400, "invalid_payload"),
        ('["text"]', 400, "invalid_payload"),
        ('{"username": "stepkeeper"}', 400, "no_text"),
        ('{"text": ""}', 400, "no_text"),
        ('{"blocks": [{"type": "divider"}]}', 200, "ok"),
    ],
)
def test_a_post_is_judged_as_slack_does(slack: Slack, body: str, status: int, said: str) -> None:
    answer = _post(slack.webhook("loads"), body)

    assert answer == (status, said)
    assert [(attempt.status, attempt.body) for attempt in slack.attempts] == [(status, body)]
    assert len(slack.messages) == (status == 200)


def test_a_webhook_that_nobody_made_has_no_service(slack: Slack) -> None:
    stranger = slack.webhook("loads")[:-1] + "_"

    answer = WebhookClient(stranger).send(text="hello")

    assert (answer.status_code, answer.body) == (404, "no_service")
    assert slack.messages == []
    assert [attempt.channel for attempt in slack.attempts] == [None]


def test_answers_can_be_set_and_then_all_is_well_again(slack: Slack) -> None:
    slack.answer_next(Answer(429, "rate_limited", {"Retry-After": "1"}), Answer(500))
    client = WebhookClient(slack.webhook("loads"), retry_handlers=[])

    answers = [client.send(text=f"number {number}") for number in range(3)]

    assert [answer.status_code for answer in answers] == [429, 500, 200]
    assert answers[0].headers["Retry-After"] == "1"
    assert [attempt.status for attempt in slack.attempts] == [429, 500, 200]
    assert [message.payload["text"] for message in slack.messages] == ["number 2"]


def test_a_message_is_posted_although_its_answer_comes_too_late(slack: Slack) -> None:
    slack.answer_next(Answer(200, "ok", hang_seconds=30))

    with pytest.raises(TimeoutError):
        WebhookClient(slack.webhook("loads"), timeout=1).send(text="once")

    assert [message.payload["text"] for message in slack.messages] == ["once"]


def test_nothing_of_it_outlives_the_block_even_if_somebody_waits_for_an_answer() -> None:
    threads = set(threading.enumerate())
    started = time.monotonic()

    with receiving() as slack:
        slack.answer_next(Answer(200, "ok", hang_seconds=600))
        host, path = _parts(slack.webhook("loads"))
        waiting = http.client.HTTPConnection(host, timeout=30)
        waiting.request("POST", path, '{"text": "hello"}')
        while not slack.attempts and time.monotonic() - started < 10:
            time.sleep(0.01)

    with pytest.raises(http.client.RemoteDisconnected):
        waiting.getresponse()
    waiting.close()
    assert set(threading.enumerate()) == threads
    assert time.monotonic() - started < 10


def test_a_message_is_shown_as_slack_shows_it() -> None:
    text = "*orders*: `a &lt; b` &amp; 3 * 4 * 5 rows <https://example.com/run?a=1&amp;b=2|the run> :tada:"
    payload = {"text": text, "username": "Load [bot]", "icon_emoji": ":white_check_mark:"}
    message = Message("loads", payload, datetime(2026, 11, 21, 3, 4, tzinfo=UTC))

    plain, styled = _shown(message, styled=False), _shown(message, styled=True)

    assert "#loads" in plain
    assert "✅ Load [bot]  03:04" in plain
    assert "orders: a < b & 3 * 4 * 5 rows the run 🎉" in plain
    assert "\x1b[1morders\x1b[0m" in styled
    assert "\x1b[31ma < b\x1b[0m" in styled
    assert "https://example.com/run?a=1&b=2" in styled


def test_a_message_with_nothing_but_text_is_shown_too() -> None:
    message = Message("loads", {"text": "[bold]not ours[/bold]\nsecond &amp;lt; line"}, datetime.now(UTC))

    shown = _shown(message, styled=False)

    assert "[bold]not ours[/bold]" in shown
    assert "second &lt; line" in shown


def _shown(message: Message, *, styled: bool) -> str:
    console = Console(width=100, force_terminal=styled, color_system="standard" if styled else None)
    with console.capture() as captured:
        console.print(show(message))
    return captured.get()


def _post(url: str, body: str) -> tuple[int, str]:
    host, path = _parts(url)
    connection = http.client.HTTPConnection(host, timeout=10)
    try:
        connection.request("POST", path, body, {"content-type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _parts(url: str) -> tuple[str, str]:
    host, _, path = url.removeprefix("http://").partition("/")
    return host, f"/{path}"
