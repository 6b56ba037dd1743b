"""Lambda: functions that others invoke without waiting for them."""

import json
import re
from collections.abc import Iterable
from io import BytesIO
from typing import Any, NamedTuple

from botocore.response import StreamingBody

from tests.simulated.refusal import Refusal, only
from tests.template import ACCOUNT, REGION, STACK

PAYLOAD_BYTES = 1024 * 1024
"""Of an asynchronous invocation."""


class Invoked(NamedTuple):
    """`simulation.invoke(invoked.handler, invoked.payload)` delivers it."""

    function: str
    payload: Any

    @property
    def handler(self) -> str:
        """The module of the function's handler: notifier, of stepkeeper-NotifierFunction."""
        logical_id = self.function.removeprefix(f"{STACK}-").removesuffix("Function")
        return re.sub(r"(?<!^)(?=[A-Z])", "_", logical_id).lower()


class Functions:
    """`invoked` has all invocations in their order. That they come, once or more often, is for the tests."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self.invoked: list[Invoked] = []

    def invoke(self, sent: dict[str, Any]) -> dict[str, Any]:
        """A function is named, or its ARN is given."""
        only(sent, "FunctionName", "InvocationType", "Payload")
        if sent.get("InvocationType") != "Event" or not isinstance(sent.get("Payload"), str | bytes):
            raise NotImplementedError("the simulation knows only InvocationType=Event with a Payload")
        payload = sent["Payload"]
        if isinstance(payload, str):
            payload = payload.encode()
        name = self.named(sent["FunctionName"])
        if len(payload) > PAYLOAD_BYTES:
            message = f"{len(payload)} byte payload is too large for the Event invocation type"
            raise Refusal("RequestTooLargeException", message, status=413, Type="User")
        try:
            self.invoked.append(Invoked(name, json.loads(payload)))
        except ValueError:
            message = "Could not parse request body into json"
            raise Refusal("InvalidRequestContentException", message, Type="User") from None
        return {"StatusCode": 202, "Payload": StreamingBody(BytesIO(b""), 0)}

    def named(self, name_or_arn: str) -> str:
        """The name of a function that there is."""
        name = name_or_arn.rpartition(":function:")[2]
        if name not in self._names:
            arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
            raise Refusal("ResourceNotFoundException", f"Function not found: {arn}", status=404, Type="User")
        return name
