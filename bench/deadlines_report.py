"""Shows how many deadlines were judged, and says whether the targets were reached."""

from collections.abc import Mapping, Sequence

from rich.table import Column, Table

from bench.deadlines import BUCKET, REFILL, Case, Judged, Naive
from bench.verdict import Verdict

MEGABYTE = 1_000_000
MOST_TABLE_CALLS = 120
MOST_MEGABYTES = 256
MOST_LISTS = 1.01
"""For each pipeline of which nothing is known. Those that were told of are looked at again now and then."""


def deadlines_table(cases: Mapping[Case, Judged], naive: Sequence[Naive]) -> Table:
    """Each case, and the naive way beside them."""
    table = Table(
        Column("", no_wrap=True),
        "pipelines",
        "ticks",
        "all judged after, s",
        "lists",
        "throttled",
        "state table calls",
        "alerts",
        "processor, s: reading schedules",
        "… the longest tick",
        "MB",
        title=f"Deadlines in the same minute, ListExecutions at {REFILL} a second from a bucket of {BUCKET}",
        caption="The naive way is worked out by the same bucket, at 10 ms a call",
    )
    for case, judged in cases.items():
        table.add_row(
            case,
            f"{judged.pipelines:,}",
            str(judged.ticks),
            f"{judged.seconds:,.0f}",
            f"{judged.lists:,}",
            str(judged.throttled),
            f"{judged.table_calls:,}",
            str(judged.alerts),
            f"{judged.reading_busy_seconds:.1f}",
            f"{judged.busy_seconds:.1f}",
            f"{judged.working_bytes / MEGABYTE:.0f}",
        )
    for asked in naive:
        table.add_row(
            "naive: list each, each minute",
            f"{asked.pipelines:,}",
            "",
            f"{asked.seconds:,.0f}",
            f"{asked.pipelines + asked.throttled:,}",
            f"{asked.throttled:,}",
        )
    return table


def deadlines_verdicts(cases: Mapping[Case, Judged]) -> list[Verdict]:
    """The targets, each held against the case that it is about, and the quota and the memory against all."""
    well, failed, unknown = cases["all went well"], cases["one in 100 failed"], cases["none is known"]
    throttled = sum(judged.throttled for judged in cases.values())
    memory = max(judged.working_bytes for judged in cases.values()) / MEGABYTE
    return [
        Verdict(
            f"{well.pipelines:,} that went well: one tick, no ListExecutions, no alert, at most "
            f"{MOST_TABLE_CALLS} state table calls",
            f"{well.ticks}, {well.lists}, {well.alerts} and {well.table_calls}",
            (well.ticks, well.lists, well.alerts) == (1, 0, 0) and well.table_calls <= MOST_TABLE_CALLS,
        ),
        Verdict(
            f"{failed.pipelines // 100} of {failed.pipelines:,} that failed: one tick, a ListExecutions for "
            "each, all told and what blocks most first",
            f"{failed.ticks}, {failed.lists}, {failed.wrong} alerts wrong, "
            f"{'in' if failed.is_in_order else 'out of'} order",
            (failed.ticks, failed.lists, failed.wrong) == (1, failed.pipelines // 100, 0)
            and failed.is_in_order,
        ),
        Verdict(
            f"{unknown.pipelines:,} of which nothing is known: at most {MOST_LISTS} ListExecutions for "
            "each, all alerts right",
            f"{unknown.lists / unknown.pipelines:.3f}, and {unknown.wrong} wrong",
            unknown.lists <= MOST_LISTS * unknown.pipelines and unknown.wrong == 0,
        ),
        Verdict("no ListExecutions throttled", f"{throttled} throttled", throttled == 0),
        Verdict(f"less than {MOST_MEGABYTES} MB", f"{memory:.0f} MB at most", memory < MOST_MEGABYTES),
    ]
