"""Which runs a deadline is judged by: started by hand, again, late, or to make up for a missed start."""

from datetime import UTC, datetime, timedelta

import pytest

from stepkeeper.aws import closed_times, extra_deadlines, successes
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.lineage import lineage_of, rerun_name
from stepkeeper.domain.missed import ClosedTime, made_up_name
from stepkeeper.domain.standing import EndedRun
from tests.handlers.ticking import DAY, HOUR, MINUTE, Ticking

START = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
DUE = START + 2 * HOUR
GATE = Gate("schedule", "default", "start-nightly-orders")


@pytest.fixture
def ticking(ticking: Ticking) -> Ticking:
    """One pipeline, that is to start at 18:00 and to succeed by 20:00; it is nearly due."""
    ticking.add("nightly-orders")
    ticking.tick(at=DUE - MINUTE)
    ticking.go_to(DUE)
    return ticking


def remember(ticking: Ticking, name: str, *, started: datetime, stopped: datetime) -> None:
    run = EndedRun(f"{ticking.machines['nightly-orders']}:{name}", "SUCCEEDED", started, stopped)
    successes.remember_success(
        ticking.simulation.client("dynamodb"),
        ticking.world.table.name,
        "nightly-orders",
        START,
        run,
        keep_until=DUE + 8 * DAY,
    )


def lists(ticking: Ticking) -> int:
    return ticking.simulation.wire.calls.count("stepfunctions:ListExecutions")


def test_a_remembered_success_costs_no_list(ticking: Ticking) -> None:
    remember(ticking, "tonights", started=START, stopped=START + HOUR)

    ticking.tick()

    assert (ticking.alerts(), lists(ticking)) == ([], 0)


def test_a_remembered_success_that_was_too_late_is_looked_at(ticking: Ticking) -> None:
    ticking.go_to(DUE + MINUTE)
    ticking.run("nightly-orders", "tonights", at=START, took=2 * HOUR + MINUTE)
    remember(ticking, "tonights", started=START, stopped=DUE + MINUTE)

    ticking.tick()

    assert (ticking.alerts(), lists(ticking)) == (["nightly-orders was LATE"], 1)


def test_a_run_that_was_started_by_hand_counts(ticking: Ticking) -> None:
    ticking.run("nightly-orders", "tonights", "FAILED", at=START)
    ticking.run("nightly-orders", "by-hand", at=START + HOUR, took=30 * MINUTE)

    ticking.tick()

    assert ticking.alerts() == []


def test_yesterdays_success_is_none_of_todays(ticking: Ticking) -> None:
    ticking.run("nightly-orders", "yesterdays", at=START - 10 * HOUR, took=11 * HOUR)

    ticking.tick()

    assert ticking.alerts() == ["nightly-orders is MISSING: it did not start"]


def test_what_the_reprocessor_ran_again_counts_for_the_start_that_had_failed(ticking: Ticking) -> None:
    failed = ticking.run("nightly-orders", "tonights", "FAILED", at=START)
    name = rerun_name(attempt=2, lineage=lineage_of(failed.arn), original_name="tonights")
    ticking.run("nightly-orders", name, at=START + HOUR, took=30 * MINUTE)

    ticking.tick()

    assert ticking.alerts() == []


def test_yesterdays_failure_that_is_run_again_today_is_not_todays_run(ticking: Ticking) -> None:
    failed = ticking.run("nightly-orders", "yesterdays", "FAILED", at=START - DAY)
    name = rerun_name(attempt=2, lineage=lineage_of(failed.arn), original_name="yesterdays")
    ticking.run("nightly-orders", name, at=START + HOUR, took=30 * MINUTE)

    ticking.tick()

    assert ticking.alerts() == ["nightly-orders is MISSING: it did not start"]


def test_a_run_that_was_redriven_in_time_counts(ticking: Ticking) -> None:
    failed = ticking.run("nightly-orders", "tonights", "FAILED", at=START, took=30 * MINUTE)
    ticking.world.step_functions.redrive_execution({"executionArn": failed.arn, "clientToken": "by-hand"})
    ticking.end(failed, "SUCCEEDED", at=DUE)

    ticking.tick()

    assert ticking.alerts() == []


def test_what_makes_up_for_a_missed_start_has_a_deadline_of_its_own(ticking: Ticking) -> None:
    dynamodb = ticking.simulation.client("dynamodb")
    extra_deadlines.put_extra_deadline(
        dynamodb, ticking.world.table.name, "nightly-orders", START, due=DUE + 3 * HOUR
    )
    ticking.run("nightly-orders", made_up_name(GATE, START), at=DUE - MINUTE, took=None)

    ticking.tick()
    told_at_the_first_deadline = ticking.alerts()
    ticking.tick(at=DUE + 3 * HOUR)
    ticking.tick(at=DUE + 3 * HOUR + MINUTE)

    assert told_at_the_first_deadline == []
    assert ticking.alerts() == ["nightly-orders is LATE"]
    assert extra_deadlines.read_extra_deadlines(dynamodb, ticking.world.table.name) == []


def hold(ticking: Ticking, *, closed_at: datetime) -> None:
    ticking.simulation.client("dynamodb").put_item(
        TableName=ticking.world.table.name,
        Item={
            "pk": {"S": f"gate#{GATE}"},
            "sk": {"S": "hold"},
            "owners": {"SS": ["nightly-ingest"]},
            "state_before": {"S": "ENABLED"},
            "reason": {"S": "nightly-ingest failed"},
            "closed_at": {"S": closed_at.isoformat()},
        },
    )


@pytest.mark.parametrize(
    ("closed_at", "alerts"),
    [(START, []), (START + MINUTE, ["nightly-orders is MISSING: it did not start"])],
    ids=["when it was to start", "after that"],
)
def test_nobody_is_told_of_what_stepkeeper_itself_has_kept_from_starting(
    ticking: Ticking, closed_at: datetime, alerts: list[str]
) -> None:
    ticking.add("nightly-ingest", "cron(0 0 1 1 ? *)")
    hold(ticking, closed_at=closed_at)

    ticking.tick()

    assert ticking.alerts() == alerts


def test_what_is_held_closed_for_somebody_without_deadlines_is_told_since_nobody_else_tells(
    ticking: Ticking,
) -> None:
    hold(ticking, closed_at=START)

    ticking.tick()

    assert ticking.alerts() == ["nightly-orders is MISSING: it did not start"]


def test_nobody_is_told_of_what_was_kept_from_starting_by_a_gate_that_is_open_again(
    ticking: Ticking,
) -> None:
    closed = ClosedTime(GATE, START - HOUR, START + HOUR)
    closed_times.remember_closed_time(
        ticking.simulation.client("dynamodb"), ticking.world.table.name, closed, keep_until=DUE + DAY
    )

    ticking.tick()

    assert ticking.alerts() == []


def test_what_runs_all_the_same_and_fails_is_told_also_while_its_gate_is_held_closed(
    ticking: Ticking,
) -> None:
    hold(ticking, closed_at=START - HOUR)
    ticking.run("nightly-orders", "by-hand", "FAILED", at=START + MINUTE, took=timedelta(minutes=1))

    ticking.tick()

    assert ticking.alerts() == ["nightly-orders FAILED"]
