"""A local stand-in for Slack's incoming webhooks, which keeps what is posted to it.

`receiving()` gives a `Slack` that listens on a free loopback port until the block ends.
"""

import json
import secrets
import string
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local.slack_view import Message, show

__all__ = ["Answer", "Attempt", "Message", "Slack", "receiving", "show"]

CAPITALS = string.ascii_uppercase + string.digits
LETTERS = string.ascii_letters + string.digits
# Each of them makes a message that Slack can show.
CONTENT = ("text", "blocks", "attachments")


@dataclass(frozen=True)
class Answer:
    """An answer other than the one that Slack would give, late by `hang_seconds`."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hang_seconds: float = 0


@dataclass(frozen=True)
class Attempt:
    """A POST and the status of its answer; the channel is None where no webhook has that path."""

    channel: str | None
    body: str
    status: int
    at: datetime


@dataclass
class Slack:
    """Webhooks, and what was posted to them, oldest first."""

    endpoint: str
    messages: list[Message] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    _channels: dict[str, str] = field(default_factory=dict, repr=False)
    _answers: deque[Answer] = field(default_factory=deque, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def webhook(self, channel: str) -> str:
        """The URL that posts to a channel, the same each time; who knows it may post."""
        with self._lock:
            known = {name: path for path, name in self._channels.items()}
            path = known.get(channel) or f"/services/T{_random(10)}/B{_random(10)}/{_random(24, LETTERS)}"
            self._channels[path] = channel
        return f"{self.endpoint}{path}"

    def answer_next(self, *answers: Answer) -> None:
        """Give these answers to the next posts, one each, whatever they hold."""
        with self._lock:
            self._answers.extend(answers)

    def receive(self, path: str, body: str) -> Answer:
        """Take a post, and say how it is to be answered."""
        with self._lock:
            channel = self._channels.get(path)
            answer = self._answers.popleft() if self._answers else _slacks_answer(channel, body)
            now = datetime.now(UTC)
            self.attempts.append(Attempt(channel, body, answer.status, now))
            if channel and answer.status == 200:
                self.messages.append(Message(channel, json.loads(body), now))
        return answer


@contextmanager
def receiving() -> Iterator[Slack]:
    """Receive in a thread of this process until the block ends; an answer that hangs is given up then."""
    ending = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        """Passes a request on to `slack`."""

        protocol_version = "HTTP/1.1"
        # A connection that says nothing is not waited for.
        timeout = 10

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length).decode(errors="replace")
            answer = slack.receive(self.path, body)
            self.close_connection = ending.wait(answer.hang_seconds)
            if not self.close_connection:
                self._send(answer)

        def _send(self, answer: Answer) -> None:
            content = answer.body.encode()
            self.send_response(answer.status)
            for name, value in {"content-type": "text/html", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a webhook's path is a secret."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        slack = Slack(f"http://127.0.0.1:{listening.server_address[1]}")
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield slack
        finally:
            ending.set()
            listening.shutdown()
            thread.join()


def _slacks_answer(channel: str | None, body: str) -> Answer:
    if channel is None:
        return Answer(404, "no_service")
    try:
        payload = json.loads(body)
    except ValueError:
        return Answer(400, "invalid_payload")
    if not isinstance(payload, dict):
        return Answer(400, "invalid_payload")
    return Answer(200, "ok") if any(map(payload.get, CONTENT)) else Answer(400, "no_text")


def _random(length: int, alphabet: str = CAPITALS) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
