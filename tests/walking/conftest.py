"""A walker on a simulated AWS."""

import pytest

from tests.conftest import Aws
from tests.simulated.simulation import Simulation
from tests.walking.walker import Walker


@pytest.fixture
def simulation(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Simulation:
    return Simulation(aws.wire, monkeypatch)


@pytest.fixture
def walker(simulation: Simulation) -> Walker:
    return Walker(simulation)
