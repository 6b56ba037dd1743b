"""A load is claimed by one run at a time, and by none after it was done; and its run is told all it needs."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from stepkeeper.errors import AwsUnavailable, ClaimLost, InvalidLoad
from tests.handlers.loading import CLAIM, KEY, Loading
from tests.handlers.refusals import Refusals
from tests.template import REGION


@pytest.fixture
def first(loading: Loading) -> str:
    """A run that has the claim and runs on."""
    loading.claims("first")
    return loading.arn("first")


def test_the_first_run_gets_the_claim_and_all_that_it_needs_to_know(loading: Loading) -> None:
    run = loading.arn("2026-11-26")
    query = {
        "engine": "bigquery",
        "parameters": {
            "period": "2026-W48",
            "period_start": "2026-11-23",
            "period_end": "2026-11-30",
            "run_date": "2026-11-26",
        },
    }
    where = {"region": REGION, "sqlBucket": "stepkeeper-sql"}

    answer = loading.send(CLAIM)

    assert answer == {
        "claimed": True,
        "key": KEY,
        "load_as": run,
        "latest_ms": 1_795_671_000_000,
        "latest": "2026-11-26 14:30:00 JST",
        "check": {
            **query,
            "databaseInformation": {**where, "sqlTemplatePath": "bigquery/sales_arrived.sql"},
        },
        "statement": {
            **query,
            "databaseInformation": {**where, "sqlTemplatePath": "bigquery/load_sales.sql"},
        },
        "channels": {"progress": "#batch", "waiting": "#batch", "missing": "#data", "failed": "#oncall"},
        "link": f"https://{REGION}.console.aws.amazon.com/states/home?region={REGION}#/v2/executions/details/{run}",
    }
    assert loading.item == {"holder": run, "load_as": run, "done": False}


def test_a_second_run_is_told_who_is_at_the_load_and_since_when(loading: Loading, first: str) -> None:
    answer = loading.claims("second")

    since = loading.items[KEY]["since"][:19].replace("T", " ")
    assert answer == {"claimed": False, "key": KEY, "reason": f"{first} is at it, since {since} UTC"}
    assert loading.item["holder"] == first


def test_a_second_run_is_told_that_the_load_was_done(loading: Loading, first: str) -> None:
    loading.complete(first)
    loading.ends(first, "SUCCEEDED")

    answer = loading.claims("second")

    assert answer["claimed"] is False
    assert re.fullmatch(rf"{first} has loaded it, at 20[-\d]+ [:\d]+ UTC", answer["reason"])
    assert loading.item == {"holder": first, "load_as": first, "done": True}


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED"])
def test_a_run_that_ended_without_a_word_is_succeeded_under_its_own_name(
    loading: Loading, first: str, status: str
) -> None:
    loading.ends(first, status)

    answer = loading.claims("second")

    assert (answer["claimed"], answer["load_as"]) == (True, first)
    assert loading.item == {"holder": loading.arn("second"), "load_as": first, "done": False}


def test_a_run_that_step_functions_has_forgotten_is_succeeded_under_its_own_name(loading: Loading) -> None:
    loading.claim(loading.arn("forgotten"))
    loading.grows_old(timedelta(minutes=6))

    answer = loading.claims("second")

    assert (answer["claimed"], answer["load_as"]) == (True, loading.arn("forgotten"))


def test_a_run_that_step_functions_does_not_know_yet_is_left_to_its_load(loading: Loading) -> None:
    loading.claim(loading.arn("began-a-moment-ago"))

    answer = loading.claims("second")

    assert (answer["claimed"], loading.item["holder"]) == (False, loading.arn("began-a-moment-ago"))


def test_the_name_is_handed_on_from_run_to_run(loading: Loading, first: str) -> None:
    loading.ends(first)
    for name in ("second", "third", "fourth"):
        assert loading.claims(name)["load_as"] == first
        loading.tell_end(loading.arn(name))


def test_after_the_engine_gave_the_load_up_the_next_run_begins_it_anew(loading: Loading, first: str) -> None:
    loading.forget(first)
    loading.ends(first, "FAILED")

    answer = loading.claims("second")

    assert answer["load_as"] == loading.arn("second")


def test_a_run_that_gave_its_load_up_is_still_at_it_until_it_has_ended(loading: Loading, first: str) -> None:
    loading.forget(first)

    assert loading.claims("second")["claimed"] is False


def test_a_run_that_claims_twice_is_told_the_same_and_changes_nothing(loading: Loading, first: str) -> None:
    before = loading.items

    assert loading.claim(first)["load_as"] == first
    assert loading.items == before


def test_a_run_that_claims_again_after_its_load_failed_is_told_a_name(loading: Loading, first: str) -> None:
    loading.forget(first)

    assert loading.claim(first)["load_as"] == first
    assert loading.item == {"holder": first, "load_as": first, "done": False}


@pytest.mark.parametrize(
    ("age", "claimed"), [(timedelta(days=9, hours=23), False), (timedelta(days=10), True)]
)
def test_a_claim_that_is_older_than_any_run_can_be_is_taken_over_under_its_name(
    loading: Loading, first: str, age: timedelta, claimed: bool
) -> None:
    loading.grows_old(age)

    answer = loading.claims("second")

    assert (answer["claimed"], answer.get("load_as")) == (claimed, first if claimed else None)


def test_a_load_that_was_done_long_ago_stays_done(loading: Loading, first: str) -> None:
    loading.complete(first)
    loading.grows_old(timedelta(days=399))

    assert loading.claims("second")["claimed"] is False


@pytest.mark.parametrize(
    ("code", "error"), [("AccessDeniedException", ClientError), ("ThrottlingException", AwsUnavailable)]
)
def test_a_holder_of_whom_nothing_can_be_learned_keeps_the_claim(
    loading: Loading, refusals: Refusals, first: str, code: str, error: type[Exception]
) -> None:
    refusals.refuse("DescribeExecution", code)

    with pytest.raises(error, match=code):
        loading.claims("second")

    assert loading.item["holder"] == first


@pytest.mark.parametrize("operation", ["GetItem", "PutItem"])
def test_an_outage_of_the_state_table_has_a_name_that_the_machine_waits_for(
    loading: Loading, refusals: Refusals, operation: str
) -> None:
    refusals.refuse(operation, "ProvisionedThroughputExceededException")

    with pytest.raises(AwsUnavailable, match="The claim on weekly-sales/2026-W48"):
        loading.claims("first")


def test_other_weeks_other_loads_and_other_keys_are_claimed_on_their_own(
    loading: Loading, first: str
) -> None:
    others = [
        {"scheduled_time": "2026-12-03T00:30:00Z"},
        {"load": "weekly-bills"},
        {"once_per": "day"},
        {"periods_back": 1},
        {"key": "again-1"},
    ]

    answers = [loading.claims(f"run-{number}", **other) for number, other in enumerate(others)]

    assert [answer["claimed"] for answer in answers] == [True] * 5
    assert sorted(loading.items) == [
        "weekly-bills/2026-W48",
        "weekly-sales/2026-11-26",
        "weekly-sales/2026-W47",
        "weekly-sales/2026-W48",
        "weekly-sales/2026-W49",
        "weekly-sales/again-1",
    ]
    assert loading.items[KEY]["holder"] == first


@pytest.mark.parametrize("scheduled_time", ["2026-11-26T00:30:00Z", None])
def test_a_plan_follows_from_the_schedules_time_or_the_start_and_never_from_the_clock(
    loading: Loading, scheduled_time: str | None
) -> None:
    """The clock of this test is in another year than the schedule's, and neither says anything of it."""
    due = datetime(2026, 11, 26, 0, 30, 0 if scheduled_time else 2, tzinfo=UTC)
    changed = {"scheduled_time": scheduled_time}

    first = loading.claim(loading.arn("run"), **changed)
    loading.grows_old(timedelta(hours=9))
    again = loading.claim(loading.arn("run"), **changed)

    assert again == first
    assert first["latest_ms"] // 1000 == int(due.timestamp()) + 5 * 3600
    assert first["statement"]["parameters"]["run_date"] == "2026-11-26"


