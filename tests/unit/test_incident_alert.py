"""What people are told of a missed deadline, on a telephone, at night."""

from dataclasses import replace
from datetime import time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from stepkeeper.domain.alert import Alert
from stepkeeper.domain.deadline_verdict import judge_start
from stepkeeper.domain.execution import Execution, Failure
from stepkeeper.domain.execution_watchdog import Judgement, Verdict
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.incident import Incident
from stepkeeper.domain.incident_alert import what_opens, write_missed, write_recovery, write_reminder
from stepkeeper.domain.pipeline import Pipeline, Reopen, ReopenAt
from stepkeeper.domain.standing import EndedRun
from stepkeeper.domain.words import span
from tests.unit.watched_pipelines import DUE, HOUR, MACHINE, MINUTE, RUNS, START, deadline, pipeline, run

REPORT = Pipeline("nightly-report", "report", started_by=Gate("rule", "default", "start-report"))
MAIL = Pipeline("weekly-mail", "mail", started_by=Gate("schedule", "default", "start-mail"))
INCIDENT = Incident("nightly-orders", START, DUE, "failed", told_at=DUE + MINUTE, last_start=START)
LINK = "https://ap-northeast-1.console.aws.amazon.com/states/home?region=ap-northeast-1#"
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


def missed(*runs: Execution, **more: object) -> Alert:
    judged = judge_start(deadline(), runs, now=DUE + MINUTE)
    failure = Failure("OutsideSystemDown", "503")
    return write_missed(pipeline(**more), MACHINE, judged, failure, [REPORT, MAIL])  # type: ignore[arg-type]


def test_an_alert_says_what_happened_what_it_blocks_and_what_is_to_be_done() -> None:
    alert = missed(run("bad", "FAILED"))

    assert alert.subject == "[Stepkeeper] nightly-orders FAILED"
    assert alert.attributes == {"pipeline": "nightly-orders", "verdict": "failed", "event": "missed"}
    assert alert.body == (
        "nightly-orders FAILED.\n"
        "\n"
        "What happened: the run that was started at 2026-11-21 18:00:00 UTC failed at "
        "2026-11-21 19:00:00 UTC.\n"
        "Start: 2026-11-21 18:00:00 UTC\n"
        "Deadline: 2026-11-21 20:00:00 UTC, 2h after the start\n"
        f"Pipeline: {MACHINE}\n"
        "Run: bad\n"
        "Error: OutsideSystemDown\n"
        "Cause: 503\n"
        "\n"
        "Blocks: nightly-report (rule/start-report), weekly-mail (schedule/default/start-mail).\n"
        "Gates that it holds closed open on its next success.\n"
        "\n"
        "Next: look at the run; once the cause is gone, run it again "
        "(with the reprocessor, if it was spooled).\n"
        f"Look at it: {LINK}/v2/executions/details/{RUNS}bad"
    )


def test_without_a_run_the_link_leads_to_the_pipeline() -> None:
    alert = missed()

    assert alert.subject == "[Stepkeeper] nightly-orders is MISSING: it did not start"
    assert "no run was started since 2026-11-21 18:00:00 UTC" in alert.body
    assert alert.body.endswith(f"{LINK}/statemachines/view/{MACHINE}")


def test_what_succeeded_too_late_says_so_and_asks_for_nothing() -> None:
    alert = missed(run(stopped=DUE + 5 * MINUTE))

    assert alert.subject == "[Stepkeeper] nightly-orders was LATE"
    assert alert.attributes["verdict"] == "late"
    assert "succeeded, but 5m too late" in alert.body
    assert "nothing is to be done" in alert.body
    assert "Blocks" not in alert.body


def test_an_extra_deadline_says_what_it_is_counted_from() -> None:
    extra = replace(deadline(), due=START + 9 * HOUR, is_extra=True)

    alert = write_missed(pipeline(), MACHINE, judge_start(extra, [], now=DUE), None, [])

    assert "9h after the start that is made up for, counted from when its gate was opened" in alert.body
    assert "Blocks: no other pipeline." in alert.body


BY_HAND = 'when you let go of them: {"action": "enable", "targets": […], "owner": "<this pipeline>"}'


