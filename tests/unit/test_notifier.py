"""A notice in the words of each kind of channel."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.notifier import (
    CHAT_DESCRIPTION,
    CHAT_TITLE,
    EMAIL_CHARACTERS,
    REFUSALS,
    SLACK_CHARACTERS,
    Notice,
    chat_message,
    email,
    kind_of,
    refusal_explained,
    slack_payload,
    slacks_reason,
    webhook_url,
)
from stepkeeper.errors import ChannelUnknown, WebhookUnusable

SNS_BYTES = 262_144
CHANNELS = frozenset({"#batch", "#oncall"})
ANY_NOTICE = st.builds(
    Notice,
    text=st.text(max_size=300),
    username=st.none() | st.text(max_size=80),
    icon_emoji=st.none() | st.just(":tada:"),
)


def title(text: str) -> str:
    found: str = json.loads(chat_message(Notice(text)).body)["content"]["title"]
    return found


def subject(text: str, username: str | None = None) -> str:
    return email(Notice(text, username)).subject


@pytest.mark.parametrize(
    ("channel", "kind"), [("#batch", "slack"), ("#oncall", "slack"), ("chat", "chat"), ("email", "email")]
)
def test_each_channel_has_its_kind(channel: str, kind: str) -> None:
    assert kind_of(channel, slack_channels=CHANNELS) == kind


def test_the_limits_are_those_of_the_services() -> None:
    assert (CHAT_TITLE, CHAT_DESCRIPTION, SLACK_CHARACTERS) == (250, 8_000, 4_000)


def test_a_slack_channel_may_be_called_as_a_kind_is() -> None:
    assert kind_of("chat", slack_channels=frozenset({"chat"})) == "slack"


@pytest.mark.parametrize("channel", ["", "batch", "#Batch", "slack", "#batch\n"])
def test_an_unknown_channel_is_refused_and_the_known_ones_are_named_in_order(channel: str) -> None:
    slack_channels = frozenset(f"#{name}" for name in "hgfedcba")

    with pytest.raises(
        ChannelUnknown, match=r"told. There are: chat, email, #a, #b, #c, #d, #e, #f, #g, #h\.$"
    ):
        kind_of(channel, slack_channels=slack_channels)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("loaded", "loaded"),
        ("*weekly-sales*: `loaded`\nmore", "weekly-sales: loaded"),
        ("\n  \n  *first*  \r\nsecond", "first"),
        ("```\nTraceback\n```", "Traceback"),
        ("***", "A notice"),
        (" \n\t", "A notice"),
        ("", "A notice"),
        ("\x1c", "A notice"),
        ("夜間\u2028の注文", "夜間"),
    ],
)
def test_a_title_is_the_first_line_with_words_in_it(text: str, shown: str) -> None:
    assert title(text) == shown


@pytest.mark.parametrize(("length", "end"), [(CHAT_TITLE, "x"), (CHAT_TITLE + 1, "…"), (100_000, "…")])
def test_a_title_has_no_more_characters_than_amazon_q_shows(length: int, end: str) -> None:
    assert (len(title("x" * length)), title("x" * length)[-1]) == (CHAT_TITLE, end)


@pytest.mark.parametrize("length", [CHAT_DESCRIPTION - 1, CHAT_DESCRIPTION, CHAT_DESCRIPTION + 1])
def test_a_description_has_no_more_characters_than_amazon_q_shows(length: int) -> None:
    text = "夜" * length

    description = json.loads(chat_message(Notice(text)).body)["content"]["description"]

    assert description == (text if length <= CHAT_DESCRIPTION else text[: CHAT_DESCRIPTION - 1] + "…")


@pytest.mark.parametrize("length", [EMAIL_CHARACTERS - 1, EMAIL_CHARACTERS, EMAIL_CHARACTERS + 1])
def test_an_email_of_the_widest_characters_is_one_that_sns_takes(length: int) -> None:
    text = "😀" * length

    body = email(Notice(text)).body

    assert body == (text if length <= EMAIL_CHARACTERS else text[: EMAIL_CHARACTERS - 1] + "…")
    assert len(body.encode()) < SNS_BYTES


@pytest.mark.parametrize(
    ("text", "username", "shown"),
    [
        ("loaded", None, "[Stepkeeper] loaded"),
        ("loaded", "", "[Stepkeeper] loaded"),
        ("loaded", "Loader", "[Loader] loaded"),
        ("loaded", "夜 Loader", "[? Loader] loaded"),
        ("loaded", "a\r\nBcc: b", "[a??Bcc: b] loaded"),
        ("tab\tand~", None, "[Stepkeeper] tab?and~"),
        ("x" * 86, None, "[Stepkeeper] " + "x" * 86),
        ("x" * 87, None, "[Stepkeeper] " + "x" * 83 + "..."),
    ],
)
def test_a_subject_says_who_speaks_and_of_what(text: str, username: str | None, shown: str) -> None:
    assert subject(text, username) == shown


@given(ANY_NOTICE)
def test_no_notice_makes_a_message_that_sns_or_amazon_q_refuses(notice: Notice) -> None:
    for message in (email(notice), chat_message(notice)):
        assert len(message.subject) < 100
        assert all(" " <= character <= "~" for character in message.subject)
        assert message.attributes == {}
    content = json.loads(chat_message(notice).body)["content"]
    assert 0 < len(content["title"]) <= CHAT_TITLE
    assert content["description"].replace("<\u2060", "<") == notice.text
    assert "<@" not in content["description"]
    assert "<!" not in content["description"]


@given(st.text(alphabet="<>&!@#;|ltgamp ", max_size=50) | st.text())
def test_slack_shows_any_text_as_it_is_and_finds_no_markup_in_it(text: str) -> None:
    posted = slack_payload(Notice(text))["text"]

    assert not {"<", ">"} & set(posted)
    assert posted.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@pytest.mark.parametrize("length", [SLACK_CHARACTERS, SLACK_CHARACTERS + 1, 100_000])
@pytest.mark.parametrize(("character", "posted"), [("<", "&lt;"), ("&", "&amp;"), ("夜", "夜")])
def test_a_text_that_is_too_long_for_slack_is_not_cut_within_a_character(
    length: int, character: str, posted: str
) -> None:
    text = slack_payload(Notice(character * length))["text"]

    shown = SLACK_CHARACTERS if length == SLACK_CHARACTERS else SLACK_CHARACTERS - 1
    assert text == posted * shown + ("" if length == SLACK_CHARACTERS else "…")
    # From here on Slack cuts by itself.
    assert len(text) < 40_000


@pytest.mark.parametrize(
    ("notice", "fields"),
    [
        (Notice("a"), {"text": "a"}),
        (Notice("a", username="", icon_emoji=""), {"text": "a"}),
        (Notice("a", username="b", icon_emoji=":c:"), {"text": "a", "username": "b", "icon_emoji": ":c:"}),
    ],
)
def test_slack_is_told_a_name_and_a_picture_where_there_are_any(
    notice: Notice, fields: dict[str, str]
) -> None:
    assert slack_payload(notice) == fields


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/T0/B0/abc",
        "https://hooks.slack-gov.com/services/T0/B0/abc",
        "https://slack.internal:8443/hooks/abc",
        "http://127.0.0.1:8080/services/T0/B0/abc",
    ],
)
def test_a_webhook_is_found_by_its_channel(url: str) -> None:
    secret = json.dumps({"#other": "https://hooks.slack.com/other", "#batch": url})

    assert webhook_url(secret, "#batch") == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.slack.com/services/abc",
        "http://hooks.slack.com/services/abc",
        "HTTPS://hooks.slack.com/services/abc",
        "https://hooks.slack.com",
        "https:///services/abc",
        "https://u:p@hooks.slack.com/services/abc",
        "https://hooks.slack.com:port/services/abc",
        "https://hooks.slack.com:123456/services/abc",
        "http://127.0.0.1/services/abc",
        "http://127x0x0x1:80/services/abc",
        "http://127.0.0.1:80@evil.invalid/abc",
        "http://127.0.0.1.evil.invalid:80/abc",
        "https://hooks.slack.com/services/a b",
        "https://hooks.slack.com/services/abc\n",
        "https://hooks.slack.com/services/夜",
        "https://夜.invalid/services/abc",
        "https://[::1]/services/abc",
        "ftp://hooks.slack.com/services/abc",
        None,
        12,
        ["https://hooks.slack.com/services/abc"],
    ],
    ids=repr,
)
def test_what_is_no_webhook_is_refused_and_not_shown(url: object) -> None:
    with pytest.raises(WebhookUnusable) as refusal:
        webhook_url(json.dumps({"#batch": url}), "#batch")

    assert "abc" not in str(refusal.value)
    assert refusal.value.__context__ is None


@pytest.mark.parametrize(
    "secret",
    ["", "abc", "{", "[]", "{}", "null", "12", '"#batch"', '{"#batc": "abc"}', "[" * 100_000],
    ids=lambda secret: secret[:9] or "empty",
)
def test_a_secret_of_another_form_is_refused_and_not_shown(secret: str) -> None:
    with pytest.raises(WebhookUnusable, match="has no URL for #batch") as refusal:
        webhook_url(secret, "#batch")

    assert "abc" not in str(refusal.value)
    assert refusal.value.__context__ is None


@pytest.mark.parametrize("reason", [*REFUSALS, "rollup_error", "posting_to_general_channel_denied"])
def test_slacks_reasons_are_shown(reason: str) -> None:
    assert slacks_reason(f" {reason}\n") == reason
    assert refusal_explained(reason)


@pytest.mark.parametrize(
    "body",
    ["", "a reason", "https://hooks.slack.com/services/abc", "T0B0abc", "<p>x</p>", "x\nabc", "a" * 81],
)
def test_what_is_no_reason_of_slacks_is_not_shown(body: str) -> None:
    assert slacks_reason(body) == "(with no reason of Slack's)"


@pytest.mark.parametrize("mention", ["<@U123>", "<!channel>", "<https://example.com|a link>"])
def test_nobody_is_mentioned_in_a_chat_by_an_error_message(mention: str) -> None:
    shown = json.loads(chat_message(Notice(f"It failed: {mention}")).body)["content"]["description"]

    assert mention not in shown
    assert shown.replace("\u2060", "") == f"It failed: {mention}"
