"""Runs the stand-in in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from local.tools import REPOSITORY

ANSWER_LIMIT = timedelta(seconds=20)


class StandInFailed(Exception):
    """The stand-in did not start, or ended before it had told what it was called for."""


@dataclass(frozen=True)
class Tally:
    """What a stand-in was called for. `started` are moments in seconds, in order."""

    calls: dict[str, int]
    started: list[float]
    throttled: int
    left: int


@dataclass(frozen=True)
class Quota:
    """StartExecution's token bucket, and how late each answer of any call is."""

    bucket: float
    refill: float
    distance: timedelta


@dataclass(frozen=True)
class StandIn:
    """A running stand-in."""

    endpoint: str
    process: subprocess.Popen[str]

    def finish(self) -> Tally:
        """Ends it, and gives what it was called for."""
        told, _ = self.process.communicate(timeout=ANSWER_LIMIT.total_seconds())
        if not told:
            raise StandInFailed(f"it ended with status {self.process.returncode}")
        return Tally(**json.loads(told))


@contextmanager
def standing_in(quota: Quota, *, spool_url: str, bodies: Iterable[str]) -> Iterator[StandIn]:
    """Runs a stand-in with these messages on the spool until the block ends, or this process does."""
    command = [
        *(sys.executable, "-m", "bench.stand_in", "--spool", spool_url),
        *("--delay-ms", str(quota.distance / timedelta(milliseconds=1))),
        *("--bucket", str(quota.bucket), "--refill", str(quota.refill)),
    ]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield StandIn(f"http://127.0.0.1:{_port(process, bodies)}", process)
        finally:
            process.kill()


def _port(process: subprocess.Popen[str], bodies: Iterable[str]) -> int:
    if process.stdin is None or process.stdout is None:
        raise StandInFailed("it was started without pipes")
    try:
        process.stdin.writelines(f"{body}\n" for body in [*bodies, ""])
        process.stdin.flush()
        return int(process.stdout.readline())
    except (OSError, ValueError) as error:
        raise StandInFailed("it did not start") from error
