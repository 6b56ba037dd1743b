"""Measures what an exported period costs: state transitions and API calls, beside the naive loop."""

import json
import os
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from bench.spool import WorkNotDone
from local.tools import REPOSITORY, tool

Case = Literal[
    "short tasks",
    "naive: short tasks",
    "one in 20 takes an hour",
    "naive: one in 20 takes an hour",
    "300 groups, 36 months",
]

SIZES: dict[Case, tuple[int, int]] = {
    "short tasks": (10, 12),
    "naive: short tasks": (10, 12),
    "one in 20 takes an hour": (10, 12),
    "naive: one in 20 takes an hour": (10, 12),
    "300 groups, 36 months": (300, 36),
}
"""How many log groups, and how many months of each."""

LIMIT = timedelta(minutes=15)


@dataclass(frozen=True)
class Exported:
    """`longest_history` is in events, of one execution. `exported` are the periods with a manifest, or, of
    the naive loop, with a task that was seen to be complete."""

    case: Case
    periods: int
    exported: int
    executions: int
    longest_history: int
    transitions: int
    calls: dict[str, int]
    days: float
    busy_seconds: float


def export(case: Case, folder: Path) -> Exported:
    """Plays a case in a process of its own. Raises WorkNotDone."""
    result, log = folder / "exports.json", folder / "exports.log"
    groups, months = SIZES[case]
    with log.open("wb") as output:
        ended = subprocess.run(
            [tool("dev"), "-m", "bench.exports_case", case, str(groups), str(months), result],
            cwd=REPOSITORY,
            env={
                "HOME": str(folder),
                "PATH": os.defpath,
                "LANG": "C.UTF-8",
                "PYTHONPATH": os.pathsep.join((str(REPOSITORY / "src"), str(REPOSITORY))),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=LIMIT.total_seconds(),
            check=False,
        )
    if ended.returncode:
        end = log.read_text(errors="replace")[-2000:]
        raise WorkNotDone(f"The exports of {case!r} failed. The end of the log:\n{end}")
    return Exported(**json.loads(result.read_text()))
