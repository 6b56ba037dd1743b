"""A simulated AWS, and how many points and lives were gone through, which is told at the end."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout

import pytest

from tests.conftest import Aws
from tests.simulated.simulation import Simulation

TOLD = "promises: "


@pytest.fixture
def simulation(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Simulation:
    return Simulation(aws.wire, monkeypatch, hurried=True)


@pytest.fixture
def visited(
    record_property: Callable[[str, object], None], request: pytest.FixtureRequest
) -> Callable[..., None]:
    """`visited(points=12)` counts what this test went through."""

    def count(**counts: int) -> None:
        for what, number in counts.items():
            record_property(f"{TOLD}{request.path.stem}: {what}", number)

    return count


@pytest.hookimpl(wrapper=True, trylast=True)  # inside of what pytest captures
def pytest_runtest_call() -> Iterator[None]:
    """Without logs and metrics: thousands of invocations would print megabytes of them."""
    logging.disable(logging.CRITICAL)
    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
            return (yield)
    finally:
        logging.disable(logging.NOTSET)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Told here because the tests themselves may run in other processes."""
    totals: dict[str, int] = {}
    for report in terminalreporter.stats.get("passed", []):
        for name, value in getattr(report, "user_properties", []):
            if name.startswith(TOLD):
                totals[name] = totals.get(name, 0) + value
    for name, total in sorted(totals.items()):
        terminalreporter.write_line(f"{name} {total:,}")
