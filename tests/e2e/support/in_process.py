"""The handlers in this very process, on the deployed stack: each of their AWS calls can be broken off."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import boto3
import pytest

from local.deployed import Operator
from stepkeeper.aws import clients
from tests.conftest import FakeContext
from tests.e2e.support.resources import function
from tests.wire import BREAKS, Break, Crash, Wire


class StackWire(Wire):
    """Knows what was received, so that time can be over for it; and does not wait for messages.

    A long poll asks all servers of a queue, and the embedded AWS has one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.received: set[tuple[str, str]] = set()
        boto3._get_default_session().events.register(
            "provide-client-params.sqs.ReceiveMessage", lambda params, **_: params | {"WaitTimeSeconds": 0}
        )

    def _before(self, model: Any, context: dict[str, Any], **more: Any) -> None:
        context["queue"] = more["params"].get("QueueUrl")
        super()._before(model=model, context=context, **more)

    def _after(self, context: dict[str, Any], **more: Any) -> None:
        handles = [message["ReceiptHandle"] for message in more["parsed"].get("Messages", [])]
        self.received |= {(context["queue"], handle) for handle in handles}
        super()._after(context=context, **more)


@dataclass
class Handlers:
    """The handlers of the stack, here, with the variables that the stack gives them."""

    operator: Operator
    wire: StackWire
    variables: dict[str, str] = field(default_factory=dict)
    points: int = 0

    def call(self, handler: str, event: object) -> Any:
        """What a handler answers, such as `ErrorSpooler`."""
        name = "".join(f"_{each.lower()}" if each.isupper() else each for each in handler).removeprefix("_")
        module = import_module(f"stepkeeper.handlers.{name}")
        variables = function(self.operator, handler)["Environment"]["Variables"]
        with pytest.MonkeyPatch.context() as environment:
            for variable, value in (variables | self.variables).items():
                environment.setenv(variable, value)
            return module.handler(json.loads(json.dumps(event)), FakeContext())

    def each_point(
        self, call: Callable[[], object], *, among: Callable[[str], bool] = lambda _: True
    ) -> Iterator[Callable[[], None]]:
        """Each AWS call of a call, by its number, and each way to break it off there."""
        self.wire.calls.clear()
        call()
        numbers = [number for number, name in enumerate(self.wire.calls) if number == 0 or among(name)]
        for number in numbers:
            for how in BREAKS:
                self.points += 1
                yield lambda: self._break_off(call, number, how)  # noqa: B023

    def visibility_is_over(self) -> None:
        """What a call that broke off has received is there again."""
        for queue, handle in self.wire.received:
            client = self.operator.client("sqs")
            try:
                client.change_message_visibility(QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=0)
            except (client.exceptions.ReceiptHandleIsInvalid, client.exceptions.MessageNotInflight):
                continue  # deleted, or received since
        self.wire.received.clear()

    def _break_off(self, call: Callable[[], object], number: int, how: Break) -> None:
        with self.wire.breaking(number, how):
            try:
                call()
            except (Crash, Exception):  # noqa: BLE001 - whatever the caller is told, it calls again
                return


@contextmanager
def handlers_here(operator: Operator, monkeypatch: pytest.MonkeyPatch, directory: Path) -> Iterator[Handlers]:
    """Lets the product's clients talk to the embedded AWS."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(directory / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", operator.aws.region)
    monkeypatch.setenv("AWS_ENDPOINT_URL", operator.aws.endpoint)
    clients._made.cache_clear()
    yield Handlers(operator, StackWire())
    clients._made.cache_clear()
