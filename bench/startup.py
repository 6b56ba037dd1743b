"""Measures how long each handler takes to start, beside a bare one, as the Lambda emulator reports it."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from local.embedded_aws import EmbeddedAws
from local.rie import emulated

COLD_STARTS = 3
LIMIT = timedelta(seconds=60)
NO_BYTECODE = shutil.ignore_patterns("__pycache__")
FUNCTIONS = Path(__file__).parent / "functions"
INIT_REPORT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)\)")

CLIENTS = {
    "rule_toggler": "events scheduler dynamodb lambda stepfunctions",
    "gate_reconciler": "events scheduler dynamodb lambda stepfunctions",
    "execution_watchdog": "stepfunctions dynamodb sns events scheduler lambda secretsmanager",
    "error_spooler": "sqs stepfunctions dynamodb",
    "reprocessor": "sqs stepfunctions dynamodb sns",
    "spool_reconciler": "sqs stepfunctions dynamodb",
    "spool_refresher": "sqs",
    "bucket_checker": "logs s3 dynamodb lambda stepfunctions cloudwatch resourcegroupstaggingapi",
    "log_exporter": "logs s3 dynamodb",
    "query_runner": "athena s3 secretsmanager",
    "notifier": "secretsmanager sns",
    "load_claimer": "stepfunctions dynamodb",
}
"""The clients that each handler makes; tests/unit/test_bench.py holds this against the code."""

FOR_ONE_HANDLER = {"slack_sdk": "notifier"}
"""The packages of the artifact that one handler alone uses: the others start as if they were not there.
BigQuery's are in a layer, which no other function has."""

AS_ON_LAMBDA = {
    # The code folder is read-only there, so every cold start compiles what it imports anew.
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONPYCACHEPREFIX": "",
    # What makes the emulator print its INIT REPORT.
    "LOG_LEVEL": "info",
}


class StartNotReported(Exception):
    """A function did not start as it should, or the emulator did not say how long that took."""


@dataclass(frozen=True)
class Starts:
    """The cold starts of one handler and of a bare function with its clients, in turn, in milliseconds.

    `lean` are those of the handler without the packages that only others use; none where it uses them itself.
    """

    handler: str
    clients: str
    bare: list[float]
    whole: list[float]
    lean: list[float]

    @property
    def ratio(self) -> float:
        """Each start is compared with the one just before it, when the machine was as busy; the median."""
        return median(whole / bare for whole, bare in zip(self.whole, self.bare, strict=True))

    @property
    def burden(self) -> float | None:
        """How many times as long it takes for the packages that only others use."""
        if not self.lean:
            return None
        return median(whole / lean for whole, lean in zip(self.whole, self.lean, strict=True))


@dataclass(frozen=True)
class Size:
    """The artifact's size in bytes: what is uploaded, and what Lambda unpacks."""

    zipped: int
    unzipped: int


def copy_artifact(artifact: Path, code: Path) -> Size:
    """Copies the built artifact to the folder `code`, to start it from there, and weighs it."""
    shutil.copytree(artifact, code, ignore=NO_BYTECODE)
    archive = Path(shutil.make_archive(str(code), "zip", code))
    return Size(
        archive.stat().st_size, sum(path.stat().st_size for path in code.rglob("*") if path.is_file())
    )


def measure(aws: EmbeddedAws, code: Path) -> Iterator[Starts]:
    """Starts every handler several times, and a bare and a lean function before each."""
    shutil.copytree(FUNCTIONS, code, dirs_exist_ok=True, ignore=NO_BYTECODE)
    lean = code.with_name(f"{code.name}-lean")
    shutil.copytree(code, lean, ignore=shutil.ignore_patterns(*FOR_ONE_HANDLER))
    for handler, clients in CLIENTS.items():
        variables = {"HANDLER": f"stepkeeper.handlers.{handler}", "CLIENTS": clients}
        starts = Starts(handler, clients, [], [], [])
        for _ in range(COLD_STARTS):
            starts.bare.append(_cold_start(aws, code, "bare_start.handler", variables))
            if handler not in FOR_ONE_HANDLER.values():
                starts.lean.append(_cold_start(aws, lean, "handler_start.handler", variables))
            starts.whole.append(_cold_start(aws, code, "handler_start.handler", variables))
        yield starts


def _cold_start(aws: EmbeddedAws, code: Path, handler: str, variables: dict[str, str]) -> float:
    with emulated(aws, code, handler, AS_ON_LAMBDA | variables, timeout=LIMIT) as function:
        answer = function.invoke(b"{}")
    log = (aws.directory / f"rie-{handler}.log").read_text()
    found = INIT_REPORT.search(log)
    if answer is not None or not found:
        raise StartNotReported(f"{handler} answered {answer}. Its log:\n{log}")
    return float(found[1])
