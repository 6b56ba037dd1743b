"""Plays one case of exports in a simulated AWS, and writes down what it came to.

Arguments: the case, the number of log groups, the months of each, the file for the result.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bench.exports import Case, Exported
from bench.naive_export import NaiveExport
from tests.simulated.simulation import Simulation
from tests.template import REGION
from tests.walking.walker import Walker
from tests.wire import Wire

SHORT, LONG = timedelta(seconds=20), timedelta(hours=1)
LONG_ONE_IN = 20

TABLES = """
[exports.all]
prefixes = ["/group/"]
back     = {months}
"""


def main(case: Case, groups: int, months: int, result: Path) -> None:
    """One run, with all that continue it."""
    patch = pytest.MonkeyPatch()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.setenv(name, "test")
    patch.setenv("AWS_DEFAULT_REGION", REGION)
    simulation = Simulation(Wire(), patch, hurried=True)
    world = simulation.world
    names = [f"/group/{number:03}" for number in range(groups)]
    for name in names:
        world.logs.add_group(name, created=datetime(2020, 1, 1, tzinfo=UTC))
    world.logs.tasks_take = _tasks(case)
    walker = Walker(simulation)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "exports.toml").write_text(TABLES.format(months=months))
        simulation.template.task_root = folder
        began = world.clock.now()
        busy = time.process_time()
        if case.startswith("naive"):
            naive = NaiveExport(simulation, names, months)
            walker.stand_ins["log_exporter"] = naive.call
            walker.start(walker.add_definition(naive.definition(), "naive"), "run")
        else:
            walker.start(walker.add("ExportLogs"), "run")
        walker.walk_all()
    walks = [*walker.walks.values()]
    manifests = sum("/manifests/" in key for key in world.s3.objects)
    exported = Exported(
        case=case,
        periods=groups * months,
        exported=naive.completed if case.startswith("naive") else manifests,
        executions=len(walks),
        longest_history=max(walk.record.events for walk in walks),
        transitions=sum(walk.record.transitions for walk in walks),
        calls=dict(Counter(call.split(":")[0] for call in simulation.wire.calls)),
        days=(world.clock.now() - began) / timedelta(days=1),
        busy_seconds=time.process_time() - busy,
    )
    result.write_text(json.dumps(asdict(exported)))


def _tasks(case: Case) -> Any:
    if "takes an hour" not in case:
        return SHORT
    created = iter(range(10**9))
    return lambda _task: (SHORT if next(created) % LONG_ONE_IN else LONG, "COMPLETED", None)


if __name__ == "__main__":
    main(cast(Case, sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
