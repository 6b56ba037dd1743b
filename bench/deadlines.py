"""Measures ticks of the watchdog for thousands of pipelines that are due in the same minute."""

import json
import os
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from bench.spool import WorkNotDone
from bench.stand_in.quota import TokenBucket
from local.tools import REPOSITORY, tool

Case = Literal["all went well", "one in 100 failed", "none is known"]

PIPELINES: dict[Case, int] = {"all went well": 10_000, "one in 100 failed": 10_000, "none is known": 1_000}
"""Each tick lists 90 pipelines, so that of 10,000 would take ten times as many ticks, at seconds each."""

BUCKET, REFILL = 100, 2
"""ListExecutions' in most Regions, for the whole account (Step Functions quotas)."""

LIMIT = timedelta(seconds=150)
NAIVE_CALL_SECONDS = 0.01


@dataclass(frozen=True)
class Judged:
    """All deadlines of a case. `seconds` are those of the simulated clock, `busy_seconds` the processor's.

    `wrong` are the alerts that were to be sent and were not, or the other way round, and `is_in_order` tells
    whether they were sent in the order of their urgency. `working_bytes` is the most memory of the process,
    less that of the simulated AWS.
    """

    case: Case
    pipelines: int
    ticks: int
    seconds: float
    lists: int
    table_calls: int
    throttled: int
    alerts: int
    wrong: int
    is_in_order: bool
    reading_busy_seconds: float
    busy_seconds: float
    working_bytes: int


@dataclass(frozen=True)
class Naive:
    """One ListExecutions for each pipeline each minute, until each was answered once."""

    pipelines: int
    seconds: float
    throttled: int


def judge(case: Case, folder: Path) -> Judged:
    """Plays a case in a process of its own. Raises WorkNotDone."""
    result, log = folder / "deadlines.json", folder / "deadlines.log"
    with log.open("wb") as output:
        ended = subprocess.run(
            [tool("dev"), "-m", "bench.deadlines_case", case, str(PIPELINES[case]), result],
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
        raise WorkNotDone(f"The deadlines of {case!r} failed. The end of the log:\n{end}")
    return Judged(**json.loads(result.read_text()))


def ask_naively(pipelines: int) -> Naive:
    """Asks for one pipeline after the other, 10 ms each, those again next minute that were throttled."""
    bucket = TokenBucket(size=BUCKET, refill=REFILL)
    waiting, throttled, minute, now = pipelines, 0, 0, 0.0
    while waiting:
        now, asked = max(now, minute * 60.0), waiting
        while asked and now < (minute + 1) * 60.0:
            asked -= 1
            if bucket.take(now):
                waiting -= 1
            else:
                throttled += 1
            now += NAIVE_CALL_SECONDS
        minute += 1
    return Naive(pipelines, now, throttled)
