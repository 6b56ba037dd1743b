"""Whether a pipeline's latest run succeeded in time, and what people are told when it did not."""

from datetime import timedelta, timezone

import pytest

from stepkeeper.errors import StateMachineNotFound, StateMachineNotWatchable
from tests.handlers.watched import Watched
from tests.pipelines import make_pipeline


def test_a_pipeline_that_succeeded_is_silent(watched: Watched) -> None:
    run = watched.ran("SUCCEEDED", started=-30, stopped=-10)

    answer = watched.check()

    assert (answer["verdict"], answer["alerted"], answer["execution_arn"]) == ("succeeded", False, run)
    assert watched.alerts() == []


@pytest.mark.parametrize(
    ("status", "stopped", "verdict", "subject"),
    [
        ("RUNNING", None, "late", "[Stepkeeper] nightly-orders is LATE"),
        ("PENDING_REDRIVE", None, "late", "[Stepkeeper] nightly-orders is LATE"),
        ("FAILED", -10, "failed", "[Stepkeeper] nightly-orders FAILED"),
        ("TIMED_OUT", -10, "timed_out", "[Stepkeeper] nightly-orders TIMED OUT"),
        ("ABORTED", -10, "aborted", "[Stepkeeper] nightly-orders was ABORTED"),
    ],
)
def test_anything_but_a_success_is_told_with_its_error_its_cause_and_a_link(
    watched: Watched, status: str, stopped: float | None, verdict: str, subject: str
) -> None:
    run = watched.ran(status, started=-30, stopped=stopped, error="OutsideSystemDown", cause="夜: no answer")

    answer = watched.check()

    (alert,) = watched.alerts()
    assert (answer["verdict"], answer["alerted"], answer["execution_arn"]) == (verdict, True, run)
    assert alert["Subject"] == subject
    assert {key: value["Value"] for key, value in alert["MessageAttributes"].items()} == {
        "pipeline": "nightly-orders",
        "verdict": verdict,
    }
    text = alert["Message"]
    assert f"was started at {watched.at(-30):%Y-%m-%d %H:%M:%S} UTC" in text
    assert "\nError: OutsideSystemDown\nCause: 夜: no answer\n" in text
    assert text.endswith(f"#/v2/executions/details/{run}")


def test_a_pipeline_that_never_ran_is_missing(watched: Watched) -> None:
    answer = watched.check()

    (alert,) = watched.alerts()
    assert (answer["verdict"], answer["execution_arn"]) == ("missing", None)
    assert alert["Subject"] == "[Stepkeeper] nightly-orders is MISSING: it did not start"
    assert "no run was started yet" in alert["Message"]


def test_the_latest_run_is_the_one_that_counts(watched: Watched) -> None:
    watched.ran("FAILED", started=-60, stopped=-50, name="first")
    watched.ran("SUCCEEDED", started=-40, stopped=-30, name="again")

    assert watched.check()["verdict"] == "succeeded"


@pytest.mark.parametrize("seconds_after_the_start", [0, 1])
def test_a_run_counts_from_the_very_second_of_since_on(
    watched: Watched, seconds_after_the_start: int
) -> None:
    watched.ran("SUCCEEDED", started=-30, stopped=-10)
    tokyo = timezone(timedelta(hours=9))
    since = (watched.at(-30) + timedelta(seconds=seconds_after_the_start)).astimezone(tokyo)

    answer = watched.check(since=since.isoformat())

    assert answer["verdict"] == ("missing" if seconds_after_the_start else "succeeded")
    told = [alert["Message"] for alert in watched.alerts()]
    assert all(f"no run was started since {since:%Y-%m-%d %H:%M:%S} UTC+09:00." in text for text in told)


@pytest.mark.parametrize(
    ("within", "verdict"),
    [("PT31M", "succeeded"), ("PT29M", "missing"), ("P1D", "succeeded"), ("P1DT1S", "succeeded")],
)
def test_within_counts_back_from_now(watched: Watched, within: str, verdict: str) -> None:
    watched.ran("SUCCEEDED", started=-30, stopped=-10)

    assert watched.check(within=within)["verdict"] == verdict


def test_a_run_that_was_started_before_since_and_succeeded_after_it_does_not_count(watched: Watched) -> None:
    watched.ran("SUCCEEDED", started=-60, stopped=-5)

    assert watched.check(since=watched.at(-30).isoformat())["verdict"] == "missing"


def test_an_express_state_machine_is_refused_and_nobody_is_told_a_thing(watched: Watched) -> None:
    watched.pipeline = make_pipeline(watched.stack.aws, "quick", type="EXPRESS")

    with pytest.raises(StateMachineNotWatchable, match="quick is EXPRESS"):
        watched.check()

    assert watched.alerts() == []


def test_a_state_machine_that_does_not_exist_is_refused_by_name(watched: Watched) -> None:
    watched.pipeline = f"{watched.pipeline}-misspelt"

    with pytest.raises(StateMachineNotFound, match="nightly-orders-misspelt"):
        watched.check()


def test_the_earliest_and_the_latest_moment_there_is_are_no_trouble(watched: Watched) -> None:
    watched.ran("SUCCEEDED", started=-30, stopped=-10)

    earliest = watched.check(since="0001-01-01T00:00:00+14:00")
    latest = watched.check(since="9999-12-31T23:59:59-12:00")

    assert (earliest["verdict"], latest["verdict"]) == ("succeeded", "missing")
