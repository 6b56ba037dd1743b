"""A message in a Slack channel, and how a terminal shows it: much as Slack does."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.emoji import Emoji
from rich.panel import Panel
from rich.text import Text

DEFAULT_NAME = "incoming-webhook"
# Slack's "mrkdwn"; code comes first, since nothing within it counts.
MARKS = re.compile(
    r"```(?P<block>.+?)```|`(?P<code>[^`\n]+)`"
    r"|<(?P<target>[^<>|\s]+)(?:\|(?P<label>[^<>]+))?>"
    r"|(?<![\w*])\*(?P<bold>(?=\S)[^*\n]+(?<=\S))\*(?![\w*])"
    r"|(?<!\w)_(?P<italic>(?=\S)[^_\n]+(?<=\S))_(?!\w)"
    r"|(?<![\w~])~(?P<strike>(?=\S)[^~\n]+(?<=\S))~(?![\w~])",
    re.DOTALL,
)
STYLES = {"block": "red", "code": "red", "bold": "bold", "italic": "italic", "strike": "strike"}
ESCAPED = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


@dataclass(frozen=True)
class Message:
    """A message that was posted: it is in its channel, even if the answer came too late for the sender."""

    channel: str
    payload: dict[str, Any]
    at: datetime


def show(message: Message) -> RenderableType:
    """The message in a frame named for its channel: who says it, when (in UTC), and the text."""
    icon = Emoji.replace(message.payload.get("icon_emoji", ":bell:"))
    head = Text.assemble(
        f"{icon} ",
        (message.payload.get("username", DEFAULT_NAME), "bold"),
        (f"  {message.at:%H:%M}", "dim"),
    )
    title = Text(f"#{message.channel.removeprefix('#')}")
    return Panel(Group(head, _text(message.payload.get("text", ""))), title=title, title_align="left")


def _text(written: str) -> Text:
    shown, end = Text(), 0
    for mark in MARKS.finditer(written):
        shown.append(_plain(written[end : mark.start()]))
        shown.append_text(_marked(mark))
        end = mark.end()
    return shown.append(_plain(written[end:]))


def _marked(mark: re.Match[str]) -> Text:
    if target := mark["target"]:
        return Text(_unescaped(mark["label"] or target), style=f"blue link {_unescaped(target)}")
    kind = str(mark.lastgroup)
    said = mark[kind]
    return Text(_unescaped(said) if kind in ("block", "code") else _plain(said), style=STYLES[kind])


def _plain(written: str) -> str:
    return Emoji.replace(_unescaped(written))


def _unescaped(written: str) -> str:
    return re.sub("|".join(ESCAPED), lambda found: ESCAPED[found[0]], written)
