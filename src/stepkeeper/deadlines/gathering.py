"""Finds the deadlines that came due, by the schedules of the gates and among the extra ones."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from stepkeeper.aws import extra_deadlines
from stepkeeper.aws.clients import client
from stepkeeper.deadlines.watch import Watch
from stepkeeper.domain.deadline import Deadline, Expected, deadlines_due, judged_after, superfluous, to_judge

GATHERS_FOR = timedelta(seconds=25)
"""Thousands of schedules that are not remembered are read by several ticks."""

Due = dict[str, list[Deadline]]


def gather(watch: Watch) -> Due:
    """The deadlines of each pipeline that are to be judged, in their order.

    A pipeline whose schedule could not be read is behind from then on.
    """
    extra: dict[str, list[Deadline]] = {}
    for deadline in extra_deadlines.read_extra_deadlines(client("dynamodb"), watch.place.table):
        extra.setdefault(deadline.pipeline, []).append(deadline)
    _drop_what_nobody_expects(watch, extra)
    watch.schedules.refresh(
        [each.pipeline for each in watch.expected.values()],
        now=watch.now,
        has_time=lambda: watch.has_time(GATHERS_FOR),
    )
    due: Due = {}
    for name, pipeline in watch.expected.items():
        found = _of(watch, pipeline, extra.get(name, ()))
        if found:
            due[name] = found
    return due


def _drop_what_nobody_expects(watch: Watch, extra: Mapping[str, Sequence[Deadline]]) -> None:
    """Forgets extra deadlines of pipelines that have none any more, and those that count no more."""
    for name, deadlines in extra.items():
        for deadline in superfluous(deadlines) if name in watch.expected else deadlines:
            extra_deadlines.drop_extra_deadline(client("dynamodb"), watch.place.table, deadline)


def _of(watch: Watch, expected: Expected, extra: Sequence[Deadline]) -> list[Deadline]:
    name = expected.pipeline.name
    after = judged_after(watch.progress.judged_until(name), now=watch.now)
    watch.behind[name] = after  # until it is known not to be
    found: list[Deadline] = []
    if watch.schedules.knows(expected.pipeline, now=watch.now) or watch.has_time(GATHERS_FOR):
        with watch.naming(name):
            schedule = watch.schedules.of(expected.pipeline, now=watch.now)
            own = deadlines_due(expected, schedule, after=after, until=watch.now)
            found = to_judge(own, extra, now=watch.now)
            if not found:
                del watch.behind[name]
    return found
