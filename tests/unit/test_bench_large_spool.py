"""What of the large spool's measurement can be wrong without anybody seeing it in a table."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bench import large_spool
from bench.emptied import Emptied, most_within
from bench.functions import drainer
from bench.large_spool import MESSAGES, REFILL, Deployed
from bench.large_spool_report import WINDOW_SECONDS, large_spool_table, large_spool_verdicts

AT_THE_LIMITS = Emptied(
    messages=MESSAGES,
    seconds=MESSAGES / REFILL / 0.9,
    calls=MESSAGES * 5 // 4,
    started=[number / REFILL for number in range(REFILL * WINDOW_SECONDS)],
    throttled=0,
    busy_seconds=20.0,
    imported_bytes=50_000_000,
    peak_bytes=60_000_000,
)


@pytest.mark.parametrize(
    ("moments", "most"),
    [
        ([], 0),
        ([5.0], 1),
        ([0.0, 0.999], 2),
        ([0.0, 1.0], 1),
        ([0.0, 0.9, 1.0, 1.1, 1.8, 5.0], 4),
        ([0.0, 0.1, 0.2, 3.0, 3.5], 3),
    ],
)
def test_the_fullest_second_is_found_wherever_it_begins(moments: Sequence[float], most: int) -> None:
    assert most_within(moments, seconds=1) == most


@pytest.mark.parametrize(
    ("emptied", "reached"),
    [
        (AT_THE_LIMITS, [True, True, True]),
        (replace(AT_THE_LIMITS, seconds=AT_THE_LIMITS.seconds * 1.001), [False, True, True]),
        (replace(AT_THE_LIMITS, started=[*AT_THE_LIMITS.started, 9.999]), [True, False, True]),
        (replace(AT_THE_LIMITS, throttled=1), [True, False, True]),
        (replace(AT_THE_LIMITS, calls=AT_THE_LIMITS.calls + 1), [True, True, False]),
    ],
)
def test_a_target_of_the_large_spool_is_reached_exactly_at_its_limit(
    emptied: Emptied, reached: list[bool]
) -> None:
    assert [verdict.reached for verdict in large_spool_verdicts([emptied])] == reached


def test_the_naive_loops_time_is_that_for_as_many_messages() -> None:
    naive = replace(AT_THE_LIMITS, messages=MESSAGES // 10, seconds=40.0)

    table = large_spool_table(naive, [AT_THE_LIMITS])

    assert list(table.columns[1].cells) == ["400.0", "74.1", "66.7", "33.3"]


@pytest.mark.parametrize(("seconds", "rounds"), [([80.0, 70.0], 2), ([90.0, 80.0, 85.0], 3)])
def test_rounds_follow_until_one_is_fast_enough(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seconds: list[float], rounds: int
) -> None:
    waiting = [replace(AT_THE_LIMITS, seconds=each) for each in (*seconds, 1.0)]
    monkeypatch.setattr(large_spool, "empty_by_reprocessor", lambda *_: waiting.pop(0))

    measured = large_spool.rounds_until(Deployed(tmp_path, {}, "arn"), tmp_path, fast_enough=0.9)

    assert [each.seconds for each in measured] == seconds[:rounds]


def test_the_fastest_round_counts_for_its_speed_and_all_for_what_must_never_be() -> None:
    slow_and_throttled = replace(AT_THE_LIMITS, seconds=500.0, throttled=1)

    verdicts = large_spool_verdicts([slow_and_throttled, AT_THE_LIMITS])

    assert [verdict.reached for verdict in verdicts] == [True, False, True]


HANDLER = """
waiting = 5

def handler(event, context):
    global waiting
    assert context.get_remaining_time_in_millis() > 500_000
    waiting -= event["max"]
    return {"left": max(0, waiting)}
"""


def test_a_handler_is_called_until_it_says_that_nothing_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "emptied_in_three_calls.py").write_text(HANDLER)
    monkeypatch.syspath_prepend(tmp_path)

    drainer.main("emptied_in_three_calls", '{"max": 2}', str(tmp_path / "result"))

    told = json.loads((tmp_path / "result").read_text())
    assert [answer["left"] for answer in told["answers"]] == [3, 1, 0]
    assert 0 < told["imported_bytes"] <= told["peak_bytes"]
    assert 0 < told["busy_seconds"] <= told["seconds"] + 0.1
