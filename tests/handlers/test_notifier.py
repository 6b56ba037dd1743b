"""The notifier: a notice goes to one channel, or fails so that it is seen."""

import json
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import ConnectionClosedError

from stepkeeper.errors import ChannelUnknown, InvalidSettings, UnroutableEvent
from tests.handlers.notified import Notified
from tests.wire import BREAKS, Break, Crash

BROKEN = (Crash, ConnectionClosedError, GetParameterError)
BLANK = ["", " ", "\n\t\r\n", "\u3000\u00a0", "\x1c", "\x00", "\u200b\ufeff"]


@pytest.mark.parametrize(
    "text", ["Loaded 12,345 rows.\n\nLook: https://x.invalid", "夜 \N{SNOWMAN} 😀", "<!channel> & 'x'"]
)
def test_an_email_holds_the_text_as_it_is(notified: Notified, text: str) -> None:
    answer = notified.tell(text, channel="email")

    (mail,) = notified.mailbox.take()
    assert answer == {"channel": "email", "kind": "email"}
    assert mail["Message"] == text
    assert notified.told() == 0


def test_a_chat_gets_the_schema_that_amazon_q_shows(notified: Notified) -> None:
    answer = notified.tell("*weekly-sales*: loaded\n`12,345` rows 夜", channel="chat")

    (message,) = notified.chat.take()
    assert answer == {"channel": "chat", "kind": "chat"}
    assert json.loads(message["Message"]) == {
        "version": "1.0",
        "source": "custom",
        "content": {
            "textType": "client-markdown",
            "title": "weekly-sales: loaded",
            "description": "*weekly-sales*: loaded\n`12,345` rows 夜",
        },
    }
    assert notified.told() == 0


@pytest.mark.parametrize("channel", ["chat", "email"])
@pytest.mark.parametrize("text", ["😀" * 250_000, "\x00" * 200_000 + "x", '"\\' * 200_000])
def test_a_text_of_any_size_passes_through_sns(notified: Notified, channel: str, text: str) -> None:
    notified.tell(text, channel=channel)

    (message,) = (notified.chat if channel == "chat" else notified.mailbox).take()
    assert len(message["Message"].encode()) < 262_144


@pytest.mark.parametrize(
    ("text", "username", "subject"),
    [
        ("*weekly-sales*: loaded\nmore", None, "[Stepkeeper] weekly-sales: loaded"),
        ("loaded", "Loader", "[Loader] loaded"),
        ("loaded", "夜\nBcc: x", "[??Bcc: x] loaded"),
        ("夜間\tloaded", None, "[Stepkeeper] ???loaded"),
    ],
)
@pytest.mark.parametrize("channel", ["chat", "email"])
def test_a_subject_is_the_first_line_in_printable_characters(
    notified: Notified, channel: str, text: str, username: str | None, subject: str
) -> None:
    notified.tell(text, username=username, channel=channel)

    (message,) = notified.chat.take() + notified.mailbox.take()
    assert message["Subject"] == subject


@pytest.mark.parametrize("channel", ["#nobody", "#BATCH", " ", "#batch ", "x" * 100_000])
def test_a_channel_that_there_is_not_names_those_that_there_are_and_nobody_is_told(
    notified: Notified, channel: str
) -> None:
    with pytest.raises(ChannelUnknown, match=r"There are: chat, email, #batch, #oncall\.$") as refusal:
        notified.tell(channel=channel)

    assert len(str(refusal.value)) < 200
    assert notified.stack.aws.wire.calls == []
    assert notified.slack.attempts == []


def test_a_default_channel_that_there_is_not_is_named_and_nobody_is_told(notified: Notified) -> None:
    notified.set_up(DefaultChannel="#typo")

    with pytest.raises(ChannelUnknown, match="#typo"):
        notified.tell()

    assert notified.stack.aws.wire.calls == []
    assert notified.slack.attempts == []


