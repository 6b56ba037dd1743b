"""The sample events of each handler, and what becomes of them when one field goes wrong."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parents[2] / "events"
HANDLERS = (
    "rule_toggler",
    "execution_watchdog",
    "error_spooler",
    "reprocessor",
    "spool_reconciler",
    "spool_refresher",
    "bucket_checker",
    "log_exporter",
    "query_runner",
    "notifier",
    "load_claimer",
)

HUGE = "夜" * (256 * 1024 // 3)
STRANGE_VALUES: list[Any] = [None, True, -1, 1.5, "", "strange", [], ["strange"], {}, {"strange": 1}, HUGE]


def samples(handler: str) -> list[Any]:
    own = sorted(path for path in EVENTS.glob("*.json") if path.stem.startswith(handler))
    return [json.loads(path.read_text(encoding="utf-8")) for path in own]


def strangely_changed(event: Any) -> Iterator[Any]:
    """The event with one field, at any depth, taken away, added, or given a strange value."""
    yield {**event, "unknown": 1}
    for path in list(_paths(event)):
        for value in STRANGE_VALUES:
            changed = copy.deepcopy(event)
            _parent(changed, path)[path[-1]] = value
            yield changed
        less = copy.deepcopy(event)
        del _parent(less, path)[path[-1]]
        yield less


def _paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, item in value.items() if isinstance(value, dict) else ():
        yield (*path, key)
        yield from _paths(item, (*path, key))


def _parent(event: Any, path: tuple[str, ...]) -> Any:
    for key in path[:-1]:
        event = event[key]
    return event
