"""Promises 1 and 2 of design.md, and what goes with them, as questions to a world and the ledger of it.

A person who redrives an execution in the console gives an answer of their own. It counts as a run of that
failure where one is looked for (nothing is lost), and not among the runs that Stepkeeper began (at most one).
Once Stepkeeper has written it down, told by an event or by the reconciler, it begins none: the state table
says what each run is an answer to. If the person's and Stepkeeper's runs of one failure both fail, that is
one failure: the work is the same.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.promises.failures import Key, answers_to, key_of_message
from tests.promises.ledger import Ledger
from tests.simulated.step_functions import Run
from tests.simulated.world import World

MAX_ATTEMPTS = 3
"""The default of template.yaml."""

OUTAGE = timedelta(minutes=30)

Runs = dict[Key, list[Run]]
Records = dict[Key, dict[str, Any]]


def broken(world: World, ledger: Ledger, *, all_told: bool) -> list[str]:
    """What does not hold now. `all_told`: every failure must be kept, and not only those that were before."""
    runs, records = _runs_by_failure(world, ledger), _records(world)
    return [
        *_lost(world, ledger, runs, records, all_told=all_told),
        *_doubled(runs, ledger),
        *_wrong(runs, ledger),
        *_disagreeing(runs, records, ledger),
    ]


def waiting(world: World) -> set[Key]:
    """The failures whose messages are on the spool or in quarantine."""
    return {key_of_message(each) for queue in (world.spool, world.quarantine) for each in queue.messages}


def told_too_often(told: list[datetime]) -> int:
    """How often people were told of an outage of a state machine that they had been told of already."""
    return sum(now - before < OUTAGE for before, now in pairwise(told))


def _runs_by_failure(world: World, ledger: Ledger) -> Runs:
    """The runs that Stepkeeper began, by the failure that each is an answer to."""
    runs: Runs = defaultdict(list)
    for run in world.step_functions.runs:
        key = answers_to(run)
        if key and (run.execution.arn, run.redrive_count) not in ledger.by_hand:
            runs[key].append(run)
    return runs


def _records(world: World) -> Records:
    """What the state table says of each failure."""
    return {
        Key(item["pk"]["S"].removeprefix("lineage#"), int(item["sk"]["S"].removeprefix("failure#"))): {
            name: next(iter(value.values())) for name, value in item.items()
        }
        for item in world.table.items
        if item["pk"]["S"].startswith("lineage#")
    }


def _lost(world: World, ledger: Ledger, runs: Runs, records: Records, *, all_told: bool) -> Iterator[str]:
    failures = ledger.failures.values()
    by_hand = {each.key for each in failures if (each.origin, each.redrive_count + 1) in ledger.by_hand}
    dropped = {
        key for key, wishes in ledger.drops.items() if wishes and records.get(key, {}).get("answer") == "drop"
    }
    kept = waiting(world) | runs.keys() | by_hand | dropped
    for failed in failures:
        if failed.key in kept:
            ledger.kept.add(failed.key)
        elif all_told or failed.key in ledger.kept or "spooled_at" in records.get(failed.key, {}):
            yield f"{failed} is lost: it is no message, no run, and nobody dropped it"


def _doubled(runs: Runs, ledger: Ledger) -> Iterator[str]:
    for key, its in runs.items():
        if len(its) > 1:
            yield f"{key} was answered by {len(its)} runs: {[(run.by, run.name) for run in its]}"
        if key not in ledger.keys:
            yield f"{its[0].by} {its[0].name} answers a failure that there never was"
        if key.attempt >= MAX_ATTEMPTS and key not in ledger.excused and not ledger.edits[key]:
            yield f"{its[0].by} {its[0].name}: it failed {key.attempt} times, and nobody said to go on"


def _wrong(runs: Runs, ledger: Ledger) -> Iterator[str]:
    for key, its in runs.items():
        for run in its:
            if any(drop.sure for drop in ledger.drops[key]):
                yield f"{run.by} {run.name}: it was dropped"
            sent, allowed = json.dumps(json.loads(run.input), sort_keys=True), ledger.inputs(key)
            overruled = run.by == "redrive" and key in ledger.excused
            if sent not in allowed and not overruled:
                yield f"{run.by} {run.name} has the input {sent}, and not {allowed}"


def _disagreeing(runs: Runs, records: Records, ledger: Ledger) -> Iterator[str]:
    for key, its in runs.items():
        record, run = records.get(key, {}), its[-1]
        answer = {"start": "restart", "redrive": "redrive"}[run.by]
        if (record.get("answer"), record.get("answered_as")) != (answer, run.execution.arn):
            yield f"{run.by} {run.name} is not what the state table says: {record}"
    for key in records.keys() - ledger.keys:
        yield f"the state table knows of {key}, which never failed"
