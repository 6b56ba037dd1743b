"""Compares what the gates should be with what they are, by the runs that there really were."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from stepkeeper import clock
from stepkeeper.aws import gates, holds, missed_starts, standings, step_functions
from stepkeeper.aws.clients import client
from stepkeeper.domain.execution import Execution
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.gate_news import Change
from stepkeeper.domain.gate_reconciler import MOST_CALLS, MOST_PAGES, in_turn
from stepkeeper.domain.hold import Hold
from stepkeeper.domain.missed import ClosedTime
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.standing import standing_of
from stepkeeper.errors import InvalidSchedule, ScheduleNotAnchored, StepkeeperError
from stepkeeper.pipelines.making_up import make_up
from stepkeeper.pipelines.one_gate import OneGate
from stepkeeper.pipelines.place import Place
from stepkeeper.pipelines.schedules import Schedules
from stepkeeper.pipelines.settling import settle
from stepkeeper.pipelines.telling import finish


@dataclass
class Reconciliation:
    """A reconciliation on its way. `calls_left` counts ListExecutions, whose quota is the smallest."""

    place: Place
    schedules: Schedules
    now: datetime
    has_time: Callable[[], bool]
    calls_left: int = MOST_CALLS
    looked_at: int = 0
    settled: int = 0
    changes: list[Change] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unscheduled: set[str] = field(default_factory=set)

    def reconcile(self) -> None:
        """Looks at all pipelines that block others, as far as calls and time suffice."""
        upstreams = self._in_turn()
        for upstream in upstreams:
            if self.calls_left <= 0 or not self.has_time():
                break
            self._try(upstream.name, partial(self._look_at, upstream))
        for upstream in upstreams:
            if not self.has_time():
                break
            self._try(upstream.name, partial(self._settle, upstream))
        for gate, owner in self._strangers():
            self._try(owner, partial(self._release, gate, owner))
        for closed in missed_starts.read_closed_times(client("dynamodb"), self.place.table):
            pipeline = self.place.map.of_gate(closed.gate)
            if pipeline and self.has_time() and not self._is_held(closed.gate):
                self._try(pipeline.name, partial(self._make_up, pipeline, closed))

    def _held(self) -> dict[Gate, Hold]:
        all_gates = [pipeline.started_by for pipeline in self.place.map.pipelines if pipeline.started_by]
        return holds.read_holds(client("dynamodb"), self.place.table, all_gates)

    def _strangers(self) -> Iterator[tuple[Gate, str]]:
        """The gates that are held for what is upstream of them no more, since the map was changed."""
        for gate, hold in self._held().items():
            pipeline = self.place.map.of_gate(gate)
            upstream = self.place.map.upstream(pipeline.name) if pipeline else frozenset()
            for owner in hold.owners & hold.held_since.keys() - upstream:
                yield gate, owner

    def _release(self, gate: Gate, owner: str) -> None:
        gone, pipeline = Pipeline(owner, state_machine=""), self.place.map.of_gate(gate)
        name = pipeline.name if pipeline else ""
        one = OneGate(self.place.table, gone, None, name, gate, now=clock.now())
        self.changes.append(one.settle(gates.read_gate(gate)))

    def _in_turn(self) -> Sequence[Pipeline]:
        owners = {owner for hold in self._held().values() for owner in hold.owners}
        return in_turn([each for each in self.place.map.pipelines if each.blocks], owners, now=self.now)

    def _is_held(self, gate: Gate) -> bool:
        """What it is to make up for waits until it is open."""
        return holds.read_hold(client("dynamodb"), self.place.table, gate) is not None

    def _try(self, name: str, do: Callable[[], None]) -> None:
        """What is wrong with one pipeline keeps no other from being looked at."""
        try:
            do()
        except (StepkeeperError, ClientError, BotoCoreError) as error:
            self.problems.append(f"{name} ({type(error).__name__}: {error})")

    def _look_at(self, upstream: Pipeline) -> None:
        arn = self.place.state_machine_arn(upstream)
        step_functions.check_watchable(client("stepfunctions"), arn)
        since = None
        if upstream.started_by:
            with suppress(InvalidSchedule, ScheduleNotAnchored):  # `settle` tells of these
                since = self.schedules.of(upstream, now=self.now).previous_start(self.now)
        standing = standing_of(self._executions(arn), since=since)
        standings.note_standing(client("dynamodb"), self.place.table, upstream.name, standing)
        self.looked_at += 1

    def _executions(self, arn: str) -> Iterator[Execution]:
        pages = step_functions.list_pages(client("stepfunctions"), arn, page_size=step_functions.LARGEST_PAGE)
        for number, page in enumerate(pages):
            self.calls_left -= 1
            yield from page
            if number + 1 == MOST_PAGES:
                return

    def _settle(self, upstream: Pipeline) -> None:
        settled = settle(self.place, self.schedules, upstream.name, now=clock.now())
        finish(self.place, self.schedules, settled, now=clock.now())
        self.changes += settled.changes
        self.problems += settled.problems
        self.unscheduled.update(settled.unscheduled)
        self.settled += 1

    def _make_up(self, pipeline: Pipeline, closed: ClosedTime) -> None:
        made_up = make_up(self.place, self.schedules, pipeline, closed, now=self.now)
        if made_up.started:
            self.place.tell(pipeline, f"{made_up}.")
