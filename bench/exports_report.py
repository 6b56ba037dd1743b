"""Shows what an exported period costs, and says whether the targets were reached."""

from collections.abc import Mapping

from rich.table import Column, Table

from bench.exports import Case, Exported
from bench.verdict import Verdict

MOST_EVENTS = 20_000
MOST_TRANSITIONS = 13
MOST_CALLS = 20
MOST_LOGS_CALLS = 5


def exports_table(cases: Mapping[Case, Exported]) -> Table:
    """Each case by the period."""
    table = Table(
        Column("", no_wrap=True),
        "periods",
        "exported",
        "executions",
        "longest history",
        "transitions a period",
        "API calls a period",
        "… of CloudWatch Logs",
        "simulated days",
        "processor, s",
        title="Exports of logs: tasks of 20 seconds",
        caption="The naive loop asks every five seconds, keeps no ledger, and is one execution",
    )
    for case, exported in cases.items():
        done = max(exported.exported, 1)
        table.add_row(
            case,
            f"{exported.periods:,}",
            f"{exported.exported:,}",
            str(exported.executions),
            f"{exported.longest_history:,}",
            f"{exported.transitions / done:.1f}",
            f"{sum(exported.calls.values()) / done:.1f}",
            f"{exported.calls.get('logs', 0) / done:.1f}",
            f"{exported.days:.1f}",
            f"{exported.busy_seconds:.0f}",
        )
    return table


def exports_verdicts(cases: Mapping[Case, Exported]) -> list[Verdict]:
    """The targets."""
    ours = [exported for case, exported in cases.items() if not case.startswith("naive")]
    short, naive = cases["short tasks"], cases["naive: short tasks"]
    large = cases["300 groups, 36 months"]
    slow, slow_naive = cases["one in 20 takes an hour"], cases["naive: one in 20 takes an hour"]
    longest = max(exported.longest_history for exported in ours)
    a_period = short.transitions / short.periods
    naively = naive.transitions / max(naive.exported, 1)
    calls = sum(large.calls.values()) / large.periods
    of_logs = large.calls["logs"] / large.periods
    return [
        Verdict(
            f"{large.periods:,} periods are exported to the end",
            f"{large.exported:,} in {large.executions} executions",
            large.exported == large.periods,
        ),
        Verdict(f"no history above {MOST_EVENTS:,} events", f"{longest:,} at most", longest <= MOST_EVENTS),
        Verdict(
            f"at most {MOST_TRANSITIONS} state transitions a period, and fewer than the naive loop's",
            f"{a_period:.1f} beside {naively:.1f}",
            a_period <= MOST_TRANSITIONS and a_period < naively,
        ),
        Verdict(
            "all is exported where one task in 20 takes an hour",
            f"{slow.exported} of {slow.periods}; the naive history was full after {slow_naive.exported}",
            slow.exported == slow.periods,
        ),
        Verdict(
            f"at most {MOST_CALLS} API calls a period, {MOST_LOGS_CALLS} of them of CloudWatch Logs",
            f"{calls:.1f}, and {of_logs:.1f}",
            calls <= MOST_CALLS and of_logs <= MOST_LOGS_CALLS,
        ),
    ]
