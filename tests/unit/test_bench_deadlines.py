"""What of the measurement of many deadlines can be wrong without anybody seeing it in a table."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench import deadlines
from bench.deadlines import Case, Judged, ask_naively
from bench.deadlines_report import deadlines_table, deadlines_verdicts

NAMES: tuple[Case, ...] = ("all went well", "one in 100 failed", "none is known")


def at_the_limits(case: Case) -> Judged:
    return Judged(
        case=case,
        pipelines=1_000,
        ticks=1,
        seconds=0.0,
        lists={"all went well": 0, "one in 100 failed": 10, "none is known": 1_000}[case],
        table_calls=120,
        throttled=0,
        alerts=0,
        wrong=0,
        is_in_order=True,
        reading_busy_seconds=1.0,
        busy_seconds=1.0,
        working_bytes=255_000_000,
    )


@pytest.mark.parametrize(
    ("case", "change", "missed"),
    [
        ("all went well", {}, []),
        ("all went well", {"table_calls": 121}, [0]),
        ("all went well", {"lists": 1}, [0]),
        ("one in 100 failed", {"is_in_order": False}, [1]),
        ("one in 100 failed", {"wrong": 1}, [1]),
        ("none is known", {"wrong": 1}, [2]),
        ("none is known", {"lists": 1_010}, []),
        ("none is known", {"lists": 1_011}, [2]),
        ("none is known", {"throttled": 1}, [3]),
        ("one in 100 failed", {"working_bytes": 256_000_000}, [4]),
    ],
)
def test_a_target_of_many_deadlines_is_reached_exactly_at_its_limit(
    case: Case, change: dict[str, int], missed: list[int]
) -> None:
    cases = {name: at_the_limits(name) for name in NAMES}
    cases[case] = replace(cases[case], **change)  # type: ignore[arg-type]

    verdicts = deadlines_verdicts(cases)

    assert [number for number, verdict in enumerate(verdicts) if not verdict.reached] == missed
    assert deadlines_table(cases, [ask_naively(10)]).row_count == 4


def test_who_asks_naively_gets_what_the_bucket_holds_and_what_comes_back() -> None:
    """A hundred at once, two a second from then on; what comes back while nobody asks may be lost."""
    assert ask_naively(100).throttled == 0
    assert ask_naively(100).seconds == pytest.approx(1.0)
    assert (1_000 - 100) / 2 <= ask_naively(1_000).seconds < 600
    assert ask_naively(1_000).throttled > 3_000


@pytest.mark.parametrize("case", NAMES)
def test_a_case_of_few_pipelines_comes_out_as_that_of_thousands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, case: Case
) -> None:
    monkeypatch.setitem(deadlines.PIPELINES, case, 200)

    judged = deadlines.judge(case, tmp_path)

    assert judged.wrong == judged.throttled == 0
    assert judged.is_in_order
    assert (judged.lists, judged.alerts, judged.ticks) == {
        "all went well": (0, 0, 1),
        "one in 100 failed": (2, 2, 1),
        "none is known": (200, 4, 2),
    }[case]
