"""As the simulated time passes, gates that are open start their pipelines."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.scheduled_starts import fire

HOUR = timedelta(hours=1)


@pytest.fixture
def world(simulation):
    return simulation.world


@pytest.fixture
def machine(world):
    return world.step_functions.add_machine()


def pass_and_fire(world, passed, **how):
    before = world.clock.now()
    world.clock.move(passed)
    return fire(world, before, world.clock.now(), **how)


def test_rules_and_schedules_start_in_the_order_of_time(world, machine):
    mail = world.step_functions.add_machine("mail")
    world.rules.add(
        "start-orders", expression="cron(0 * * * ? *)", targets=[{"Arn": machine, "Input": "[1]"}]
    )
    world.schedules.add(
        "start-mail", expression="cron(30 13 * * ? *)", zone="Asia/Tokyo", starts=mail, input='{"key": 1}'
    )

    runs = pass_and_fire(world, 2 * HOUR)

    assert [(run.machine.name, run.started_at.strftime("%H:%M:%S"), run.input) for run in runs] == [
        ("nightly-orders", "04:00:00", "[1]"),
        ("mail", "04:30:00", '{"key": 1}'),
        ("nightly-orders", "05:00:00", "[1]"),
    ]
    assert [run.execution for run in world.step_functions.runs] == runs
    assert len({run.name for run in runs}) == 3


def test_a_gate_starts_only_while_it_is_open(world, machine):
    gate = world.rules.add("start-orders", expression="cron(0 * * * ? *)", targets=[{"Arn": machine}])
    before = world.clock.now()
    for state in ("DISABLED", "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"):
        world.clock.move(HOUR)
        world.gates.set_state(gate, state)
    world.clock.move(HOUR)

    runs = fire(world, before, world.clock.now())

    assert [run.started_at.hour for run in runs] == [4, 6, 7]


def test_a_start_is_in_one_of_two_neighbouring_times(world, machine):
    world.rules.add("start-orders", expression="cron(0 * * * ? *)", targets=[{"Arn": machine}])
    four = datetime(2026, 11, 21, 4, tzinfo=UTC)
    world.clock.move(HOUR)

    until, after = fire(world, four - HOUR, four), fire(world, four, world.clock.now())

    assert [run.started_at for run in until] == [four]
    assert after == []


def test_a_rate_counts_from_when_the_gate_was_made(world, machine):
    world.schedules.add("start-orders", expression="rate(2 hours)", starts=machine)

    runs = pass_and_fire(world, 3 * HOUR)

    assert [run.started_at for run in runs] == [world.clock.now() - HOUR]


def test_a_start_may_come_late(world, machine):
    world.rules.add("start-orders", expression="cron(0 4 * * ? *)", targets=[{"Arn": machine}])

    (run,) = pass_and_fire(world, HOUR, late=timedelta(seconds=59))

    assert run.started_at == datetime(2026, 11, 21, 4, 0, 59, tzinfo=UTC)
    assert run.history[0]["timestamp"] == run.started_at


def test_inputs_tell_when_the_start_was_due(world, machine):
    world.rules.add("start-orders", expression="cron(0 4 * * ? *)", targets=[{"Arn": machine}])
    world.schedules.add(
        "start-mail", expression="at(2026-11-21T04:01:00)", starts=machine,
        input='{"due": "<aws.scheduler.scheduled-time>"}',
    )  # fmt: skip

    rule, schedule = (json.loads(run.input) for run in pass_and_fire(world, HOUR))

    assert (rule["detail-type"], rule["time"]) == ("Scheduled Event", "2026-11-21T04:00:00Z")
    assert schedule == {"due": "2026-11-21T04:01:00Z"}


def test_a_machine_that_is_gone_is_not_started(world, machine):
    world.rules.add("start-orders", expression="cron(0 4 * * ? *)", targets=[{"Arn": machine}])
    world.step_functions.delete_machine(machine)

    assert pass_and_fire(world, HOUR) == []


@pytest.mark.parametrize(
    "fields", [{"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, {"ActionAfterCompletion": "DELETE"}]
)
def test_what_is_not_known_of_starts_is_said(fields, world, machine):
    world.schedules.add("start-mail", expression="cron(0 4 * * ? *)", starts=machine, **fields)

    with pytest.raises(NotImplementedError):
        pass_and_fire(world, HOUR)
