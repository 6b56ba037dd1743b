"""What waits is shown in groups that a person can decide on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.plan import GROUPS_SHOWN, PLAN_LASTS, SAMPLE_CHARACTERS, Plan, Planned, group
from stepkeeper.domain.verdict import Judged
from tests.unit.failed_runs import EXECUTION, KEY, LINEAGE, NOW, RUN, SECOND, STATE_MACHINE, UNREADABLE

HOUR = timedelta(hours=1)
RESTART, WAIT = Judged("restart", "the definition has changed"), Judged("wait", "its outage is on")


def test_what_is_alike_is_one_group_with_its_oldest_failure_and_three_samples():
    runs = [
        replace(RUN, key=FailureKey(f"{number:016x}", 1), failed_at=NOW - number * HOUR)
        for number in (3, 5, 4, 2)
    ]

    (told,) = group([(run, RESTART) for run in runs], now=NOW)

    samples = told.pop("samples")
    assert told == {
        "state_machine": "nightly-orders",
        "error": "OutsideSystemDown",
        "verdict": "restart",
        "reason": "the definition has changed",
        "count": 4,
        "oldest_failed_at": "2026-11-21T19:00:00+00:00",
        "oldest_age_hours": 5.0,
    }
    assert [sample["lineage"][-1] for sample in samples] == ["3", "5", "4"]


def test_a_sample_shows_which_run_it_is_what_it_was_given_and_why_it_failed():
    long = replace(RUN, input="x" * 1000, cause="y" * 1000)

    (told,) = group([(long, RESTART)], now=NOW)

    assert told["samples"] == [
        {
            "lineage": LINEAGE,
            "attempt": 1,
            "execution_arn": EXECUTION,
            "input": "x" * SAMPLE_CHARACTERS,
            "cause": "y" * SAMPLE_CHARACTERS,
        }
    ]


def test_groups_differ_by_machine_error_and_verdict_and_the_largest_comes_first():
    another = replace(RUN, state_machine_arn=f"{STATE_MACHINE}-2")
    runs = [
        (another, RESTART),
        (RUN, RESTART),
        (replace(RUN, error="Other"), WAIT),
        (RUN, WAIT),
        (replace(RUN, error="Other"), WAIT),
    ]

    told = [
        (each["state_machine"], each["error"], each["verdict"], each["count"])
        for each in group(runs, now=NOW)
    ]

    assert told == [
        ("nightly-orders", "Other", "wait", 2),
        ("nightly-orders", "OutsideSystemDown", "restart", 1),
        ("nightly-orders", "OutsideSystemDown", "wait", 1),
        ("nightly-orders-2", "OutsideSystemDown", "restart", 1),
    ]


def test_a_group_with_several_reasons_shows_the_first():
    (told,) = group([(RUN, RESTART), (RUN, Judged("restart", "its input was edited"))], now=NOW)

    assert (told["count"], told["reason"]) == (2, RESTART.reason)


@pytest.mark.parametrize("more", [0, 1, 5])
def test_no_more_groups_are_shown_than_anybody_reads_and_the_others_are_counted(more):
    runs = [(replace(RUN, error=f"Error{number}"), RESTART) for number in range(GROUPS_SHOWN + more)]

    told = group(runs, now=NOW)

    assert len(told) == GROUPS_SHOWN
    assert told[-1].get("others", 0) == more


def test_what_can_not_be_read_has_a_group_of_its_own_and_no_age():
    (told,) = group([(UNREADABLE, Judged("quarantine", UNREADABLE.reason))], now=NOW)

    assert (told["state_machine"], told["error"]) == ("", "no envelope")
    assert (told["oldest_failed_at"], told["oldest_age_hours"]) == (None, None)
    assert told["samples"] == [{"lineage": LINEAGE, "attempt": 1}]


def test_nothing_that_waits_is_no_group():
    assert group([], now=NOW) == []


@pytest.mark.parametrize(("seconds", "over"), [(-1, False), (0, False), (1, True)])
def test_a_plan_can_be_carried_out_for_a_day(seconds, over):
    plan = Plan("1f0c2a9b", NOW, "spool", forced=False)

    assert plan.is_over(NOW + PLAN_LASTS + seconds * SECOND) is over


def test_a_plan_says_nothing_of_what_it_has_not_seen():
    plan = Plan("1f0c2a9b", NOW, "spool", forced=True, verdicts={KEY: "restart"})

    assert plan.planned(KEY) == Planned("restart", forced=True, made_at=NOW)
    assert plan.planned(KEY.next) is None
