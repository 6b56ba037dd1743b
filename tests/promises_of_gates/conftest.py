"""A simulated AWS, for handlers that say nothing of what they do."""

import logging
import os
from collections.abc import Iterator
from contextlib import redirect_stdout

import pytest

from tests.conftest import Aws
from tests.simulated.simulation import Simulation


@pytest.fixture
def simulation(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Simulation:
    return Simulation(aws.wire, monkeypatch, hurried=True)


@pytest.hookimpl(wrapper=True, trylast=True)  # inside of what pytest captures
def pytest_runtest_call() -> Iterator[None]:
    """Without logs and metrics: thousands of invocations would print megabytes of them."""
    logging.disable(logging.CRITICAL)
    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
            return (yield)
    finally:
        logging.disable(logging.NOTSET)
