"""Plays one case of many deadlines, and writes down what it came to.

Arguments: the case, the number of pipelines, the file for the result. Its process does nothing else.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from bench.deadlines import Case, Judged
from bench.due_pipelines import DUE, MINUTE, DuePipelines
from bench.functions.drainer import peak_bytes

EVERY = 100
"""One in so many fails; where none is known, another one has not run at all."""

Timed = tuple[float, Any]


def main(case: Case, number: int, result: Path) -> None:
    """The schedules are read a minute before the deadlines."""
    imported = peak_bytes()
    with tempfile.TemporaryDirectory() as folder:
        due = DuePipelines(Path(folder), number, _blocks(number))
        expected = _let_run(due, case)
        due.world.clock.move(DUE - 3 * MINUTE - due.now)
        before = peak_bytes()
        reading, _ = _timed(lambda: due.tick(DUE - MINUTE))
        due.simulation.wire.calls.clear()
        ticks = _judge_all(due)
        calls = Counter(call.split(":")[0] for call in due.simulation.wire.calls)
        told = [_who(alert) for alert in due.world.sns.published]
        judged = Judged(
            case=case,
            pipelines=number,
            ticks=len(ticks),
            seconds=(due.now - DUE).total_seconds(),
            lists=due.simulation.wire.calls.count("stepfunctions:ListExecutions"),
            table_calls=calls["dynamodb"],
            throttled=due.throttled,
            alerts=len(told),
            wrong=sum(((Counter(told) - Counter(expected)) + (Counter(expected) - Counter(told))).values()),
            is_in_order=_is_in_order(told, due),
            reading_busy_seconds=reading,
            busy_seconds=max(ticks),
            working_bytes=imported + peak_bytes() - before,
        )
    result.write_text(json.dumps(asdict(judged)))


def _blocks(number: int) -> dict[int, int]:
    """Of those that fail, each blocks from none to four others."""
    return {index: index // EVERY % 5 for index in range(0, number, EVERY)}


def _let_run(due: DuePipelines, case: Case) -> list[str]:
    """Gives what is to be told in the end."""
    due.world.clock.move(DUE - 5 * MINUTE - due.now)
    told = []
    for index, name in enumerate(due.names):
        is_bad = case != "all went well" and index % EVERY == 0
        if case == "none is known" and index % EVERY == EVERY // 2:
            told.append(f"{name} is MISSING: it did not start")
            continue
        due.run(name, "FAILED" if is_bad else "SUCCEEDED")
        if is_bad:
            told.append(f"{name} FAILED")
        elif case != "none is known":
            due.remember(name)
    return told


def _judge_all(due: DuePipelines) -> list[float]:
    """The processor's time of each tick, until no deadline is left."""
    ticks: list[float] = []
    behind = 1
    while behind:
        at: datetime = max(DUE + len(ticks) * MINUTE, due.now)
        busy, answer = _timed(lambda at=at: due.tick(at))  # type: ignore[misc]
        ticks.append(busy)
        behind = answer["behind"]
    return ticks


def _is_in_order(told: Sequence[str], due: DuePipelines) -> bool:
    blocks = [due.blocks.get(int(text.split()[0][1:]), 0) for text in told]
    return blocks == sorted(blocks, reverse=True)


def _who(alert: dict[str, Any]) -> str:
    return str(alert["Subject"]).removeprefix("[Stepkeeper] ")


def _timed(do: Callable[[], Any]) -> Timed:
    began = time.process_time()
    done = do()
    return time.process_time() - began, done


if __name__ == "__main__":
    main(cast(Case, sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