def test_a_start_at_the_last_millisecond_of_a_week_is_in_that_week(loading: Loading) -> None:
    answers = [
        loading.send(
            {
                **CLAIM,
                "execution": {"id": loading.arn(name), "startTime": f"2026-11-29T{time}Z"},
                "input": {name: value for name, value in CLAIM["input"].items() if name != "scheduled_time"},
            }
        )
        for name, time in (("before", "14:59:59.999"), ("after", "15:00:00.000"))
    ]

    assert [answer["key"] for answer in answers] == ["weekly-sales/2026-W48", "weekly-sales/2026-W49"]


def test_a_parameter_that_the_schedule_sets_is_refused_and_nothing_is_claimed(loading: Loading) -> None:
    with pytest.raises(InvalidLoad, match=r"\['period'\]"):
        loading.claims("run", parameters={"period": "2026-W01"})

    assert loading.items == {}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"scheduled_time": "<aws.scheduler.scheduled-time>"}, "scheduled_time: .*should be a time in ISO"),
        ({"time_zone": "Asia/Tokio"}, "time_zone: .*is no time zone"),
        ({"wait_at_most": "5h"}, "wait_at_most: .*duration"),
        ({"engine": "mysql"}, "engine: .*athena, bigquery"),
        ({"key": "a/b"}, "key: "),
        ({"load": "売上"}, "load: "),
    ],
)
def test_a_wrong_input_is_named_and_nothing_is_claimed(
    loading: Loading, changed: dict[str, str], why: str
) -> None:
    with pytest.raises(InvalidLoad, match=why):
        loading.claims("run", **changed)

    assert loading.items == {}


def test_what_is_recorded_once_stays_so(loading: Loading, first: str) -> None:
    told = loading.complete(first)
    before = loading.items

    again = loading.complete(first)

    assert (told["reason"], again["reason"]) == ("the load has succeeded", "it is recorded already")
    assert loading.items == before


def test_a_load_is_recorded_under_its_name_also_by_who_lost_the_claim(loading: Loading, first: str) -> None:
    loading.ends(first)
    loading.claims("second")

    loading.complete(first)
    told = loading.complete(loading.arn("second"), load_as=first)

    assert told["reason"] == "it is recorded already"
    assert loading.item == {"holder": first, "load_as": first, "done": True}


def test_a_load_that_another_run_began_anew_is_not_recorded_by_the_first(
    loading: Loading, first: str
) -> None:
    loading.forget(first)
    loading.ends(first)
    loading.claims("second")
    before = loading.items

    with pytest.raises(ClaimLost, match=rf"{first} can not record {KEY}.*{loading.arn('second')}"):
        loading.complete(first)

    assert loading.items == before


def test_a_load_is_recorded_also_where_somebody_deleted_the_claim(loading: Loading, first: str) -> None:
    loading.lose()

    loading.complete(first)

    assert loading.item == {"holder": first, "load_as": first, "done": True}


def test_to_forget_what_is_not_there_done_or_another_runs_changes_nothing(
    loading: Loading, first: str
) -> None:
    loading.forget(loading.arn("other"))
    loading.complete(first)
    told = loading.forget(first)

    assert told["reason"] == "the load goes on under another name by now"
    assert loading.item == {"holder": first, "load_as": first, "done": True}
    loading.lose()
    loading.forget(first)
    assert loading.items == {}
