"""What the handlers work on: a pipeline with a spool, and gates."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from local import slack
from tests.handlers.exports import Exports
from tests.handlers.failing import Failing
from tests.handlers.loading import Loading
from tests.handlers.notified import Notified, nothing_leaked
from tests.handlers.refusals import Refusals
from tests.handlers.spooled import Spooled
from tests.handlers.spooling import Spooling
from tests.handlers.ticking import Ticking
from tests.handlers.toggled import Toggled
from tests.handlers.watched import Watched
from tests.memory import Aws, Stack
from tests.monitor import Monitor, listening
from tests.pipelines import make_pipeline
from tests.simulated.simulation import Simulation


@pytest.fixture
def refusals(stack: Stack) -> Refusals:  # noqa: ARG001 - the session that it listens to is made there
    return Refusals()


@pytest.fixture
def spooled(stack: Stack) -> Spooled:
    """A pipeline with nothing on the spool yet. An empty spool answers at once: moto waits in real time."""
    events = boto3._get_default_session().events
    events.register("before-parameter-build.sqs.ReceiveMessage", _without_waiting)
    return Spooled(stack, make_pipeline(stack.aws))


@pytest.fixture
def simulation(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Simulation:
    """The AWS around the spool once more, with its time in the hands of the tests, and with redrives."""
    return Simulation(aws.wire, monkeypatch)


@pytest.fixture
def failing(simulation: Simulation) -> Failing:
    """A pipeline whose runs fail and are spooled."""
    return Failing(simulation)


@pytest.fixture
def spooling(simulation: Simulation) -> Spooling:
    """A pipeline in the simulated AWS whose failures are spooled; nothing has failed yet."""
    return Spooling(simulation)


@pytest.fixture
def toggled(stack: Stack, configure: Callable[..., None]) -> Toggled:
    """A rule and a schedule, both open."""
    return Toggled(stack, configure)


@pytest.fixture
def loading(stack: Stack, configure: Callable[..., None]) -> Loading:
    """load_when_ready, of which nothing has run yet."""
    return Loading(stack, configure)


@pytest.fixture
def watched(stack: Stack, configure: Callable[..., None]) -> Watched:
    """A pipeline that has not run yet, and somebody who gets its alerts."""
    return Watched(stack, configure)


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    """A monitor that is to hear heartbeats."""
    with listening() as server:
        yield server


@pytest.fixture
def ticking(simulation: Simulation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ticking:
    """A simulated AWS whose map has no pipelines yet."""
    return Ticking(simulation, tmp_path, monkeypatch)


@pytest.fixture
def notified(
    stack: Stack,
    configure: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Notified]:
    """People in two Slack channels, in a chat and at their e-mail. No webhook may be seen anywhere."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with slack.receiving() as receiver:
        world = Notified(stack, configure, monkeypatch, receiver)
        with nothing_leaked(world, capsys):
            yield world


@pytest.fixture
def exports(simulation: Simulation, tmp_path: Path) -> Exports:
    """The simulated AWS of an operator who exports nothing yet."""
    return Exports(simulation, tmp_path)


def _without_waiting(params: dict[str, Any], **_: Any) -> None:
    params["WaitTimeSeconds"] = 0
