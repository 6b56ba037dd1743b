"""Brings the gates downstream of a pipeline to what becomes of them by how the pipeline stands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stepkeeper import clock
from stepkeeper.aws import gates, standings
from stepkeeper.aws.clients import client
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.gate_news import Change
from stepkeeper.domain.gate_seen import GateSeen
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.schedule import Schedule
from stepkeeper.domain.standing import Standing
from stepkeeper.domain.trouble import AHEAD, Trouble, trouble_of
from stepkeeper.errors import InvalidSchedule, ScheduleNotAnchored, StepkeeperError
from stepkeeper.pipelines.one_gate import OneGate
from stepkeeper.pipelines.place import Place
from stepkeeper.pipelines.schedules import Schedules


@dataclass
class Settled:
    """What became of the gates downstream of a pipeline.

    `problems` are those that could not be seen to; of `unscheduled` pipelines it can not be said whether they
    are late. `is_sure` is false where it can not be told whether the upstream is late: nothing opens then.
    """

    upstream: Pipeline
    standing: Standing
    trouble: Trouble | None = None
    changes: list[Change] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unscheduled: list[str] = field(default_factory=list)
    is_sure: bool = True

    @property
    def answers(self) -> list[dict[str, Any]]:
        """What the rule toggler answers of each gate."""
        return [change.answer for change in self.changes]


def settle(place: Place, schedules: Schedules, name: str, *, now: datetime) -> Settled:
    """Closes and opens the gates downstream of a pipeline, as far as that pipeline has a say in them.

    A downstream that is to start within AHEAD is looked at as if it started now. Raises PipelineUnknown.
    """
    upstream = place.named(name)
    standing = standings.read_standings(client("dynamodb"), place.table, [name])[name]
    settled = Settled(upstream, standing, is_sure=standing.is_known)
    schedule = None
    if upstream.started_by:
        try:
            schedule = _known(settled, upstream, partial(schedules.of, upstream, now=now))
            settled.is_sure &= not settled.problems  # a gate that is gone tells nothing
        except (ClientError, BotoCoreError) as error:
            settled.problems.append(f"{name} ({type(error).__name__}: {error})")
            settled.is_sure = False
    for downstream in place.map.downstream(name):
        if downstream.started_by is None:  # refused when the map is read
            continue
        try:
            _settle_one(settled, place, schedules, schedule, downstream, downstream.started_by, now)
        except (StepkeeperError, ClientError, BotoCoreError) as error:
            settled.problems.append(f"{downstream.started_by} ({type(error).__name__}: {error})")
    return settled


def _settle_one(
    settled: Settled,
    place: Place,
    schedules: Schedules,
    schedule: Schedule | None,
    downstream: Pipeline,
    gate: Gate,
    now: datetime,
) -> None:
    seen = gates.read_gate(gate)
    its_schedule = _known(settled, downstream, partial(schedules.remember, seen, now=now))
    trouble = trouble_of(settled.standing, schedule, its_schedule, until=now + AHEAD, now=now)
    settled.trouble = settled.trouble or trouble
    if trouble is None and seen.state == "DISABLED":
        _join_others(settled, place, schedules, downstream, seen, its_schedule, now)
    one = OneGate(
        place.table,
        settled.upstream,
        trouble,
        downstream.name,
        gate,
        now=clock.now(),  # with many gates, minutes later
        is_sure=settled.is_sure,
    )
    settled.changes.append(one.settle(seen))


def _join_others(
    settled: Settled,
    place: Place,
    schedules: Schedules,
    downstream: Pipeline,
    seen: GateSeen,
    its_schedule: Schedule | None,
    now: datetime,
) -> None:
    """Before an upstream lets go, each other one that is in trouble holds the gate: it may be news."""
    names = sorted(place.map.upstream(downstream.name) - {settled.upstream.name})
    known = standings.read_standings(client("dynamodb"), place.table, names)
    for other in map(place.named, names):
        schedule = None
        if other.started_by:
            schedule = _known(settled, other, partial(schedules.of, other, now=now))
        trouble = trouble_of(known[other.name], schedule, its_schedule, until=now + AHEAD, now=now)
        if trouble:
            one = OneGate(place.table, other, trouble, downstream.name, seen.gate, now=clock.now())
            change = one.settle(seen)
            settled.changes += [change] if change.what != "nothing" else []


def _known(settled: Settled, pipeline: Pipeline, read: Callable[[], Schedule]) -> Schedule | None:
    """Without a schedule nothing can be said of late and missing runs; failed ones count all the same."""
    try:
        return read()
    except (InvalidSchedule, ScheduleNotAnchored) as error:
        settled.unscheduled.append(f"{pipeline.name}: {error}")
    except StepkeeperError as error:
        settled.problems.append(f"{pipeline.name} ({type(error).__name__}: {error})")
    return None
