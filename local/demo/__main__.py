"""Builds and deploys Stepkeeper, plays eight scenes on it and takes everything down again.

Ends with status 0 only if every scene ended as it should.
"""

import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from rich.console import Console

from local import bigquery, loads, slack
from local.demo import crossing, deadlines, export, glance, load, outage
from local.demo.cost import Bill
from local.demo.map import Night
from local.demo.stage import SceneFailed, Stage
from local.deployed import FunctionFailed, NeverHappened
from local.embedded_aws import running
from local.operator_files import FILES
from local.stack import build, deploy

PARAMETERS = {
    "DeploySamples": "true",
    "SpoolMachines": glance.PIPELINE,
}
WAITS = 0.05
"""Waits and retry intervals of the state machines take a twentieth of their time."""


def main() -> int:
    """Plays the demo; gives the exit status."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
    signal.signal(signal.SIGTERM, _interrupt)
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="stepkeeper-demo-") as folder:
            _play_all(console, Path(folder))
    except (SceneFailed, NeverHappened, FunctionFailed) as error:
        console.print(f"\n[red]The demo failed.[/] {error}", markup=True)
        return 1
    except KeyboardInterrupt:
        console.print("\nInterrupted; everything that was started is stopped.")
        return 130
    console.print(f"\n[green]Every scene ended as it should[/], in {time.monotonic() - began:.0f} seconds.")
    return 0


def _play_all(console: Console, folder: Path) -> None:
    built = build(folder / "app", files=FILES, say=lambda text: console.print(f"[dim]{text}[/]"))
    console.print("[dim]embedded AWS with IAM enforced, BigQuery and Slack, on this machine alone[/]")
    with (
        running(folder / "aws") as aws,
        bigquery.running(folder / "bigquery") as local_bigquery,
        slack.receiving() as local_slack,
    ):
        parameters = {**PARAMETERS, **loads.prepare(aws, local_bigquery, local_slack)}
        stack = deploy(aws, built, parameters, say=lambda text: console.print(f"[dim]{text}[/]"))
        aws.scale_waits(WAITS)
        stage = Stage(aws, stack, console, local_bigquery, local_slack)
        loads.connect(stage, local_bigquery)
        load.close_gate(stage)
        bill = Bill(stage)
        scenes = _scenes(Night(stage))
        for number, (title, play) in enumerate(scenes.items(), start=1):
            console.rule(f"[bold]{number}. {title}", align="left")
            with bill.scene(title):
                play(stage)
        console.rule(f"[bold]{len(scenes) + 1}. What it cost", align="left")
        console.print(bill.table())


def _scenes(night: Night) -> dict[str, Callable[[Stage], None]]:
    """The titles of the scenes and how they are played, in their order."""
    return {
        "One map: the first of a chain fails": night.fails,
        "An error does not cross over": crossing.play,
        "Late, failed, missing": deadlines.play,
        "The outage": outage.play,
        "One glance": glance.play,
        "One map: it recovers, and what was missed is made up for": night.recovers,
        "The logs of every group": export.play,
        "The data that comes late": load.play,
    }


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
