"""Runs that keep failing are not started any more, and people are told once."""

from datetime import timedelta
from itertools import count

import pytest
from botocore.exceptions import ClientError

from stepkeeper.domain.breaker import OUTAGE_LASTS, REMEMBERED_FOR, Outage
from stepkeeper.errors import AwsUnavailable

FAILED_AGAIN = "3 of the first 10 runs that were started again failed again, most of them with Down"
SECOND = timedelta(seconds=1)


def fails_again(failing, count):
    """So many of the first ten runs fail again, before the next ones are started."""

    def fail():
        for run in failing.reruns[:count]:
            failing.end(run.execution.arn, error="Down")

    failing.just_before("BatchGetItem", fail, nth=2)


def test_a_call_whose_first_runs_fail_again_stops_and_says_so_once(failing):
    failing.put_many(150)
    fails_again(failing, 3)

    answer = failing.ask(max=150)

    assert len(failing.reruns) == answer["success"] == 10
    assert answer["stopped_because"] == "runs are failing again"
    assert failing.visible == answer["left"] == 140 + 3
    (alert,) = failing.world.sns.published
    assert alert["Subject"] == "[Stepkeeper] nightly-orders runs are failing again"
    assert FAILED_AGAIN in alert["Message"]


def test_two_of_the_first_ten_may_fail(failing):
    failing.put_many(150)
    fails_again(failing, 2)

    answer = failing.ask(max=150)

    assert answer["success"] == 150
    assert failing.world.sns.published == []


def test_the_next_calls_leave_the_machine_alone_for_half_an_hour(failing):
    failing.put_many(20)
    failing.stop(Outage(failing.pipeline, failing.world.clock.now(), FAILED_AGAIN))
    failing.world.clock.move(OUTAGE_LASTS - SECOND)

    early = failing.ask(max=1)
    failing.world.clock.move(SECOND)
    late = failing.ask(max=1)

    assert (early["success"], early["left"], early["stopped_because"]) == (0, 20, "runs are failing again")
    assert (late["success"], late["left"], late["stopped_because"]) == (1, 19, "max was reached")
    assert failing.world.sns.published == []


def test_small_calls_look_how_the_runs_of_the_one_before_went(failing):
    """A schedule that runs ten every quarter of an hour would never see one of them fail."""
    failing.put_many(30)
    failing.ask()
    for run in failing.reruns[:3]:
        failing.end(run.execution.arn, error="Down")
    failing.world.clock.move(REMEMBERED_FOR / 4)

    answers = [failing.ask() for _ in range(3)]

    assert len(failing.reruns) == 10
    assert {answer["stopped_because"] for answer in answers} == {"runs are failing again"}
    (alert,) = failing.world.sns.published
    assert FAILED_AGAIN in alert["Message"]


def test_how_the_runs_of_an_hour_ago_went_matters_no_more(failing):
    failing.put_many(15)
    failing.ask()
    for run in failing.reruns:
        failing.end(run.execution.arn)
    failing.world.clock.move(REMEMBERED_FOR)

    assert failing.ask()["success"] == 10


def test_what_was_throttled_before_the_outage_is_left_during_it(failing):
    failing.put_many(5)
    failing.world.faults.refuse("StartExecution", "ThrottlingException")
    failing.ask()
    failing.world.faults.clear()
    failing.stop(Outage(failing.pipeline, failing.world.clock.now(), FAILED_AGAIN))

    failing.ask()

    assert failing.reruns == []
    assert failing.visible == 5


def test_another_machine_is_run_meanwhile(failing):
    other = failing.world.step_functions.add_machine("nightly-bills")
    failing.stop(Outage(failing.pipeline, failing.world.clock.now(), FAILED_AGAIN))
    failing.put_many(15)
    failing.put_failed("bill", state_machine_arn=other)

    answer = failing.ask()

    assert [run.execution.machine.arn for run in failing.reruns] == [other]
    assert (answer["left"], answer["stopped_because"]) == (15, "runs are failing again")


def test_a_person_who_overrules_the_outage_is_obeyed(failing):
    failing.put_many(3)
    failing.stop(Outage(failing.pipeline, failing.world.clock.now(), FAILED_AGAIN))

    waits = failing.ask("plan")
    nothing = failing.ask(plan=waits["plan"])
    forced = failing.ask("plan", override="restart")
    everything = failing.ask(plan=forced["plan"])

    assert [(each["verdict"], each["reason"]) for each in waits["groups"]] == [("wait", FAILED_AGAIN)]
    assert (nothing["success"], nothing["left"]) == (0, 3)
    assert (everything["success"], everything["left"]) == (3, 0)


def test_an_alert_that_could_not_be_sent_is_not_taken_for_sent(failing):
    failing.put_many(150)
    fails_again(failing, 3)
    failing.world.faults.refuse("Publish", "InternalError", status=500)

    with pytest.raises(AwsUnavailable, match="InternalError"):
        failing.ask(max=150)

    assert failing.visible == 143
    assert not [item for item in failing.world.table.items if item["pk"]["S"].startswith("breaker#")]


def test_a_call_that_is_throttled_says_so_also_where_the_next_runs_could_not_be_looked_up(failing):
    failing.put_many(250)
    starts, reads = count(1), count(1)
    failing.world.faults.refuse("StartExecution", when=lambda _: next(starts) > 40)
    failing.world.faults.refuse(
        "BatchGetItem", "InternalServerError", status=500, when=lambda _: next(reads) > 3
    )

    answer = failing.ask(max=250)

    assert answer["stopped_because"] == "throttled"
    assert answer["success"] + failing.visible == 250


def test_where_one_receive_fails_what_the_others_have_received_goes_back(failing):
    failing.put_many(100)
    failing.world.faults.refuse("ReceiveMessage", "AccessDenied", status=403, times=1)

    with pytest.raises(ClientError, match="AccessDenied"):
        failing.ask(max=100)

    assert (failing.reruns, failing.visible) == ([], 100)
