"""A tick judges what came due: each missed deadline is told once, and so is its end."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.handlers.ticking import DAY, HOUR, MINUTE, Ticking
from tests.simulated.notices import status_change

START = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
DUE = START + 2 * HOUR


@pytest.fixture
def ticking(ticking: Ticking) -> Ticking:
    """One pipeline, that is to start at 18:00 and to succeed by 20:00, and a tick just before that."""
    ticking.add("nightly-orders")
    ticking.tick(at=START - MINUTE)
    return ticking


def test_a_pipeline_that_succeeded_in_time_is_silent(ticking: Ticking) -> None:
    ticking.go_to(DUE)
    ticking.run("nightly-orders", "tonights", at=START, took=2 * HOUR)

    answer = ticking.tick()

    assert answer["told"] == []
    assert answer["judged"] == 1
    assert ticking.alerts() == []


@pytest.mark.parametrize(
    ("status", "took", "subject"),
    [
        ("FAILED", HOUR, "nightly-orders FAILED"),
        ("TIMED_OUT", HOUR, "nightly-orders TIMED OUT"),
        ("ABORTED", HOUR, "nightly-orders was ABORTED"),
        ("RUNNING", None, "nightly-orders is LATE"),
        ("SUCCEEDED", 2 * HOUR + timedelta(seconds=1), "nightly-orders was LATE"),
    ],
)
def test_what_did_not_succeed_by_its_deadline_is_told_by_the_tick_that_finds_it_due(
    ticking: Ticking, status: str, took: timedelta | None, subject: str
) -> None:
    ticking.tick(at=DUE - MINUTE)
    ticking.go_to(DUE + timedelta(seconds=1))
    ticking.run("nightly-orders", "tonights", status, at=START, took=took)

    ticking.tick()
    ticking.tick(at=DUE + MINUTE)

    assert ticking.alerts() == [subject]


def test_nothing_is_told_before_the_deadline(ticking: Ticking) -> None:
    ticking.tick(at=DUE - timedelta(seconds=1))

    assert ticking.alerts() == []


def test_what_never_started_is_missing(ticking: Ticking) -> None:
    ticking.tick(at=DUE)

    (alert,) = ticking.new_alerts()
    assert alert["Subject"] == "[Stepkeeper] nightly-orders is MISSING: it did not start"
    assert "no run was started since 2026-11-21 18:00:00 UTC" in alert["Message"]


def test_an_alert_has_the_error_the_cause_and_all_that_is_blocked(ticking: Ticking) -> None:
    ticking.add("nightly-report", blocks=["weekly-mail"])
    ticking.add("weekly-mail")
    ticking.tables["nightly-orders"]["blocks"] = ["nightly-report"]
    for name in ("nightly-report", "weekly-mail"):
        del ticking.tables[name]["succeeds_within"]
    ticking.write_map()
    ticking.go_to(DUE)
    ticking.run("nightly-orders", "tonights", "FAILED", at=START, error="OutsideSystemDown", cause="503")

    ticking.tick()

    (alert,) = ticking.new_alerts()
    assert "\nError: OutsideSystemDown\nCause: 503\n" in alert["Message"]
    assert (
        "Blocks: nightly-report (schedule/default/start-nightly-report), "
        "weekly-mail (schedule/default/start-weekly-mail)." in alert["Message"]
    )


def test_an_incident_is_told_once_however_many_deadlines_are_missed_and_its_end_once(
    ticking: Ticking,
) -> None:
    ticking.go_to(DUE)
    ticking.run("nightly-orders", "first", "FAILED", at=START)
    ticking.tick_until(DUE + 5 * MINUTE)
    ticking.go_to(DUE + DAY)
    ticking.run("nightly-orders", "second", "FAILED", at=START + DAY)
    ticking.tick()
    told = ticking.alerts()
    ticking.go_to(DUE + DAY + HOUR)
    ticking.run("nightly-orders", "by-hand", at=DUE + DAY, took=HOUR)
    ticking.tick_until(DUE + DAY + 2 * HOUR)

    assert told == ["nightly-orders FAILED"]
    (recovery,) = ticking.new_alerts()
    assert recovery["Subject"] == "[Stepkeeper] nightly-orders has RECOVERED after 1d 1h"
    assert "2 deadlines" in recovery["Message"]


def test_a_success_that_its_event_has_told_of_ends_the_incident_in_the_next_minute(ticking: Ticking) -> None:
    ticking.tick(at=DUE)
    ticking.go_to(DUE + 40 * MINUTE)
    success = ticking.run("nightly-orders", "by-hand", at=DUE + 10 * MINUTE, took=30 * MINUTE)
    ticking.simulation.invoke("rule_toggler", status_change(success))

    ticking.tick(at=DUE + 41 * MINUTE)

    assert ticking.alerts()[-1] == "nightly-orders has RECOVERED after 40m"


def test_a_success_whose_event_was_lost_ends_the_incident_within_a_quarter_of_an_hour(
    ticking: Ticking,
) -> None:
    ticking.tick(at=DUE)
    ticking.go_to(DUE + 40 * MINUTE)
    ticking.run("nightly-orders", "by-hand", at=DUE + 10 * MINUTE, took=30 * MINUTE)

    ticking.tick_until(DUE + 55 * MINUTE)

    assert ticking.alerts()[-1] == "nightly-orders has RECOVERED after 40m"


def test_after_its_end_the_next_miss_is_another_incident(ticking: Ticking) -> None:
    ticking.tick(at=DUE)
    ticking.go_to(DUE + HOUR)
    ticking.run("nightly-orders", "by-hand", at=DUE, took=HOUR)
    ticking.tick_until(DUE + 2 * HOUR)

    ticking.tick(at=DUE + DAY)

    assert [subject.split()[2] for subject in ticking.alerts()] == ["MISSING:", "RECOVERED", "MISSING:"]


def test_people_are_reminded_as_often_as_the_map_says(ticking: Ticking) -> None:
    ticking.tables["nightly-orders"]["remind_every"] = "30m"
    ticking.write_map()

    ticking.tick_until(DUE + 100 * MINUTE)

    assert ticking.alerts()[1:] == [
        f"nightly-orders has not succeeded for {text}" for text in ("30m", "1h", "1h 30m")
    ]


def test_a_pipeline_with_a_channel_has_its_channel_told_too(ticking: Ticking) -> None:
    ticking.tables["nightly-orders"]["channel"] = "#batch"
    ticking.write_map()

    ticking.tick(at=DUE)

    ((function, payload),) = ticking.world.functions.invoked
    assert function.endswith("NotifierFunction")
    assert payload["channel"] == "#batch"
    assert payload["text"] == ticking.new_alerts()[0]["Message"]
