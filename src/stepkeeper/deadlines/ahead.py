"""Has gates closed whose pipelines are about to start on data that is not there."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from stepkeeper.aws import functions, standings
from stepkeeper.aws.clients import client
from stepkeeper.deadlines.errors import NoMoreLists
from stepkeeper.deadlines.gathering import GATHERS_FOR
from stepkeeper.deadlines.watch import Watch
from stepkeeper.domain.deadline import FIRST_LOOK_BACK
from stepkeeper.domain.standing import Standing, standing_of
from stepkeeper.pipelines.ahead import Waiting, about_to_start, reopening

SETTLED_AT_ONCE = 10
"""Pipelines that one call of the rule toggler settles: in seconds, since what they block starts soon."""


def look_ahead(watch: Watch, rule_toggler: str) -> list[str]:
    """Has the rule toggler settle the upstreams of what starts soon, and gives their names.

    Those that have succeeded, as far as is known, are left alone. Of the others the list of runs is asked
    first, since the event of a success may be lost; where no more lists may be made, the toggler decides by
    what is known. It also settles those that let go of gates at a time of day that has come.
    """
    place, now = watch.place, watch.now
    waiting = about_to_start(place, watch.schedules, now=now, has_time=lambda: watch.has_time(GATHERS_FOR))
    known = standings.read_standings(
        client("dynamodb"), place.table, [each.upstream.name for each in waiting]
    )
    since = watch.progress.until or now - FIRST_LOOK_BACK
    names = [each.name for each in reopening(place.map.pipelines, after=since, until=now)]
    for each in waiting:
        standing = known[each.upstream.name]
        if standing.is_known and not each.is_in_trouble(standing, now=now):
            continue
        if each.is_in_trouble(_looked_up(watch, each, standing), now=now):
            names.append(each.upstream.name)
            if len(names) % SETTLED_AT_ONCE == 0:
                _have_settled(rule_toggler, names[-SETTLED_AT_ONCE:])
    _have_settled(rule_toggler, names[len(names) - len(names) % SETTLED_AT_ONCE :])
    return names


def _looked_up(watch: Watch, waiting: Waiting, known: Standing) -> Standing:
    """How the upstream stands by the list of its runs; as is known, where that can not be read now."""
    upstream = waiting.upstream
    since = waiting.schedule.previous_start(watch.now) if waiting.schedule else None
    standing = known
    with watch.naming(upstream.name), suppress(NoMoreLists):
        executions = watch.lists.runs(
            watch.place.state_machine_arn(upstream),
            since=since or watch.now - timedelta(days=1),
            is_enough=lambda listed: since is not None and standing_of(listed).succeeded_since(since),
        )
        seen = standing_of(executions, since=since)
        standings.note_standing(client("dynamodb"), watch.place.table, upstream.name, seen)
        standing = known.merged(seen)
    return standing


def _have_settled(rule_toggler: str, names: Sequence[str]) -> None:
    if names:
        functions.invoke(client("lambda"), rule_toggler, {"settle": list(dict.fromkeys(names))})
