"""Measures the emptying of a large spool against a stand-in for AWS, which has time for it."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.emptied import Emptied
from bench.envelopes import bodies
from bench.spool import DISTANCE, REPROCESSOR, WorkNotDone, configuration
from bench.stand_in.process import Quota, standing_in
from local.deployed import Operator
from local.tools import tool

MESSAGES = 10_000
MESSAGES_OF_NAIVE = 1_000
"""At some 40 ms each; its time grows with their number and with nothing else."""

REFILL = 150
"""StartExecution's in most Regions. The bucket holds one second of it, where AWS's holds 800: no start
is had from what was saved up before."""

QUOTA = Quota(bucket=REFILL, refill=REFILL, distance=DISTANCE)
RATE = 148
MOST_RUNNING = 1_000
MOST_IN_A_CALL = 1_000
LIMIT = timedelta(seconds=400)
ROUNDS = 3
"""At most: what else the machine does can only make a round slower."""
DRAINER = Path(__file__).parent / "functions" / "drainer.py"


@dataclass(frozen=True)
class Deployed:
    """What a function has on AWS: its code and its variables; and whose runs it is to start."""

    code: Path
    variables: Mapping[str, str]
    state_machine_arn: str


def deployed_reprocessor(operator: Operator, code: Path) -> Deployed:
    """The deployed reprocessor, whose artifact is in the folder `code` too."""
    variables = configuration(operator, REPROCESSOR)["Environment"]["Variables"]
    return Deployed(code, variables, operator.output("SampleReportArn"))


def rounds_until(deployed: Deployed, folder: Path, *, fast_enough: float) -> list[Emptied]:
    """Rounds of the reprocessor; none follows the first that comes to `fast_enough` of the quota."""
    rounds: list[Emptied] = []
    while len(rounds) < ROUNDS:
        rounds.append(empty_by_reprocessor(deployed, folder))
        if rounds[-1].share_of(REFILL) >= fast_enough:
            break
    return rounds


def empty_by_reprocessor(deployed: Deployed, folder: Path) -> Emptied:
    """Call after call, each as in a drain whose first ten have gone well, until nothing is left."""
    event = {
        "action": "run",
        "max": MOST_IN_A_CALL,
        "max_running": MOST_RUNNING,
        "rate": RATE,
        "trusted": [deployed.state_machine_arn],
    }
    return empty(deployed, "stepkeeper.handlers.reprocessor", event, folder, messages=MESSAGES)


def empty_by_naive_loop(deployed: Deployed, folder: Path) -> Emptied:
    """The same by the naive loop, with fewer messages."""
    event = {"max": MESSAGES_OF_NAIVE}
    return empty(deployed, "naive_loop", event, folder, messages=MESSAGES_OF_NAIVE)


def empty(
    deployed: Deployed, module: str, event: object, folder: Path, *, messages: int, quota: Quota = QUOTA
) -> Emptied:
    """Fills the spool of a new stand-in, and lets a handler in a process of its own empty it.

    Raises WorkNotDone.
    """
    spool = deployed.variables["SPOOL_QUEUE_URL"]
    filling = bodies(deployed.state_machine_arn, messages)
    with standing_in(quota, spool_url=spool, bodies=filling) as stand_in:
        result, log = folder / f"{module}.json", folder / f"{module}.log"
        with log.open("wb") as output:
            ended = subprocess.run(
                [tool("runtime"), DRAINER, module, json.dumps(event), result],
                cwd=deployed.code,
                env=_environment(deployed, folder, stand_in.endpoint),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=LIMIT.total_seconds(),
                check=False,
            )
        tally = stand_in.finish()
    if ended.returncode:
        raise WorkNotDone(f"{module} failed. The end of its log:\n{log.read_text(errors='replace')[-2000:]}")
    told = json.loads(result.read_text())
    if tally.left or len(tally.started) != messages:
        raise WorkNotDone(
            f"{module} started {len(tally.started)} of {messages} runs and left {tally.left} messages. "
            f"It answered {told['answers'][-1]}."
        )
    return Emptied(
        messages=messages,
        seconds=told["seconds"],
        calls=sum(tally.calls.values()),
        started=tally.started,
        throttled=tally.throttled,
        busy_seconds=told["busy_seconds"],
        imported_bytes=told["imported_bytes"],
        peak_bytes=told["peak_bytes"],
    )


def _environment(deployed: Deployed, folder: Path, endpoint: str) -> dict[str, str]:
    """What Lambda sets, and what the function is deployed with; nothing of the developer's own."""
    own = {
        name: value
        for name, value in deployed.variables.items()
        if not name.startswith("AWS_ENDPOINT_URL")  # those of another measurement
    }
    return own | {
        "HOME": str(folder),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": str(deployed.code),
        # Lambda's code folder is read-only.
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_LAMBDA_FUNCTION_NAME": "drained",
        "AWS_REGION": "ap-northeast-1",
        "AWS_DEFAULT_REGION": "ap-northeast-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": endpoint,
    }
