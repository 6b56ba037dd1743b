"""Lambda: calling another of Stepkeeper's functions without waiting for it."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def invoke(client: "LambdaClient", function_name: str, payload: dict[str, Any]) -> None:
    """Has the function called with this event; Lambda tries again, and keeps what fails."""
    client.invoke(FunctionName=function_name, InvocationType="Event", Payload=json.dumps(payload).encode())