@pytest.mark.parametrize("text", [*BLANK, None, 12, ["a"], {"text": "a"}, "lone \ud800"], ids=ascii)
def test_a_text_that_says_nothing_is_refused_before_anything_has_happened(
    notified: Notified, text: Any
) -> None:
    with pytest.raises(UnroutableEvent, match="text: "):
        notified.tell(text)

    assert notified.stack.aws.wire.calls == []
    assert notified.slack.attempts == []


@pytest.mark.parametrize(
    "field",
    [
        {"icon_emoji": "tada"},
        {"icon_emoji": ":two words:"},
        {"icon_emoji": "::"},
        {"icon_emoji": ":tada:\n"},
        {"icon_emoji": "https://x.invalid/a.png"},
        {"username": "u" * 81},
        {"channel": ""},
        {"webhook": "https://hooks.slack.invalid/"},
        {"blocks": []},
    ],
    ids=str,
)
def test_a_field_that_slack_would_not_take_is_refused_before_anything_has_happened(
    notified: Notified, field: dict[str, Any]
) -> None:
    with pytest.raises(UnroutableEvent, match=f"{next(iter(field))}: "):
        notified.tell(**field)

    assert notified.stack.aws.wire.calls == []
    assert notified.slack.attempts == []


def test_without_slack_the_defaults_of_the_template_send_an_email(notified: Notified) -> None:
    notified.set_up(SlackChannels="", SlackSecretArn="", DefaultChannel="email")

    notified.tell()

    assert len(notified.mailbox.take()) == 1
    with pytest.raises(ChannelUnknown, match=r"There are: chat, email\.$"):
        notified.tell(channel="#batch")


@pytest.mark.parametrize("channels", ["#batch", ",#batch,, ", "#oncall,#batch", "#oncall , #batch"])
def test_the_names_of_channels_may_have_spaces_around_them(notified: Notified, channels: str) -> None:
    notified.set_up(SlackChannels=channels)

    notified.tell(channel="#batch")

    assert len(notified.slack.messages) == 1


@pytest.mark.parametrize(
    ("variable", "value"), [("DEFAULT_CHANNEL", ""), ("CHAT_TOPIC_ARN", "chat"), ("ALERT_TOPIC_ARN", "")]
)
def test_a_variable_that_can_not_be_right_is_named(notified: Notified, variable: str, value: str) -> None:
    notified.monkeypatch.setenv(variable, value)

    with pytest.raises(InvalidSettings, match=f" {variable}: "):
        notified.tell()

    assert notified.stack.aws.wire.calls == []
    assert notified.slack.attempts == []


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("channel", ["#batch", "chat", "email"])
def test_a_notice_that_broke_off_and_is_sent_again_arrives(
    notified: Notified, channel: str, how: Break
) -> None:
    with notified.stack.aws.wire.breaking(0, how), pytest.raises(BROKEN):
        notified.tell(channel=channel)

    notified.tell(channel=channel)

    had_been_sent = channel != "#batch" and how != "crash before"
    assert notified.told() == (2 if had_been_sent else 1)


def test_the_log_says_where_a_notice_went_and_not_what_was_in_it(notified: Notified) -> None:
    notified.tell("orders of Ms Sato")

    told = next(line for line in notified.log.getvalue().splitlines() if '"told"' in line)
    assert (json.loads(told)["channel"], json.loads(told)["kind"]) == ("#batch", "slack")
    assert "Sato" not in notified.log.getvalue()


def test_what_was_told_and_what_was_not_is_counted(
    notified: Notified, capsys: pytest.CaptureFixture[str]
) -> None:
    notified.tell()
    with pytest.raises(ChannelUnknown):
        notified.tell(channel="#nobody")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    counted = [name for line in lines for name in ("Notifications", "Succeeded", "Failed") if name in line]
    assert counted == ["Notifications", "Succeeded", "Failed"]
