"""Shows how a large spool was emptied, and says whether the targets were reached."""

from collections.abc import Sequence

from rich.table import Column, Table

from bench.emptied import Emptied
from bench.large_spool import MESSAGES, RATE, REFILL
from bench.verdict import Verdict

QUOTAS = (REFILL, 300)
"""What StartExecution's bucket gets back in a second: in most Regions, and in the three largest."""

LEAST_SHARE = 0.9
MOST_CALLS_PER_MESSAGE = 1.25
MEGABYTE = 1_000_000
WINDOW_SECONDS = 10
"""Starts that leave as spaced as they should arrive as the machine lets them, some hundredths later."""


def large_spool_table(naive: Emptied, rounds: Sequence[Emptied]) -> Table:
    """Both beside the time that the quota alone would need."""
    table = Table(
        Column("", no_wrap=True),
        f"s for {MESSAGES:,}",
        "messages per second",
        "API calls per message",
        f"of {REFILL} starts/s",
        "most in a second",
        "throttled",
        "processor, ms per message",
        "MB at import, at most",
        title=f"{MESSAGES:,} spooled messages on a stand-in for AWS, at {RATE} starts per second",
        caption=f"The naive loop has emptied {naive.messages:,}; its time is worked out from that",
    )
    for name, emptied in (("naive loop", naive), *(("reprocessor", each) for each in rounds)):
        table.add_row(
            name,
            f"{MESSAGES / emptied.messages_per_second:.1f}",
            f"{emptied.messages_per_second:.0f}",
            f"{emptied.calls_per_message:.2f}",
            f"{emptied.share_of(REFILL):.0%}",
            str(emptied.most_in(1)),
            str(emptied.throttled),
            f"{1000 * emptied.busy_seconds / emptied.messages:.1f}",
            f"{emptied.imported_bytes / MEGABYTE:.0f}, {emptied.peak_bytes / MEGABYTE:.0f}",
        )
    for refill in QUOTAS:
        table.add_row(
            f"quota: {refill}/s",
            f"{MESSAGES / refill:.1f}",
            str(refill),
            "",
            f"{refill / REFILL:.0%}",
            str(refill),
        )
    return table


def large_spool_verdicts(rounds: Sequence[Emptied]) -> list[Verdict]:
    """The targets of a drain that is to be as fast as AWS allows, and never faster.

    The fastest round counts for its speed, since other work on the machine only makes rounds slower; every
    round counts for what must never be.
    """
    share = max(emptied.share_of(REFILL) for emptied in rounds)
    most = max(emptied.most_in(WINDOW_SECONDS) for emptied in rounds)
    throttled = sum(emptied.throttled for emptied in rounds)
    calls = max(emptied.calls_per_message for emptied in rounds)
    allowed = REFILL * WINDOW_SECONDS
    return [
        Verdict(
            f"{MESSAGES:,} messages at {LEAST_SHARE:.0%} of {REFILL} starts per second or more",
            f"{share:.1%}",
            share >= LEAST_SHARE,
        ),
        Verdict(
            f"never more than {allowed:,} starts in {WINDOW_SECONDS} seconds, and none throttled",
            f"{most:,} at most, {throttled} throttled",
            most <= allowed and throttled == 0,
        ),
        Verdict(
            f"at most {MOST_CALLS_PER_MESSAGE} API calls for each of {MESSAGES:,} messages",
            f"{calls:.2f}",
            calls <= MOST_CALLS_PER_MESSAGE,
        ),
    ]
