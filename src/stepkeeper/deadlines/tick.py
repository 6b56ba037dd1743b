"""One tick of the watchdog, from its lease to what is remembered of how far it has come."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from stepkeeper import clock
from stepkeeper.aws import incidents, tick_lease, tick_progress
from stepkeeper.aws.clients import client
from stepkeeper.deadlines.ahead import look_ahead
from stepkeeper.deadlines.gathering import gather
from stepkeeper.deadlines.judging import judge_all
from stepkeeper.deadlines.lists import Lists
from stepkeeper.deadlines.recovering import recover_all
from stepkeeper.deadlines.watch import Watch
from stepkeeper.domain.deadline import expected
from stepkeeper.domain.tick import LEASE_OUTLASTS, Progress
from stepkeeper.pipelines.place import Place
from stepkeeper.pipelines.schedules import Schedules

LISTS_FOR = timedelta(seconds=45)
"""So long a tick makes lists; the next one begins a minute after it has begun."""


@contextmanager
def alone(table: str, *, holder: str, now: datetime, remaining: timedelta) -> Iterator[bool]:
    """Whether this tick may work: no other does so at the same time, as long as its function goes on."""
    until = now + remaining + LEASE_OUTLASTS
    may_work = tick_lease.take_lease(client("dynamodb"), table, holder=holder, now=now, until=until)
    try:
        yield may_work
    finally:
        if may_work:
            tick_lease.give_lease_back(client("dynamodb"), table, holder=holder)


def judge_deadlines(
    place: Place,
    schedules: Schedules,
    *,
    alert_topic_arn: str,
    rule_toggler: str,
    now: datetime,
) -> Watch:
    """Judges what came due since the last tick, tells of what was missed, and remembers how far it came.

    Before that it looks ahead: what starts within minutes is more urgent than what was missed.

    What went wrong with single pipelines is in `problems`: they are behind, and judged by a later tick.
    """
    state_table, table = client("dynamodb"), place.table
    before = tick_progress.read_progress(state_table, table, now=now)
    watch = Watch(
        place=place,
        alert_topic_arn=alert_topic_arn,
        schedules=schedules,
        progress=before,
        lists=Lists(before.lists, ends_at=now + LISTS_FOR),
        now=now,
        expected=expected(place.map),
        incidents=incidents.read_open_incidents(state_table, table),
    )
    watch.settled += look_ahead(watch, rule_toggler)
    judge_all(watch, gather(watch))
    recover_all(watch)
    after = Progress(until=now, lists=watch.lists.budget.as_of(clock.now()), behind=watch.behind)
    tick_progress.write_progress(state_table, table, after, before=before, until=now)
    return watch
