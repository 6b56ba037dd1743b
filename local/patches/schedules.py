"""Rules and schedules fire by a clock of their own, and keep everything that CloudFormation gives them."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from local.patches.firing import fire_due
from local.patches.patching import Answer, Function, Params, patch

TICK_SECONDS = 0.25

log = logging.getLogger("stepkeeper.schedules")


class ScheduleClock:
    """The clock that rules and schedules fire by; everything else keeps the machine's time.

    What falls due between two ticks fires at the second, once. A rule or schedule that is disabled at a
    tick has missed what fell due before it, as on AWS.
    """

    def __init__(self, fire: Callable[[datetime, datetime], None]) -> None:
        self._fire = fire
        self._lock = threading.Lock()
        self._ahead_seconds = 0.0
        self._fired_until = self.now()

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self._ahead_seconds, UTC)

    def tick(self) -> None:
        with self._lock:
            self._advance()

    def move(self, to: datetime) -> None:
        """Set the clock; it runs on from there. What falls due in a move forward has been fired on return."""
        with self._lock:
            self._advance()
            self._ahead_seconds = to.timestamp() - time.time()
            self._fired_until = min(self._fired_until, to)
            self._advance()

    def _advance(self) -> None:
        after, self._fired_until = self._fired_until, self.now()
        self._fire(after, self._fired_until)

    def run(self) -> None:
        """Tick for ever."""
        while True:
            time.sleep(TICK_SECONDS)
            try:
                self.tick()
            except Exception:
                log.exception("A tick of the schedule clock failed")


clock = ScheduleClock(fire_due)


@patch("services.eventbridge", "start_scheduler")
def rules_fire_by_the_schedule_clock(original: Function) -> Function:  # noqa: ARG001
    """AWS fires a scheduled rule in the minute it is due, and never makes up for what a disabled one missed.

    MiniStack looks every 10 s, and at once fires a rule that was enabled again for what it missed. A demo
    also needs to come to 04:00 without waiting for it.
    """

    def start_scheduler() -> None:
        threading.Thread(target=clock.run, daemon=True, name="stepkeeper-schedule-clock").start()

    return start_scheduler


@patch("services.scheduler", "start_scheduler")
def schedules_fire_by_the_schedule_clock(original: Function) -> Function:  # noqa: ARG001
    """AWS reads a schedule's cron() or at() in its own time zone, with its daylight saving time.

    MiniStack reads every one of them as UTC. The rest is as for rules, and so is the clock.
    """

    def start_scheduler() -> None:
        """The clock that the rules started fires the schedules as well."""

    return start_scheduler


@patch("services.cloudformation.provisioners", "_scheduler_schedule_create")
def cloudformation_keeps_a_whole_schedule(original: Function) -> Function:  # noqa: ARG001
    """AWS::Scheduler::Schedule keeps time zone, start, end, key and what to do after completion.

    MiniStack's CloudFormation drops all of these, so that every such schedule runs in UTC and for ever.
    """

    def _scheduler_schedule_create(logical_id: str, props: Params, stack_name: str) -> tuple[str, Params]:
        from ministack.services import scheduler
        from ministack.services.cloudformation import provisioners

        name = props.get("Name") or provisioners._physical_name(stack_name, logical_id, max_len=64)
        scheduler._ensure_default_group()
        return _stored(name, scheduler._create_schedule(name, _request(props)), props)

    _register("create", _scheduler_schedule_create)
    return _scheduler_schedule_create


@patch("services.cloudformation.provisioners", "_scheduler_schedule_update")
def cloudformation_replaces_a_whole_schedule(original: Function) -> Function:
    """An update of AWS::Scheduler::Schedule replaces the schedule: what the template omits is the default.

    MiniStack's CloudFormation changes five properties and leaves the others as they were.
    """

    def _scheduler_schedule_update(
        physical_id: str, old_props: Params, new_props: Params, stack_name: str
    ) -> tuple[str, Params]:
        from ministack.services import scheduler

        if new_props.get("Name", physical_id) != physical_id:
            return original(physical_id, old_props, new_props, stack_name)
        return _stored(physical_id, scheduler._update_schedule(physical_id, _request(new_props)), new_props)

    _register("update", _scheduler_schedule_update)
    return _scheduler_schedule_update


def _request(props: Params) -> Params:
    from ministack.services import scheduler

    dates = {name: scheduler._to_epoch(props[name]) for name in ("StartDate", "EndDate") if name in props}
    return {name: value for name, value in props.items() if name != "Name"} | dates


def _stored(name: str, answer: Answer, props: Params) -> tuple[str, Params]:
    from ministack.services import scheduler

    status, _, body = answer
    if status >= 400:
        raise ValueError(f"Schedule {name}: {body.decode()}")
    return name, {"Arn": scheduler._schedule_arn(props.get("GroupName", "default"), name)}


def _register(operation: str, handler: Function) -> None:
    """CloudFormation finds its handlers in a table and not by their names."""
    from ministack.services.cloudformation import provisioners

    provisioners._RESOURCE_HANDLERS["AWS::Scheduler::Schedule"][operation] = handler
