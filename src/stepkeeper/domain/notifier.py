"""A notice to people, and how each kind of channel wants it written."""

import json
import re
from dataclasses import dataclass
from typing import Literal

from stepkeeper.domain.alert import SUBJECT_CHARACTERS, Alert
from stepkeeper.errors import ChannelUnknown, WebhookUnusable

Kind = Literal["slack", "chat", "email"]

SLACK_CHARACTERS = 4_000
"""What Slack says a text should keep to; it cuts off far longer ones by itself."""

CHAT_TITLE, CHAT_DESCRIPTION = 250, 8_000
"""Characters (Amazon Q Developer in chat applications, Administrator Guide, custom notifications)."""

EMAIL_CHARACTERS = 60_000
"""SNS takes 256 KiB, of up to four bytes each (API reference, Publish)."""

WEBHOOK_URL = re.compile(r"(https://[A-Za-z0-9.-]+(:\d{1,5})?|http://127\.0\.0\.1:\d{1,5})/[!-~]+")
"""TLS, but to the machine itself."""

SLACKS_REASON = re.compile(r"[a-z_]{1,80}")
"""Such as no_service. No other text of an answer is shown: an error page may repeat the URL it stands for."""

NEW_WEBHOOK = "The webhook is gone: make a new one in Slack, and put it into the secret."
REFUSALS = {
    "action_prohibited": "An administrator of the workspace does not allow it.",
    "channel_is_archived": "The channel was archived: make a webhook for another one.",
    "channel_not_found": "The channel is gone: make a webhook for another one.",
    "invalid_payload": "The message is not as Slack wants it.",
    "invalid_token": NEW_WEBHOOK,
    "no_active_hooks": NEW_WEBHOOK,
    "no_service": NEW_WEBHOOK,
    "no_service_id": NEW_WEBHOOK,
    "no_team": "The workspace is gone.",
    "team_disabled": "The workspace is disabled.",
    "user_not_found": "The person that the webhook is for is gone.",
}
"""What Slack's reasons mean (Slack API, "Errors for incoming webhooks")."""


@dataclass(frozen=True)
class Notice:
    """What somebody wants to be told. `text` is plain text, in which Slack's *bold* and `code` work too."""

    text: str
    username: str | None = None
    icon_emoji: str | None = None


def kind_of(channel: str, *, slack_channels: frozenset[str]) -> Kind:
    """Where messages to a channel go. Raises ChannelUnknown."""
    if channel in slack_channels:
        return "slack"
    if channel == "chat":
        return "chat"
    if channel == "email":
        return "email"
    known = ", ".join(["chat", "email", *sorted(slack_channels)])
    raise ChannelUnknown(f"There is no channel {channel[:80]!r}; nobody was told. There are: {known}.")


def webhook_url(secret: str, channel: str) -> str:
    """The URL for a channel. Raises WebhookUnusable, which shows nothing of the secret."""
    try:
        url = json.loads(secret)[channel]
        usable = WEBHOOK_URL.fullmatch(url)
    except (ValueError, LookupError, TypeError, RecursionError):
        usable = None
    if usable is None:
        raise WebhookUnusable(
            f"The secret of the webhooks has no URL for {channel}. It is a JSON object such as "
            f'{{"{channel}": "https://hooks.slack.com/services/…"}}.'
        )
    return usable[0]


def slacks_reason(body: str) -> str:
    """The reason that the body of an answer gives, where it is one of Slack's and not a page."""
    reason = body.strip()
    return reason if SLACKS_REASON.fullmatch(reason) else "(with no reason of Slack's)"


def refusal_explained(reason: str) -> str:
    """What to do about Slack's reason for refusing a message."""
    return REFUSALS.get(reason, "Slack's documentation of incoming webhooks has the reason.")


def slack_payload(notice: Notice) -> dict[str, str]:
    """The body of a POST to an incoming webhook.

    `&`, `<` and `>` are what Slack makes mentions and links of, and an error message may hold anything:
    nobody shall be able to write <!channel> into one.
    """
    # Shortened first: half an `&lt;` would be shown as it is.
    text = _shorten(notice.text, SLACK_CHARACTERS)
    payload = {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
    if notice.username:
        payload["username"] = notice.username
    if notice.icon_emoji:
        payload["icon_emoji"] = notice.icon_emoji
    return payload


def chat_message(notice: Notice) -> Alert:
    """A custom notification, which Amazon Q Developer shows in Slack or Microsoft Teams.

    It makes mentions of <@…>; a word joiner, which nobody sees, keeps it from that.
    """
    text = notice.text.replace("<", "<\u2060")
    content = {
        "textType": "client-markdown",
        "title": _shorten(_first_line(notice), CHAT_TITLE),
        "description": _shorten(text, CHAT_DESCRIPTION),
    }
    body = json.dumps({"version": "1.0", "source": "custom", "content": content}, ensure_ascii=False)
    return Alert(subject=_subject(notice), body=body, attributes={})


def email(notice: Notice) -> Alert:
    """Plain text."""
    return Alert(subject=_subject(notice), body=_shorten(notice.text, EMAIL_CHARACTERS), attributes={})


def _subject(notice: Notice) -> str:
    subject = f"[{notice.username or 'Stepkeeper'}] {_first_line(notice)}"
    readable = "".join(c if " " <= c <= "~" else "?" for c in subject)
    return _shorten(readable, SUBJECT_CHARACTERS, "...")


def _first_line(notice: Notice) -> str:
    """The first that has words in it, without Slack's marks for bold and code."""
    lines = (re.sub(r"[*`]", "", line).strip() for line in notice.text.splitlines())
    return next(filter(None, lines), "A notice")


def _shorten(text: str, characters: int, end: str = "…") -> str:
    return text if len(text) <= characters else text[: characters - len(end)] + end
