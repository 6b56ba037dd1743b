"""The variables of the functions: what template.yaml sets is what the handlers read, and each is needed."""

import importlib
from typing import Any

import pytest

from stepkeeper.errors import InvalidSettings
from stepkeeper.settings import Settings
from tests.conftest import FakeContext
from tests.handlers.samples import HANDLERS, samples
from tests.memory import Aws
from tests.template import SET_BY_LAMBDA, Template

FUNCTIONS = {handler: handler.title().replace("_", "") + "Function" for handler in HANDLERS}
NOT_OF_THE_HANDLER = ("POWERTOOLS_LOG_LEVEL", "POWERTOOLS_TRACE_DISABLED", "LAMBDA_TASK_ROOT")
MAY_BE_EMPTY = (
    "TARGETS",
    "SPOOL_MACHINES",
    "NEVER_SPOOLED",
    "DEFAULT_STATE_MACHINE_ARN",
    "BIGQUERY_LOCATION",
    "SLACK_CHANNELS",
    "SLACK_SECRET_ARN",
    "HEARTBEAT_SECRET_ARN",
)
ENGINES = {"query_runner": ("stepkeeper.engines.athena", "stepkeeper.engines.bigquery")}
"""Read settings of their own from the variables of the handler that connects to them."""

RESOURCES = {
    "AlertTopic": "arn:aws:sns:ap-northeast-1:123456789012:alerts",
    "SpoolQueue": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/spool",
    "QuarantineQueue": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/quarantine",
    "ChatTopic": "arn:aws:sns:ap-northeast-1:123456789012:chat",
    "ErrorSpoolerLogGroup": "/aws/lambda/stepkeeper/error_spooler",
}
BIGQUERY = {
    "BigQueryProject": "warehouse",
    "BigQuerySecretArn": "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:bigquery",
}
"""Has no defaults, since nobody but its owner has a project."""


def variables(handler: str) -> dict[str, str]:
    """The function's own variables, as the stack sets them when nothing but defaults was chosen."""
    every = Template(overrides=dict(BIGQUERY), refs=RESOURCES).variables(FUNCTIONS[handler])
    return {name: value for name, value in every.items() if name not in NOT_OF_THE_HANDLER}


def settings_of(handler: str) -> list[type[Settings]]:
    """All that the handler reads, or that an engine reads for it."""
    modules = [f"stepkeeper.handlers.{handler}", *ENGINES.get(handler, ())]
    return [
        value
        for module in modules
        for value in vars(importlib.import_module(module)).values()
        if isinstance(value, type) and issubclass(value, Settings) and value is not Settings
    ]


def reading(handler: str, name: str) -> Any:
    """An event for which the handler reads the variable."""
    if name == "MAX_WAIT":
        return samples(handler)[0]
    event = samples(handler)[-1]
    return {**event, "query": {**event["query"], "engine": "bigquery"}} if "BIGQUERY" in name else event


CASES = [
    pytest.param(handler, name, value, id=f"{handler}-{name}-{'missing' if value is None else 'empty'}")
    for handler in HANDLERS
    for name in variables(handler)
    for value in (None, *([] if name in MAY_BE_EMPTY else [""]))
]


@pytest.mark.parametrize("handler", HANDLERS)
def test_the_defaults_of_the_template_are_settings_that_the_handler_takes(handler: str) -> None:
    read = [settings.read(variables(handler) | SET_BY_LAMBDA) for settings in settings_of(handler)]

    names = {name.upper() for settings in read for name in type(settings).model_fields}
    assert names - set(SET_BY_LAMBDA) == set(variables(handler))


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
        module.handler(reading(handler, name), context)

    assert aws.wire.calls == []


@pytest.mark.parametrize(
    ("handler", "name", "value"),
    [
        ("execution_watchdog", "ALERT_TOPIC_ARN", "alerts"),
        ("error_spooler", "SPOOL_QUEUE_URL", "spool"),
        ("error_spooler", "MAX_ATTEMPTS", "0"),
        ("reprocessor", "QUARANTINE_QUEUE_URL", "arn:aws:sqs:ap-northeast-1:123456789012:quarantine"),
        ("reprocessor", "MAX_REPROCESS", "0"),
        ("reprocessor", "MAX_REPROCESS", "ten"),
        ("reprocessor", "MAX_RUNNING", "1001"),
        ("reprocessor", "START_RATE", "0"),
        ("reprocessor", "ALERT_TOPIC_ARN", "alerts"),
        ("spool_reconciler", "MAX_ATTEMPTS", "three"),
        ("spool_reconciler", "STATE_TABLE", "t"),
        ("spool_refresher", "QUARANTINE_QUEUE_URL", "quarantine"),
        ("bucket_checker", "OVERDUE_DAYS", "0"),
        ("bucket_checker", "OVERDUE_DAYS", "a week"),
        ("bucket_checker", "EXPORT_BUCKET", "b"),
        ("log_exporter", "STATE_TABLE", "t"),
        ("log_exporter", "EXPORT_BUCKET", "b"),
        ("rule_toggler", "STATE_TABLE", "t"),
        ("load_claimer", "STATE_TABLE", "t"),
        ("query_runner", "MAX_WAIT", "30"),
        ("notifier", "ALERT_TOPIC_ARN", "alerts"),
        ("notifier", "CHAT_TOPIC_ARN", "https://chat.invalid"),
    ],
)
def test_a_variable_that_can_not_be_right_is_named_before_anything_has_happened(
    aws: Aws, context: FakeContext, monkeypatch: pytest.MonkeyPatch, handler: str, name: str, value: str
) -> None:
    for own, setting in {**variables(handler), name: value}.items():
        monkeypatch.setenv(own, setting)
    module = importlib.import_module(f"stepkeeper.handlers.{handler}")

    with pytest.raises(InvalidSettings, match=f" {name}: "):
        module.handler(reading(handler, name), context)

    assert aws.wire.calls == []
