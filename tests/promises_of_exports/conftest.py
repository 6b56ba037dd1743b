"""A simulated AWS, for handlers that say nothing of what they do."""

import pytest

from tests.conftest import Aws
from tests.promises.quiet import pytest_runtest_call
from tests.simulated.simulation import Simulation

__all__ = ["pytest_runtest_call"]


@pytest.fixture
def simulation(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Simulation:
    return Simulation(aws.wire, monkeypatch, hurried=True)
