"""Events that no handler takes: one clear error, and nothing has happened."""

import importlib
import json
from functools import reduce
from typing import Any

import pytest

from stepkeeper.errors import UnroutableEvent
from stepkeeper.routing import Event
from tests.conftest import FakeContext
from tests.handlers.samples import HANDLERS, HUGE
from tests.memory import Aws

DEEP: list[Any] = reduce(lambda inner, _: [inner], range(10_000), [])

NEVER_AN_EVENT = {
    "null": None,
    "true": True,
    "zero": 0,
    "a number": 1.5,
    "empty text": "",
    "text": "disable",
    "JSON in text": '{"detail": "disable"}',
    "huge text": HUGE,
    "an empty list": [],
    "a list of events": [{"detail": "disable"}],
    "a huge list": [0] * 100_000,
    "an unknown field": {"unknown": 1},
    "a huge unknown field": {HUGE: HUGE},
    "many unknown fields": {f"field-{number}": number for number in range(20_000)},
    "a deep list": DEEP,
    "a deep list in an unknown field": {"unknown": DEEP},
    "a line break in a field": {"a\r\nb": 1},
    "half a character in a field": {"\ud83d": "\ud83d"},
    "an empty field": {"": ""},
    "an event of EventBridge": {
        "version": "0",
        "id": "315c1398-40ff-a850-213b-158f73e60175",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-11-21T03:00:00Z",
        "region": "ap-northeast-1",
        "resources": [],
        "detail": {},
    },
    "an event of SQS": {"Records": [{"messageId": "1", "body": "{}"}]},
}


def shapes(module: Any) -> list[str]:
    """How each shape of event that the handler takes is written; what has shapes below it is none itself."""
    models = [
        value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Event)
    ]
    return [str(model.__doc__).splitlines()[0] for model in models if not model.__subclasses__()]


@pytest.mark.parametrize("event", NEVER_AN_EVENT.values(), ids=NEVER_AN_EVENT)
@pytest.mark.parametrize("handler", HANDLERS)
def test_what_is_no_event_is_refused_with_the_shapes_that_the_handler_takes(
    aws: Aws, context: FakeContext, handler: str, event: Any
) -> None:
    module = importlib.import_module(f"stepkeeper.handlers.{handler}")

    with pytest.raises(UnroutableEvent) as refusal:
        module.handler(event, context)

    message = str(refusal.value)
    assert all(shape in message for shape in shapes(module))
    assert len(message) < 2_500
    assert json.dumps(message)
    assert aws.wire.calls == []
