"""Slack, by its real client: what is refused, answered by somebody else, late or not at all."""

import gc

import pytest

from local.slack import Answer
from stepkeeper import slack
from stepkeeper.errors import NotificationDelayed, NotificationRefused
from tests.handlers.broken_server import answering
from tests.handlers.notified import Notified

GONE = "The webhook is gone: make a new one in Slack, and put it into the secret."


@pytest.mark.parametrize(
    ("status", "reason", "cause"),
    [
        (400, "invalid_payload", "The message is not as Slack wants it."),
        (400, "user_not_found", "The person that the webhook is for is gone."),
        (403, "action_prohibited", "An administrator of the workspace does not allow it."),
        (403, "invalid_token\n", GONE),
        (404, "channel_not_found", "The channel is gone"),
        (404, "no_service", GONE),
        (410, "channel_is_archived", "The channel was archived"),
        (418, "of_another_year", "Slack's documentation of incoming webhooks has the reason."),
    ],
)
def test_a_refusal_names_its_cause_and_is_not_tried_again(
    notified: Notified, status: int, reason: str, cause: str
) -> None:
    notified.slack.answer_next(Answer(status, reason))

    with pytest.raises(NotificationRefused) as refusal:
        notified.tell()

    assert f"the message to #batch: {status} {reason.strip()}. {cause}" in str(refusal.value)
    assert len(notified.slack.attempts) == 1
    assert notified.told() == 0


def test_a_webhook_that_slack_does_not_know_any_more_says_what_to_do(notified: Notified) -> None:
    notified.keep_webhook(f"{notified.slack.endpoint}/services/T0/B0/abcdefghijklmnopqrstuvwx")

    with pytest.raises(NotificationRefused, match=r"404 no_service\. The webhook is gone"):
        notified.tell()

    assert notified.told() == 0


@pytest.mark.parametrize("status", [400, 403, 404, 410, 429, 500])
@pytest.mark.parametrize("page", ["<p>{url} was not found</p>", "{token}"])
def test_a_page_that_repeats_the_url_is_not_shown(notified: Notified, status: int, page: str) -> None:
    notified.without_waiting()
    url = notified.webhooks["#batch"]
    said = page.format(url=url, token=url.rsplit("/", 1)[-1])
    notified.slack.answer_next(*[Answer(status, said, {"Retry-After": "0"})] * 4)

    with pytest.raises((NotificationRefused, NotificationDelayed), match=rf"{status} \(with no reason of Sl"):
        notified.tell()


def test_an_answer_that_is_late_leaves_it_open_whether_the_message_arrived_and_is_not_tried_again(
    notified: Notified, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack, "TIMEOUT_SECONDS", 0.2)
    notified.slack.answer_next(Answer(200, "ok", hang_seconds=5))

    with pytest.raises(NotificationDelayed, match=r"\(TimeoutError\); the message to #batch may have arrive"):
        notified.tell()

    assert len(notified.slack.attempts) == 1


def test_a_second_attempt_that_hangs_is_the_last_one(
    notified: Notified, monkeypatch: pytest.MonkeyPatch
) -> None:
    notified.without_waiting()
    monkeypatch.setattr(slack, "TIMEOUT_SECONDS", 0.2)
    notified.slack.answer_next(Answer(503), Answer(200, "ok", hang_seconds=5))

    with pytest.raises(NotificationDelayed, match="may have arrived"):
        notified.tell()

    assert len(notified.slack.attempts) == 2


@pytest.mark.parametrize("status", [b"202 Later", b"404 Not Found"])
def test_ok_counts_with_the_status_of_success_alone(notified: Notified, status: bytes) -> None:
    with answering(b"HTTP/1.1 %s\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok" % status) as server:
        notified.keep_webhook(server.url)

        with pytest.raises(NotificationRefused, match=f"{status.decode()[:3]} ok"):
            notified.tell()


def test_nobody_answers_at_all(notified: Notified) -> None:
    with answering(b"") as gone:
        notified.keep_webhook(gone.url)

    with pytest.raises(NotificationDelayed, match="Slack did not answer"):
        notified.tell()

    assert gone.requests == []
    assert notified.told() == 0


# Slack's client leaves half an error's connection to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1 2", id="half a status line"),
        pytest.param(b"hello\r\n\r\n", id="no HTTP"),
        pytest.param(b"HTTP/1.1 200 " + b"x" * 70_000, id="an endless line"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n", id="too many headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", id="half an answer"),
        pytest.param(b"HTTP/1.1 500 x\r\nContent-Length: 9\r\n\r\nro", id="half an error"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xff\xfe", id="no UTF-8"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=none\r\nContent-Length: 2\r\n\r\nok",
            id="a strange encoding",
        ),
        pytest.param(
            b"HTTP/1.1 403 x\r\nContent-Type: text/plain; charset=none\r\nContent-Length: 2\r\n\r\nno",
            id="a refusal in a strange encoding",
        ),
    ],
)
def test_after_a_broken_answer_there_is_no_second_attempt(notified: Notified, answer: bytes) -> None:
    with answering(answer) as server:
        notified.keep_webhook(server.url)

        with pytest.raises(NotificationDelayed, match="the message to #batch may have arrived"):
            notified.tell()

        assert len(server.requests) == 1
    gc.collect()


@pytest.mark.parametrize("page", [b"", b"<html>Sign in</html>", b'{"ok": true}', b"not ok"])
def test_a_page_that_is_not_slacks_is_not_taken_for_a_delivery(notified: Notified, page: bytes) -> None:
    redirect = b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(page), page)
    with answering(redirect, answer) as server:
        notified.keep_webhook(server.url)

        with pytest.raises(NotificationRefused, match=r"200 \(with no reason of Slack's"):
            notified.tell()

        assert [request.split(b" ", 2)[:2] for request in server.requests][1:] == [[b"GET", b"/login"]]


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified", b"307 Elsewhere", b"308 Gone"])
def test_an_answer_of_no_known_meaning_is_a_refusal(notified: Notified, status: bytes) -> None:
    with answering(b"HTTP/1.1 %s\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n" % status) as server:
        notified.keep_webhook(server.url)

        with pytest.raises(NotificationRefused, match=status.decode()[:3]):
            notified.tell()

        assert len(server.requests) == 1
