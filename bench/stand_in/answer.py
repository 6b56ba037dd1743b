"""What is answered to a call, and when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

Request = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """The content of an answer; `after` are seconds that the service itself lets pass first."""

    content: Request = field(default_factory=dict)
    status: int = HTTPStatus.OK
    after: float = 0


Operations = dict[str, Callable[[Request], Answer]]
"""How a service answers each of its operations."""


def refusal(code: str, message: str) -> Answer:
    """An error, as the services with a JSON protocol answer it."""
    return Answer({"__type": code, "message": message}, HTTPStatus.BAD_REQUEST)
