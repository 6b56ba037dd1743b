"""The event that a run has ended frees its claim, in whatever order and how often it comes."""

import json

import pytest
from botocore.exceptions import ClientError

from stepkeeper.errors import UnroutableEvent
from tests.handlers.loading import ENDED, INPUT, KEY, Loading


@pytest.fixture
def first(loading: Loading) -> str:
    """A run that has the claim and has ended."""
    loading.claims("first")
    loading.ends(loading.arn("first"))
    return loading.arn("first")


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED"])
def test_the_claim_of_a_run_that_ended_is_freed_and_its_name_is_kept(
    loading: Loading, first: str, status: str
) -> None:
    told = loading.tell_end(first, status)

    assert told == {"released": True, "key": KEY, "reason": "the execution has ended"}
    assert loading.item == {"holder": None, "load_as": first, "done": False}


@pytest.mark.parametrize("status", ["RUNNING", "PENDING_REDRIVE"])
def test_a_run_that_has_not_ended_keeps_its_claim(loading: Loading, first: str, status: str) -> None:
    told = loading.tell_end(first, status)

    assert told["released"] is False
    assert loading.item["holder"] == first


@pytest.mark.parametrize("missing", [{"input": None, "inputDetails": {"included": False}}, {"input": None}])
def test_an_input_that_is_too_long_for_an_event_is_asked_for(
    loading: Loading, first: str, missing: dict[str, object]
) -> None:
    told = loading.tell_end(first, **missing)

    assert told["released"] is True
    assert loading.stack.aws.wire.calls[-3:-2] == ["stepfunctions:DescribeExecution"]


def test_a_run_whose_input_nobody_knows_any_more_is_a_failure_that_is_seen(loading: Loading) -> None:
    with pytest.raises(ClientError, match="ExecutionDoesNotExist"):
        loading.tell_end(loading.arn("gone"), input=None)


def test_the_second_event_of_a_run_changes_nothing(loading: Loading, first: str) -> None:
    loading.tell_end(first)
    before = loading.items

    told = loading.tell_end(first)

    assert told == {"released": False, "key": KEY, "reason": "it holds no claim"}
    assert loading.items == before


def test_an_event_that_comes_after_the_next_run_took_the_load_leaves_it_its_claim(
    loading: Loading, first: str
) -> None:
    loading.claims("second")

    told = loading.tell_end(first)

    assert told["released"] is False
    assert loading.item["holder"] == loading.arn("second")


def test_a_run_that_was_refused_frees_nothing_when_it_ends(loading: Loading) -> None:
    loading.claims("first")
    loading.claims("second")

    loading.tell_end(loading.arn("second"), "SUCCEEDED")

    assert loading.item["holder"] == loading.arn("first")


def test_a_load_that_is_done_stays_done_when_its_run_ends(loading: Loading, first: str) -> None:
    loading.complete(first)

    told = loading.tell_end(first, "SUCCEEDED")

    assert told["released"] is False
    assert loading.item == {"holder": first, "load_as": first, "done": True}


def test_an_event_that_comes_before_the_claim_was_written_does_no_harm(loading: Loading) -> None:
    """The run was aborted while it was claiming: nobody frees the claim, and the next run takes it over."""
    run = loading.starts("first")
    loading.ends(run)
    loading.tell_end(run)
    loading.claim(run)

    assert loading.claims("second")["load_as"] == run


def test_without_a_schedules_time_it_is_the_start_that_says_which_claim(loading: Loading) -> None:
    loading.claims("first", scheduled_time=None)

    told = loading.tell_end(
        loading.arn("first"),
        input=json.dumps({name: value for name, value in INPUT.items() if name != "scheduled_time"}),
    )

    assert told["released"] is True


def test_a_run_that_started_in_another_week_holds_another_claim(loading: Loading, first: str) -> None:
    input = json.dumps({name: value for name, value in INPUT.items() if name != "scheduled_time"})
    week_later = 1_795_653_002_123 + 7 * 86_400_000

    told = loading.tell_end(first, input=input, startDate=week_later)

    assert (told["released"], told["key"]) == (False, "weekly-sales/2026-W49")
    assert loading.item["holder"] == first


NO_LOADS = {
    "an empty object": "{}",
    "nothing": "",
    "null": "null",
    "a list": "[]",
    "no JSON": "no JSON",
    "half a character": '"\\ud800"',
    "another machine's": '{"key": "12345"}',
    "deep": "[" * 10_000,
    "huge": "夜" * 80_000,
    "an unknown zone": json.dumps({**INPUT, "time_zone": "Asia/Tokio"}),
    "an unfilled time": json.dumps({**INPUT, "scheduled_time": "<aws.scheduler.scheduled-time>"}),
    "the end of the calendar": json.dumps({**INPUT, "scheduled_time": "9999-12-31T23:59:59Z"}),
    "a parameter of the schedule's": json.dumps({**INPUT, "parameters": {"period": "x"}}),
}


@pytest.mark.parametrize("input", NO_LOADS.values(), ids=NO_LOADS)
def test_a_run_whose_input_is_no_loads_never_held_a_claim(loading: Loading, first: str, input: str) -> None:
    told = loading.tell_end(first, "FAILED", input=input)

    assert told == {"released": False, "reason": "its input is no load's, so it never held a claim"}
    assert loading.item["holder"] == first


def test_a_run_of_another_machine_with_the_same_input_frees_nothing(loading: Loading, first: str) -> None:
    loading.tell_end(first.replace("stepkeeper-load_when_ready", "other"))

    assert loading.item["holder"] == first


@pytest.mark.parametrize("detail", [{"startDate": "1795653002123"}, {"status": "STRANGE"}, {"input": {}}])
def test_an_event_that_step_functions_never_sends_is_refused(
    loading: Loading, first: str, detail: dict[str, object]
) -> None:
    with pytest.raises(UnroutableEvent, match=next(iter(detail))):
        loading.send({**ENDED, "detail": {**ENDED["detail"], "executionArn": first, **detail}})

    assert loading.item["holder"] == first


def test_an_event_of_what_is_no_execution_is_refused(loading: Loading) -> None:
    with pytest.raises(UnroutableEvent, match="executionArn"):
        loading.tell_end(loading.machine)
