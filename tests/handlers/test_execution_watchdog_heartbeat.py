"""After each tick that has judged all it could, a monitor outside is called; its URL is a secret."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from stepkeeper.deadlines.errors import DeadlinesNotJudged
from stepkeeper.handlers import execution_watchdog
from stepkeeper.pipelines.schedules import Schedules
from tests.conftest import FakeContext
from tests.memory import Stack
from tests.monitor import SECRET, Monitor


@dataclass
class Beating:
    """A watchdog whose map is empty, and what it logs."""

    stack: Stack
    capsys: pytest.CaptureFixture[str]
    caplog: pytest.LogCaptureFixture
    folder: Path
    configure: Callable[..., None]

    def secret(self, text: str) -> None:
        made = self.stack.aws.client("secretsmanager").create_secret(Name="heartbeat", SecretString=text)
        self.configure("ExecutionWatchdogFunction", HeartbeatSecretArn=made["ARN"])

    def tick(self) -> Any:
        return execution_watchdog.handler({}, FakeContext())

    def map(self, content: str) -> None:
        (self.folder / "pipelines.toml").write_text(content, encoding="utf-8")
        self.stack.template.task_root = str(self.folder)

    def logged(self) -> str:
        """All that was logged, which must not have the secret in it."""
        text = "".join([*self.capsys.readouterr(), *(str(vars(record)) for record in self.caplog.records)])
        assert SECRET not in text
        return text


@pytest.fixture
def beating(
    stack: Stack,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    configure: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> Beating:
    monkeypatch.setattr(execution_watchdog, "schedules", Schedules())
    world = Beating(stack, capsys, caplog, tmp_path, configure)
    world.map("")
    return world


def test_each_tick_is_heard(beating: Beating, monitor: Monitor) -> None:
    beating.secret(monitor.url)

    beating.tick()
    beating.tick()

    assert monitor.heard == [f"GET /ping/{SECRET}"] * 2
    assert '"Ticks":[1.0]' in beating.logged()


def test_without_a_monitor_none_is_called(beating: Beating, monitor: Monitor) -> None:
    beating.configure("ExecutionWatchdogFunction")

    beating.tick()

    assert monitor.heard == []
    assert "secretsmanager:GetSecretValue" not in beating.stack.aws.wire.calls
    assert '"Ticks":[1.0]' in beating.logged()


def test_a_monitor_that_refuses_fails_no_tick_and_is_warned_of(beating: Beating, monitor: Monitor) -> None:
    monitor.status = 503
    beating.secret(monitor.url)

    answer = beating.tick()

    logged = beating.logged()
    assert answer["reason"] == "all that was due is judged"
    assert "'levelname': 'WARNING'" in logged
    assert "The monitor answered with 503." in logged
    assert '"HeartbeatsFailed":[1.0]' in logged
    assert '"Ticks":[1.0]' in logged


@pytest.mark.parametrize("secret", ["", f"ftp://monitor.invalid/{SECRET}", f"https://{SECRET} /"])
def test_a_secret_that_is_no_url_is_warned_of_and_not_shown(beating: Beating, secret: str) -> None:
    beating.secret(secret or " ")

    beating.tick()

    assert "holds no URL that may be called" in beating.logged()


def test_a_secret_that_is_not_there_is_warned_of(beating: Beating) -> None:
    arn = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:gone-AbCdEf"
    beating.configure("ExecutionWatchdogFunction", HeartbeatSecretArn=arn)

    beating.tick()

    assert '"HeartbeatsFailed":[1.0]' in beating.logged()


def test_a_tick_that_could_not_judge_all_fails_and_is_heard_all_the_same(
    beating: Beating, monitor: Monitor
) -> None:
    beating.map('[pipelines.broken]\nstate_machine = "b"\nstarted_by = "rule/gone"\nsucceeds_within = "1h"\n')
    beating.secret(monitor.url)

    with pytest.raises(DeadlinesNotJudged, match="GateNotFound"):
        beating.tick()

    assert monitor.heard == [f"GET /ping/{SECRET}"]
    assert '"Ticks":[1.0]' in beating.logged()
