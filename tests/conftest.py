"""The fixtures that the tests share: an AWS in memory, the stack in it, and Lambda's context."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from moto import mock_aws

from stepkeeper.aws import clients
from tests.memory import Aws, Stack, make_stack
from tests.template import ACCOUNT, REGION, STACK
from tests.wire import Wire

TOLD = "promises: "


@dataclass
class FakeContext:
    """What Lambda tells a function about its invocation; `remaining_ms` may be lowered by a test."""

    function_name: str = f"{STACK}-Function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{STACK}-Function"
    aws_request_id: str = "00000000-0000-4000-8000-000000000001"
    remaining_ms: int = 300_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


@pytest.fixture
def context() -> FakeContext:
    return FakeContext()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Aws]:
    """An empty AWS; nothing of the machine's own AWS configuration is read."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    clients._made.cache_clear()
    with mock_aws():
        yield Aws(Wire())
    clients._made.cache_clear()


@pytest.fixture
def stack(aws: Aws) -> Stack:
    """The state table, queues, topic and bucket, with their properties from template.yaml."""
    return make_stack(aws)


@pytest.fixture
def configure(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`configure("ReprocessorFunction", MaxReprocess="2")` sets the variables that template.yaml gives it."""

    def set_variables(function: str, **parameters: str) -> None:
        stack.template.overrides.update(parameters)
        for name, value in stack.template.variables(function).items():
            monkeypatch.setenv(name, value)

    return set_variables


@pytest.fixture
def visited(
    record_property: Callable[[str, object], None], request: pytest.FixtureRequest
) -> Callable[..., None]:
    """`visited(points=12)` counts what this test went through."""

    def count(**counts: int) -> None:
        for what, number in counts.items():
            record_property(f"{TOLD}{request.path.stem}: {what}", number)

    return count


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Told here because the tests themselves may run in other processes."""
    totals: dict[str, int] = {}
    for report in terminalreporter.stats.get("passed", []):
        for name, value in getattr(report, "user_properties", []):
            if name.startswith(TOLD):
                totals[name] = totals.get(name, 0) + value
    for name, total in sorted(totals.items()):
        terminalreporter.write_line(f"{name} {total:,}")
