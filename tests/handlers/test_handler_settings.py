"""The variables of the functions: what template.yaml sets is what the handlers read, and each is needed."""

import importlib
from typing import Any

import pytest

from stepkeeper.errors import InvalidSettings
from stepkeeper.settings import Settings
from tests.conftest import FakeContext
from tests.handlers.samples import HANDLERS, samples
from tests.memory import Aws
from tests.template import Template

FUNCTIONS = {handler: handler.title().replace("_", "") + "Function" for handler in HANDLERS}
OF_POWERTOOLS = ("POWERTOOLS_LOG_LEVEL", "POWERTOOLS_TRACE_DISABLED")
MAY_BE_EMPTY = ("TARGETS", "DEFAULT_STATE_MACHINE_ARN")

RESOURCES = {
    "AlertTopic": "arn:aws:sns:ap-northeast-1:123456789012:alerts",
    "SpoolQueue": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/spool",
    "QuarantineQueue": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/quarantine",
    "ErrorSpoolerLogGroup": "/aws/lambda/stepkeeper/error_spooler",
}


def variables(handler: str) -> dict[str, str]:
    """The function's own variables, as the stack sets them when nothing but defaults was chosen."""
    every = Template(refs=RESOURCES).variables(FUNCTIONS[handler])
    return {name: value for name, value in every.items() if name not in OF_POWERTOOLS}


def settings_of(module: Any) -> type[Settings]:
    (found,) = (
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Settings) and value is not Settings
    )
    return found


CASES = [
    pytest.param(handler, name, value, id=f"{handler}-{name}-{'missing' if value is None else 'empty'}")
    for handler in HANDLERS
    for name in variables(handler)
    for value in (None, *([] if name in MAY_BE_EMPTY else [""]))
]


@pytest.mark.parametrize("handler", HANDLERS)
def test_the_defaults_of_the_template_are_settings_that_the_handler_takes(handler: str) -> None:
    module = importlib.import_module(f"stepkeeper.handlers.{handler}")

    settings = settings_of(module).read(variables(handler))

    assert {name.upper() for name in type(settings).model_fields} == set(variables(handler))


@pytest.mark.parametrize(("handler", "name", "value"), CASES)
def test_a_variable_that_is_missing_or_empty_is_named_before_anything_has_happened(
    aws: Aws,
    context: FakeContext,
    monkeypatch: pytest.MonkeyPatch,
    handler: str,
    name: str,
    value: str | None,
) -> None:
    for own, setting in variables(handler).items():
        monkeypatch.setenv(own, setting)
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    module = importlib.import_module(f"stepkeeper.handlers.{handler}")

    with pytest.raises(InvalidSettings, match=f" {name}: "):
        module.handler(samples(handler)[-1], context)

    assert aws.wire.calls == []


@pytest.mark.parametrize(
    ("handler", "name", "value"),
    [
        ("execution_watchdog", "ALERT_TOPIC_ARN", "alerts"),
        ("error_spooler", "SPOOL_QUEUE_URL", "spool"),
        ("reprocessor", "QUARANTINE_QUEUE_URL", "arn:aws:sqs:ap-northeast-1:123456789012:quarantine"),
        ("reprocessor", "MAX_REPROCESS", "0"),
        ("reprocessor", "MAX_REPROCESS", "ten"),
        ("bucket_checker", "MONTHS_BACK", "13"),
        ("bucket_checker", "TIME_ZONE", "Asia/Tokio"),
        ("bucket_checker", "TIME_ZONE", "../../etc/passwd"),
        ("bucket_checker", "LOG_GROUP", "two words"),
        ("log_exporter", "EXPORT_PREFIX", "/exports/"),
        ("rule_toggler", "STATE_TABLE", "t"),
    ],
)
def test_a_variable_that_can_not_be_right_is_named_before_anything_has_happened(
    aws: Aws, context: FakeContext, monkeypatch: pytest.MonkeyPatch, handler: str, name: str, value: str
) -> None:
    for own, setting in {**variables(handler), name: value}.items():
        monkeypatch.setenv(own, setting)
    module = importlib.import_module(f"stepkeeper.handlers.{handler}")

    with pytest.raises(InvalidSettings, match=f" {name}: "):
        module.handler(samples(handler)[-1], context)

    assert aws.wire.calls == []
