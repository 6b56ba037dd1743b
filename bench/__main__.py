"""Builds and deploys Stepkeeper, measures it beside the naive way, and takes everything down again.

Ends with status 0 only if all targets were reached.
"""

import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

from rich.console import Console

from bench import deadlines, exports, large_spool, report, spool, startup
from bench.deadlines_report import deadlines_table, deadlines_verdicts
from bench.exports_report import exports_table, exports_verdicts
from bench.large_spool_report import LEAST_SHARE, large_spool_table, large_spool_verdicts
from bench.naive_function import deploy_naive_loop
from bench.spool import WorkNotDone
from bench.stand_in.process import StandInFailed
from bench.startup import StartNotReported
from local.deployed import FunctionFailed, NeverHappened, Operator
from local.embedded_aws import running
from local.stack import build, deploy


def main() -> int:
    """Runs the benchmark; gives the exit status."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
    signal.signal(signal.SIGTERM, _interrupt)
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="stepkeeper-bench-") as folder:
            reached = _measure_all(console, Path(folder))
    except (WorkNotDone, StandInFailed, StartNotReported, NeverHappened, FunctionFailed) as error:
        console.print("\n[red]The benchmark broke off.[/]", end=" ")
        console.print(error, markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("\nInterrupted; everything that was started is stopped.")
        return 130
    console.print(f"[dim]{time.monotonic() - began:.0f} seconds[/]")
    return 0 if reached else 1


def _measure_all(console: Console, folder: Path) -> bool:
    def say(text: str) -> None:
        console.print(f"[dim]{text}[/]")

    built = build(folder / "app", say=say)
    artifact, code = built.directory / "ReprocessorFunction", folder / "cold-start"
    size = startup.copy_artifact(artifact, code)
    with running(folder / "aws") as aws:
        stack = deploy(aws, built, {"DeploySamples": "true"}, say=say)
        operator = deploy_naive_loop(Operator(aws, stack), artifact, folder)
        say(f"the naive loop and the reprocessor in turn, {spool.ROUNDS} rounds of {spool.MESSAGES} messages")
        deployed = large_spool.deployed_reprocessor(operator, code)
        near = spool.compare(operator)
        say(f"{spool.ROUNDS_FROM_AFAR} rounds more with AWS {report.AWAY}")
        far = spool.compare_from_afar(operator)
        console.print(report.spool_table(near, far))
        say(f"a bare function and each handler in turn, {startup.COLD_STARTS} cold starts each")
        starts = list(startup.measure(aws, code))
        console.print(report.startup_table(starts, size))
    # The embedded AWS is gone, so that nothing else takes the processor's time.
    say(f"{large_spool.MESSAGES:,} messages on a stand-in for AWS {report.AWAY}")
    naive = large_spool.empty_by_naive_loop(deployed, folder)
    rounds = large_spool.rounds_until(deployed, folder, fast_enough=LEAST_SHARE)
    console.print(large_spool_table(naive, rounds))
    say("deadlines of thousands of pipelines in a simulated AWS")
    judged = {case: deadlines.judge(case, folder) for case in deadlines.PIPELINES}
    naive_ways = [deadlines.ask_naively(number) for number in sorted({*deadlines.PIPELINES.values()})]
    console.print(deadlines_table(judged, naive_ways))
    say("exports of hundreds of log groups in a simulated AWS")
    exported = {case: exports.export(case, folder) for case in exports.SIZES}
    console.print(exports_table(exported))
    verdicts = [
        *report.verdicts(near, starts),
        *large_spool_verdicts(rounds),
        *deadlines_verdicts(judged),
        *exports_verdicts(exported),
    ]
    for verdict in verdicts:
        console.print(str(verdict))
    return all(verdict.reached for verdict in verdicts)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
