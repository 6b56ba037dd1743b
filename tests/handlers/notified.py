"""People whom the notifier tells: in Slack, which is a local server, in a chat, and by e-mail."""

import io
import json
import logging
import re
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from local.slack import Slack
from stepkeeper.handlers import notifier
from tests.conftest import FakeContext
from tests.inbox import Inbox
from tests.memory import Stack

CHANNELS = ("#batch", "#oncall")


@dataclass
class Notified:
    """`tell` invokes the handler; its answers and whole tracebacks are in `shown`, its log lines in `log`."""

    stack: Stack
    configure: Callable[..., None]
    monkeypatch: pytest.MonkeyPatch
    slack: Slack
    shown: list[str] = field(default_factory=list)
    log: io.StringIO = field(default_factory=io.StringIO)
    secrets: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        aws = self.stack.aws
        self.stack.template.refs["ChatTopic"] = aws.client("sns").create_topic(Name="chat")["TopicArn"]
        self.mailbox = Inbox(self.stack, "mailbox")
        self.chat = Inbox(self.stack, "chat", topic="ChatTopic")
        self.webhooks = {channel: self.slack.webhook(channel) for channel in CHANNELS}
        self.secret = aws.client("secretsmanager").create_secret(Name="webhooks", SecretString="{}")["ARN"]
        self.keep(json.dumps(self.webhooks))
        self.set_up()

    def set_up(self, **parameters: str) -> None:
        """The parameters of the template that an operator sets."""
        chosen = {
            "SlackChannels": ", ".join(CHANNELS),
            "SlackSecretArn": self.secret,
            "DefaultChannel": CHANNELS[0],
        }
        self.configure("NotifierFunction", **(chosen | parameters))

    def keep(self, text: str | bytes) -> None:
        """Puts a text into the secret. No word of it that is long enough to be a secret may be seen."""
        content: Any = {"SecretString": text} if isinstance(text, str) else {"SecretBinary": text}
        self.stack.aws.client("secretsmanager").put_secret_value(SecretId=self.secret, **content)
        readable = text if isinstance(text, str) else text.decode(errors="replace")
        self.secrets |= set(re.findall(r"[A-Za-z0-9]{20,}", readable))

    def keep_webhook(self, url: str, channel: str = CHANNELS[0]) -> None:
        self.keep(json.dumps(self.webhooks | {channel: url}))

    def tell(self, text: str = "The data is there.", **event: Any) -> Any:
        try:
            answer = notifier.handler({"text": text, **event}, FakeContext())
        except Exception as error:
            self.shown += _whole_chain(error)
            raise
        self.shown.append(repr(answer))
        return answer

    def without_waiting(self) -> list[float]:
        """Slack's client waits no more from now on: the seconds that it would have waited."""
        waited: list[float] = []
        # Theirs alone: a time.sleep that is gone everywhere would keep the servers of the test busy.
        clock = SimpleNamespace(sleep=waited.append, time=time.time)
        self.monkeypatch.setattr("slack_sdk.http_retry.handler.time", clock)
        self.monkeypatch.setattr("slack_sdk.http_retry.builtin_handlers.time", clock)
        return waited

    def told(self) -> int:
        """How many messages have reached anybody."""
        return len(self.slack.messages) + len(self.chat.take()) + len(self.mailbox.take())


def _whole_chain(error: BaseException | None) -> list[str]:
    """The traceback as it is printed, and those of the errors before it that `from None` hides."""
    shown = []
    while error is not None:
        shown += ["".join(traceback.format_exception(error)), repr(error), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return shown


@contextmanager
def nothing_leaked(world: Notified, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Whatever the block did, no part of a secret was logged, printed, raised or returned."""
    root, everything = logging.getLogger(), logging.StreamHandler(world.log)
    (handler,) = notifier.router.logger.handlers
    before = handler.setStream(world.log)  # type: ignore[attr-defined]
    root.addHandler(everything)
    levels = {root: root.level, logging.getLogger("botocore"): logging.getLogger("botocore").level}
    root.setLevel(logging.DEBUG)
    # At DEBUG it logs every answer of AWS, also the secret's.
    logging.getLogger("botocore").setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(everything)
        handler.setStream(before)  # type: ignore[attr-defined]
        for logger, level in levels.items():
            logger.setLevel(level)
    printed = capsys.readouterr()
    seen = "\n".join([*world.shown, world.log.getvalue(), printed.out, printed.err])
    assert world.secrets
    assert not {secret for secret in world.secrets if secret in seen}
