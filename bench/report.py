"""Shows what was measured, and says whether the targets were reached."""

from collections.abc import Iterable
from statistics import median

from rich.table import Table

from bench.rounds import Round, messages_per_second, most_calls_per_message, speedup
from bench.spool import DISTANCE, MESSAGES, ROUNDS, ROUNDS_FROM_AFAR
from bench.startup import COLD_STARTS, Size, Starts
from bench.verdict import Verdict

MOST_CALLS_PER_MESSAGE = 1.25
LEAST_SPEEDUP = 2.0
MOST_BURDEN = 1.1
MEGABYTE = 1_000_000

AWAY = f"{DISTANCE.total_seconds() * 1000:g} ms away"


def verdicts(near: list[Round], starts: list[Starts]) -> list[Verdict]:
    """The targets, held against the rounds in which no network helps whoever makes fewer calls."""
    burden = median(each.burden for each in starts if each.burden is not None)
    calls = most_calls_per_message([each.reprocessor for each in near])
    times = speedup(near)
    return [
        Verdict(
            f"at most {MOST_CALLS_PER_MESSAGE} API calls per message",
            f"{calls:.2f}",
            calls <= MOST_CALLS_PER_MESSAGE,
        ),
        Verdict(
            f"at least {LEAST_SPEEDUP:g} times the naive loop's messages per second",
            f"{times:.1f}",
            times >= LEAST_SPEEDUP,
        ),
        Verdict(
            f"at most {MOST_BURDEN:g} times as long a start for packages that only other handlers use",
            f"{burden:.2f}",
            burden <= MOST_BURDEN,
        ),
    ]


def spool_table(near: list[Round], far: list[Round]) -> Table:
    """The reprocessor beside the naive loop, with AWS nearby and with a network between."""
    table = Table(
        "",
        "API calls per message",
        "messages per second",
        f"messages per second, AWS {AWAY}",
        title=f"{MESSAGES} spooled messages, medians of {ROUNDS} and {ROUNDS_FROM_AFAR} rounds",
    )
    ways = {
        "naive loop": [[each.naive for each in rounds] for rounds in (near, far)],
        "reprocessor": [[each.reprocessor for each in rounds] for rounds in (near, far)],
    }
    for name, (nearby, away) in ways.items():
        table.add_row(
            name,
            f"{most_calls_per_message(nearby):.2f}",
            f"{messages_per_second(nearby):.0f}",
            f"{messages_per_second(away):.0f}",
        )
    table.add_row("[bold]times as many[/]", "", f"{speedup(near):.1f}", f"{speedup(far):.1f}")
    return table


def startup_table(all_starts: Iterable[Starts], size: Size) -> Table:
    """Each handler beside a bare function with its clients."""
    table = Table(
        "handler",
        "its clients",
        "boto3 and the clients",
        "the handler too",
        "times as long",
        "for others' packages",
        title=f"Start-up in ms, median of {COLD_STARTS} cold starts",
        caption=f"All handlers are one artifact: {size.zipped / MEGABYTE:.1f} MB zipped, "
        f"{size.unzipped / MEGABYTE:.0f} MB on disk (Lambda takes 50 and 250)",
    )
    for starts in all_starts:
        table.add_row(
            starts.handler,
            starts.clients,
            f"{median(starts.bare):.0f}",
            f"{median(starts.whole):.0f}",
            f"{starts.ratio:.2f}",
            "" if starts.burden is None else f"{starts.burden:.2f}",
        )
    return table
