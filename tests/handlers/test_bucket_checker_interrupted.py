"""Whatever the bucket checker is broken off at, the same call once more leaves what one call would have left.

Each test breaks an invocation off at every AWS call that it makes, one after another: the process dies
before the call had its effect or after it, or the answer of the call is lost.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from stepkeeper.errors import AwsUnavailable
from tests.handlers.exports import AUGUST, GROUP, OCTOBER, Answer, Exports
from tests.wire import BREAKS, Break, Crash

BROKEN = (Crash, ConnectionClosedError, AwsUnavailable)

TABLES = """
[exports.all]
prefixes = ["/"]
tags = { export = "yes" }
back = 3
retention = "90d"
"""

Left = dict[str, Any]


def left_by(exports: Exports) -> Left:
    """All that a call may change, but for notices, and for how often an entry was written."""
    items = {}
    for item in exports.world.table.items:
        (said,) = (json.loads(item[name]["S"]) for name in ("entry", "group", "turn") if name in item)
        said.pop("version", None)
        items[item["pk"]["S"], item["sk"]["S"]] = said
    retention = {name: group.retention_days for name, group in exports.world.logs.groups.items()}
    return {"items": items, "objects": list(exports.world.s3.objects), "retention": retention}


def begin(exports: Exports) -> Answer:
    """A group was deleted and another appeared since the last run; a third is exported once more."""
    exports.add_group(created=OCTOBER)
    exports.add_group("/deleted", created=OCTOBER)
    exports.run("zero")
    exports.begin("half")
    exports.world.logs.add_group("/open", OCTOBER)
    exports.end_execution("half")
    exports.begin("other")
    exports.end_execution("other")
    exports.world.logs.delete_group("/open")
    exports.add_group("/new", created=OCTOBER)
    execution = exports.start_execution("one")
    again = {"log_group": GROUP, "period": "2026-10"}
    return {"action": "begin", "execution": execution, "run": execution, "again": again}


def hand_over(exports: Exports) -> Answer:
    exports.add_group(created=OCTOBER)
    exports.begin("one")
    execution, run = exports.start_execution("one-1"), exports.arn("one")
    return {"action": "begin", "execution": execution, "run": run, "continues": run}


def find_the_next_one(exports: Exports) -> Answer:
    exports.add_group(created=OCTOBER)
    exports.begin("one")
    return {"run": exports.arn("one")}


def find_that_all_is_done(exports: Exports) -> Answer:
    """Two retentions are shortened."""
    for name in (GROUP, "/other"):
        exports.add_group(name, created=AUGUST)
    exports.begin("one")
    for _ in range(6):
        exports.export(exports.next("one")["period"], "one")
    return {"run": exports.arn("one")}


def audit(exports: Exports) -> Answer:
    """Of two groups nothing could be exported."""
    for name in (GROUP, "/other"):
        exports.add_group(name, created=OCTOBER)
    exports.world.faults.refuse("CreateExportTask", "AccessDeniedException")
    exports.run("one")
    return {"action": "audit"}


def accept(exports: Exports) -> Answer:
    exports.add_group(created=OCTOBER)
    exports.begin("one")
    return {"action": "accept", "log_group": GROUP, "period": "2026-10", "reason": "nobody needs it"}


ASKED: tuple[Callable[[Exports], Answer], ...] = (
    begin,
    hand_over,
    find_the_next_one,
    find_that_all_is_done,
    audit,
    accept,
)


def ask_undisturbed(exports: Exports, asked: Callable[[Exports], Answer]) -> tuple[Left, int, int]:
    """What is left, how many calls there were, and how many notices."""
    event = asked(exports)
    notices = len(exports.told)
    exports.ask("bucket_checker", **event)
    return left_by(exports), len(exports.simulation.wire.calls), len(exports.told) - notices


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.__name__)
def test_a_call_that_broke_off_anywhere_and_came_again_leaves_what_one_call_leaves(
    asked: Callable[[Exports], Answer], how: Break, exports: Exports, visited: Callable[..., None]
) -> None:
    exports.choose(TABLES)
    expected, calls, notices = ask_undisturbed(exports, asked)

    for call in range(calls):
        exports.begin_again()
        event = asked(exports)
        before = len(exports.told)
        with exports.simulation.wire.breaking(call, how), pytest.raises(BROKEN):
            exports.simulation.invoke("bucket_checker", event)
        exports.ask("bucket_checker", **event)

        assert left_by(exports) == expected, f"{how} at call {call}"
        assert notices <= len(exports.told) - before <= 2 * notices, f"{how} at call {call}"

    visited(points=calls)


@pytest.mark.parametrize(
    ("asked", "writing"),
    [
        (begin, "dynamodb:TransactWriteItems"),
        (hand_over, "dynamodb:PutItem"),
        (find_that_all_is_done, "logs:PutRetentionPolicy"),
        (audit, "lambda:Invoke"),
        (accept, "dynamodb:PutItem"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_broken_off_changes_something(
    asked: Callable[[Exports], Answer], writing: str, exports: Exports
) -> None:
    exports.choose(TABLES)

    exports.ask("bucket_checker", **asked(exports))

    assert writing in exports.simulation.wire.calls
