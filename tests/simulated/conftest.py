"""A simulated AWS, empty and kind."""

import pytest

from tests.conftest import Aws
from tests.simulated.simulation import Simulation


@pytest.fixture
def simulation(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Simulation:
    return Simulation(aws.wire, monkeypatch)
