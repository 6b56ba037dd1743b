"""Answers of AWS that moto never gives: throttling, missing rights, a batch that fails in part."""

from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.model import OperationModel


class Refusals:
    """Answers some calls of the product's clients in the place of moto, until it is cleared."""

    def __init__(self) -> None:
        self._answers: list[tuple[str, str, int, dict[str, Any]]] = []
        boto3._get_default_session().events.register("before-call", self._answer)

    def refuse(self, operation: str, code: str, *, containing: str = "") -> None:
        """Every call of the operation whose request holds the text gets this error."""
        self.answer(
            operation, {"Error": {"Code": code, "Message": f"{code}, says AWS."}}, 400, containing=containing
        )

    def answer(
        self, operation: str, parsed: dict[str, Any], status: int = 200, *, containing: str = ""
    ) -> None:
        self._answers.append((operation, containing, status, parsed))

    def clear(self) -> None:
        self._answers.clear()

    def _answer(self, model: OperationModel, params: dict[str, Any], **_: Any) -> Any:
        for operation, containing, status, parsed in self._answers:
            if model.name == operation and containing in str(params["body"]):
                metadata = {"ResponseMetadata": {"HTTPStatusCode": status}}
                return AWSResponse("https://aws.invalid", status, {}, None), parsed | metadata
        return None
