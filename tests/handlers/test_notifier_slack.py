"""Slack, by its real client: what is delivered, and what is tried again."""

from datetime import timedelta

import pytest

from local.slack import Answer
from stepkeeper import slack
from stepkeeper.errors import NotificationDelayed
from tests.handlers.notified import Notified


def test_a_message_reaches_its_channel_with_its_name_and_picture(notified: Notified) -> None:
    answer = notified.tell(
        "*weekly-sales* is `done`", username="Loader", icon_emoji=":tada:", channel="#oncall"
    )

    (message,) = notified.slack.messages
    assert answer == {"channel": "#oncall", "kind": "slack"}
    assert message.channel == "#oncall"
    assert message.payload == {
        "text": "*weekly-sales* is `done`",
        "username": "Loader",
        "icon_emoji": ":tada:",
    }


def test_a_message_that_names_no_channel_goes_to_the_default_one_and_nowhere_else(notified: Notified) -> None:
    notified.tell("夜間の注文 \N{SNOWMAN} 😀")

    assert [(m.channel, m.payload) for m in notified.slack.messages] == [
        ("#batch", {"text": "夜間の注文 \N{SNOWMAN} 😀"})
    ]
    assert notified.told() == 1


def test_after_429_the_next_attempt_comes_no_sooner_than_slack_said(notified: Notified) -> None:
    notified.slack.answer_next(Answer(429, "rate_limited", {"Retry-After": "1"}))

    notified.tell()

    first, second = notified.slack.attempts
    assert second.at - first.at >= timedelta(seconds=1)
    assert len(notified.slack.messages) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "0"}, 0), ({"retry-after": "7"}, 7), ({"RETRY-AFTER": "60"}, 60), ({}, 1)],
    ids=["at once", "lower case", "the longest", "unsaid"],
)
def test_what_slack_says_is_what_is_waited(notified: Notified, headers: dict[str, str], seconds: int) -> None:
    waited = notified.without_waiting()
    notified.slack.answer_next(Answer(429, headers=headers), Answer(429, headers=headers))

    notified.tell()

    assert len(notified.slack.messages) == 1
    assert [int(each) for each in waited] == [seconds, seconds]


@pytest.mark.parametrize(
    "said",
    ["61", "3600", "9" * 5_000, "-1", "1.5", "soon", "", "Wed, 21 Oct 2026 07:28:00 GMT"],
    ids=lambda said: said[:9] or "empty",
)
def test_a_wait_that_is_too_long_or_no_number_is_left_to_whoever_looks_at_the_queue(
    notified: Notified, said: str
) -> None:
    waited = notified.without_waiting()
    notified.slack.answer_next(Answer(429, "rate_limited", {"Retry-After": said}))

    with pytest.raises(NotificationDelayed, match="#batch"):
        notified.tell()

    assert waited == []
    assert len(notified.slack.attempts) == 1
    assert notified.told() == 0


@pytest.mark.parametrize("status", [500, 502, 503, 504, 529])
def test_a_server_error_is_tried_again_and_the_message_is_delivered_once(
    notified: Notified, status: int
) -> None:
    waited = notified.without_waiting()
    notified.slack.answer_next(Answer(status, "rollup_error"))

    notified.tell()

    assert [attempt.status for attempt in notified.slack.attempts] == [status, 200]
    assert len(notified.slack.messages) == 1
    assert len(waited) == 1


def test_each_wait_is_longer_than_the_one_before(notified: Notified) -> None:
    waited = notified.without_waiting()
    notified.slack.answer_next(*[Answer(500)] * slack.ATTEMPTS_MORE)

    notified.tell()

    assert [seconds >= least for seconds, least in zip(waited, (0.5, 1, 2), strict=True)] == [True] * 3


@pytest.mark.parametrize(
    "answers",
    [[Answer(500, "rollup_error")] * 9, [Answer(429)] * 9, [Answer(500), Answer(429)] * 5],
    ids=["always 500", "always 429", "in turn"],
)
def test_what_slack_never_takes_is_tried_four_times_and_then_delayed(
    notified: Notified, answers: list[Answer]
) -> None:
    notified.without_waiting()
    notified.slack.answer_next(*answers)

    with pytest.raises(NotificationDelayed, match=r"does not take the message to #batch now: (500|429) "):
        notified.tell()

    assert len(notified.slack.attempts) == 1 + slack.ATTEMPTS_MORE
    assert notified.told() == 0


def test_the_longest_waits_that_slack_may_ask_for_end_before_the_function_does(notified: Notified) -> None:
    attempts = 1 + slack.ATTEMPTS_MORE
    # A whole second of jitter is added to each wait.
    longest = slack.ATTEMPTS_MORE * (slack.LONGEST_RETRY_AFTER_SECONDS + 1) + attempts * slack.TIMEOUT_SECONDS

    timeout = notified.stack.template.properties("NotifierFunction")["Timeout"]

    assert longest < timeout


@pytest.mark.parametrize(
    ("text", "posted"),
    [
        ("<!channel> <!here> down", "&lt;!channel&gt; &lt;!here&gt; down"),
        ("<@U123> <#C1|x> <https://evil.invalid|log in>",
         "&lt;@U123&gt; &lt;#C1|x&gt; &lt;https://evil.invalid|log in&gt;"),
        ("a & b &lt;!channel&gt;", "a &amp; b &amp;lt;!channel&amp;gt;"),
        ("<" * 3 + "!channel" + ">" * 3, "&lt;" * 3 + "!channel" + "&gt;" * 3),
    ],
)  # fmt: skip
def test_nothing_in_a_text_becomes_a_mention_or_a_link(notified: Notified, text: str, posted: str) -> None:
    notified.tell(text)

    assert notified.slack.messages[0].payload["text"] == posted


def test_a_huge_text_is_shortened(notified: Notified) -> None:
    notified.tell("夜" * 100_000)

    (message,) = notified.slack.messages
    assert message.payload["text"] == "夜" * 3_999 + "…"