@pytest.mark.parametrize(
    ("reopen", "said"),
    [
        ("on-success", "on its next success"),
        ("by-hand", BY_HAND),
        (ReopenAt(time(6, 5), ZoneInfo("Asia/Tokyo")), "at 06:05 Asia/Tokyo"),
    ],
)
def test_people_are_told_what_opens_the_gates(reopen: Reopen, said: str) -> None:
    assert what_opens(reopen) == said
    assert f"open {said}.\n" in missed(run("bad", "FAILED"), reopen=reopen).body


def test_a_recovery_says_how_long_it_took() -> None:
    success = EndedRun(f"{RUNS}good", "SUCCEEDED", DUE + HOUR, DUE + 2 * HOUR + 5 * MINUTE)

    alert = write_recovery(pipeline(), MACHINE, replace(INCIDENT, missed=2), success)

    assert alert.subject == "[Stepkeeper] nightly-orders has RECOVERED after 2h 5m"
    assert alert.attributes == {"pipeline": "nightly-orders", "verdict": "recovered", "event": "recovered"}
    assert "succeeded at 2026-11-21 22:05:00 UTC.\n" in alert.body
    assert "Missed since: 2026-11-21 20:00:00 UTC, 2 deadlines\n" in alert.body
    assert alert.body.endswith(f"{LINK}/v2/executions/details/{RUNS}good")


def test_a_recovery_names_what_was_missed_meanwhile_and_is_not_done() -> None:
    tomorrow = START + timedelta(days=1)
    success = EndedRun(f"{RUNS}bad", "SUCCEEDED", START, tomorrow + 3 * HOUR, redrive_count=1)

    alert = write_recovery(pipeline(), MACHINE, INCIDENT.with_missed(tomorrow), success)

    assert "Not done yet: the start of 2026-11-22 18:00:00 UTC" in alert.body


def test_what_was_in_time_after_all_is_said_to_be() -> None:
    success = EndedRun(f"{RUNS}good", "SUCCEEDED", START, DUE)

    alert = write_recovery(pipeline(), MACHINE, INCIDENT, success)

    assert alert.subject == "[Stepkeeper] nightly-orders has RECOVERED: it was in time"


def test_a_reminder_says_since_when_and_what_is_blocked() -> None:
    incident = replace(INCIDENT, run_arn=f"{RUNS}bad")

    alert = write_reminder(pipeline(), MACHINE, incident, [REPORT], now=DUE + 30 * HOUR)

    assert alert.subject == "[Stepkeeper] nightly-orders has not succeeded for 1d 6h"
    assert alert.attributes == {"pipeline": "nightly-orders", "verdict": "failed", "event": "reminder"}
    assert "People were told at 2026-11-21 20:01:00 UTC (failed)." in alert.body
    assert "Blocks: nightly-report" in alert.body
    assert alert.body.endswith(f"{LINK}/v2/executions/details/{RUNS}bad")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_subject_is_one_that_sns_takes(verdict: Verdict) -> None:
    named = pipeline("n" * 64)
    judged = replace(judge_start(deadline(), [], now=DUE), judgement=Judgement(verdict, "why"))
    success = EndedRun(f"{RUNS}x", "SUCCEEDED", DUE, DUE + timedelta(days=364, hours=23))
    alerts = [
        write_missed(named, MACHINE, judged, None, [REPORT] * 10_000),
        write_recovery(named, MACHINE, INCIDENT, success),
        write_reminder(named, MACHINE, INCIDENT, [REPORT] * 10_000, now=DUE + timedelta(days=364, hours=23)),
    ]

    assert max(len(alert.subject) for alert in alerts) < 100
    assert all(alert.subject.isascii() and alert.subject.isprintable() for alert in alerts)
    assert max(len(alert.body) for alert in alerts) < 20_000


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(seconds=-5), "0s"),
        (timedelta(milliseconds=900), "0s"),
        (timedelta(seconds=61), "1m 1s"),
        (timedelta(hours=24), "1d"),
        (timedelta(days=2, minutes=3, seconds=4), "2d 3m"),
    ],
)
def test_a_span_of_time_is_told_in_its_two_largest_units(duration: timedelta, text: str) -> None:
    assert span(duration) == text
