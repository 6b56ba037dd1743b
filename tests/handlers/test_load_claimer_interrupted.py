"""Wherever the load claimer breaks off, and whoever comes between: the promises about a claim hold.

At most one run is at a load, its name changes only after the engine gave it up, and what is done stays done.
"""

from collections.abc import Callable

import pytest

from stepkeeper.aws.clients import client
from stepkeeper.errors import AwsUnavailable, ClaimContended, ClaimLost
from stepkeeper.handlers.load_claimer import RACES
from tests.handlers.loading import Loading
from tests.wire import BREAKS, Break, Crash

READ, WRITE, ASK = "dynamodb:GetItem", "dynamodb:PutItem", "stepfunctions:DescribeExecution"
CHANGE = [READ, WRITE]
TAKE_OVER = [READ, ASK, WRITE]


def broken(call: int, how: Break, loading: Loading, act: Callable[[], object]) -> None:
    with (
        loading.stack.aws.wire.breaking(call, how),
        pytest.raises((Crash, AwsUnavailable)),
    ):
        act()


def every(calls: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", range(len(calls)), ids=lambda call: f"{call}-{calls[call]}")


@pytest.fixture
def first(loading: Loading) -> str:
    """A run that has the claim and runs on."""
    loading.claims("first")
    return loading.arn("first")


@pytest.fixture
def calls(loading: Loading) -> Callable[[Callable[[], object]], list[str]]:
    def made_by(act: Callable[[], object]) -> list[str]:
        loading.stack.aws.wire.calls.clear()
        act()
        return list(loading.stack.aws.wire.calls)

    return made_by


def test_the_interrupted_calls_are_all_calls(
    loading: Loading, calls: Callable[[Callable[[], object]], list[str]]
) -> None:
    first, second = loading.starts("first"), loading.starts("second")

    assert calls(lambda: loading.claim(first)) == CHANGE
    assert calls(lambda: loading.claim(second)) == [READ, ASK]
    assert calls(lambda: loading.forget(first)) == CHANGE
    loading.ends(first)
    assert calls(lambda: loading.claim(second)) == TAKE_OVER
    assert calls(lambda: loading.tell_end(second)) == CHANGE
    assert calls(lambda: loading.tell_end(second, input=None)) == [ASK, READ]
    assert calls(lambda: loading.complete(second)) == CHANGE


@pytest.mark.parametrize("how", BREAKS)
@every(CHANGE)
def test_a_first_claim_that_broke_off_is_had_by_its_run_when_it_tries_again(
    loading: Loading, call: int, how: Break
) -> None:
    run = loading.starts("first")
    broken(call, how, loading, lambda: loading.claim(run))

    again = loading.claim(run)

    assert (again["claimed"], again["load_as"]) == (True, run)
    assert loading.claims("second")["claimed"] is False
    assert loading.item == {"holder": run, "load_as": run, "done": False}


@pytest.mark.parametrize("how", BREAKS)
@every(CHANGE)
def test_a_first_claim_that_broke_off_for_good_blocks_nobody_and_leaves_at_most_its_name(
    loading: Loading, call: int, how: Break
) -> None:
    run = loading.starts("first")
    broken(call, how, loading, lambda: loading.claim(run))
    left = loading.items
    loading.ends(run, "FAILED")

    answer = loading.claims("second")

    assert answer["claimed"] is True
    assert answer["load_as"] == (run if left else loading.arn("second"))


@pytest.mark.parametrize("how", BREAKS)
@every(TAKE_OVER)
def test_a_takeover_that_broke_off_is_had_under_the_same_name_by_one_run(
    loading: Loading, first: str, call: int, how: Break
) -> None:
    loading.ends(first)
    second = loading.starts("second")
    broken(call, how, loading, lambda: loading.claim(second))

    other = loading.claims("third")
    again = loading.claim(second)

    assert sorted([other["claimed"], again["claimed"]]) == [False, True]
    assert {answer.get("load_as", first) for answer in (other, again)} == {first}
    assert loading.item["load_as"] == first


@pytest.mark.parametrize("how", BREAKS)
@every(CHANGE)
def test_a_load_whose_record_broke_off_is_recorded_by_the_next_try(
    loading: Loading, first: str, call: int, how: Break
) -> None:
    broken(call, how, loading, lambda: loading.complete(first))

    loading.complete(first)

    loading.ends(first, "SUCCEEDED")
    assert loading.claims("second")["claimed"] is False
    assert loading.item == {"holder": first, "load_as": first, "done": True}


@pytest.mark.parametrize("how", BREAKS)
@every(CHANGE)
def test_a_load_whose_record_broke_off_for_good_is_done_or_joined_under_its_name(
    loading: Loading, first: str, call: int, how: Break
) -> None:
    broken(call, how, loading, lambda: loading.complete(first))
    done = loading.item["done"]
    loading.ends(first, "FAILED")
    loading.tell_end(first, "FAILED")

    answer = loading.claims("second")

    assert (answer["claimed"], answer.get("load_as")) == ((False, None) if done else (True, first))


@pytest.mark.parametrize("how", BREAKS)
@every(CHANGE)
def test_a_name_whose_forgetting_broke_off_is_forgotten_by_the_next_try(
    loading: Loading, first: str, call: int, how: Break
) -> None:
    broken(call, how, loading, lambda: loading.forget(first))

    loading.forget(first)

    loading.ends(first, "FAILED")
    assert loading.claims("second")["load_as"] == loading.arn("second")


@pytest.mark.parametrize("how", BREAKS)
@every(CHANGE)
def test_a_forgetting_that_is_tried_again_after_the_next_run_began_takes_nothing_from_it(
    loading: Loading, first: str, call: int, how: Break
) -> None:
    loading.forget(first)
    loading.ends(first, "FAILED")
    second = loading.starts("second")
    broken(call, how, loading, lambda: loading.claim(second))
    loading.claim(second)

    loading.forget(first)

    assert loading.item == {"holder": second, "load_as": second, "done": False}


@pytest.mark.parametrize("event", ["with its input", "without its input"])
@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", range(2))
def test_a_release_that_broke_off_frees_the_claim_when_the_event_comes_again(
    loading: Loading, first: str, call: int, how: Break, event: str
) -> None:
    loading.ends(first)
    detail = {} if event == "with its input" else {"input": None}
    broken(call, how, loading, lambda: loading.tell_end(first, **detail))

    loading.tell_end(first, **detail)

    assert loading.item == {"holder": None, "load_as": first, "done": False}


@every(CHANGE)
def test_of_two_first_claims_at_once_one_is_had(loading: Loading, call: int) -> None:
    first, second = loading.starts("first"), loading.starts("second")
    answers = []

    with loading.stack.aws.wire.meanwhile(call, lambda: answers.append(loading.claim(second))):
        answers.append(loading.claim(first))

    assert [answer["claimed"] for answer in answers] == [True, False]
    assert loading.item == {"holder": second, "load_as": second, "done": False}


@every(TAKE_OVER)
def test_of_two_takeovers_at_once_one_is_had_under_the_first_name(
    loading: Loading, first: str, call: int
) -> None:
    loading.ends(first)
    second, third = loading.starts("second"), loading.starts("third")
    answers = []

    with loading.stack.aws.wire.meanwhile(call, lambda: answers.append(loading.claim(third))):
        answers.append(loading.claim(second))

    assert [answer["claimed"] for answer in answers] == [True, False]
    assert loading.item == {"holder": third, "load_as": first, "done": False}


@every(CHANGE)
def test_a_claim_that_is_delivered_twice_at_once_is_had_once(loading: Loading, call: int) -> None:
    run = loading.starts("first")
    answers = []

    with loading.stack.aws.wire.meanwhile(call, lambda: answers.append(loading.claim(run))):
        answers.append(loading.claim(run))

    assert answers[0] == answers[1]
    assert loading.items["weekly-sales/2026-W48"]["version"] == "1"


@every(TAKE_OVER)
def test_a_load_that_is_recorded_while_another_run_takes_it_over_is_not_loaded_again(
    loading: Loading, first: str, call: int
) -> None:
    """The first run had ended for all that Step Functions said, and its last word was under way."""
    loading.ends(first)
    second = loading.starts("second")

    with loading.stack.aws.wire.meanwhile(call, lambda: loading.complete(first)):
        answer = loading.claim(second)

    assert answer["claimed"] is False
    assert loading.item == {"holder": first, "load_as": first, "done": True}


@every(TAKE_OVER)
def test_a_name_that_is_forgotten_while_another_run_takes_over_is_not_taken_over(
    loading: Loading, first: str, call: int
) -> None:
    loading.ends(first)
    second = loading.starts("second")

    with loading.stack.aws.wire.meanwhile(call, lambda: loading.forget(first)):
        answer = loading.claim(second)

    assert (answer["claimed"], answer["load_as"]) == (True, second)


@every(CHANGE)
def test_a_claim_that_is_taken_over_while_it_is_released_stays_taken(
    loading: Loading, first: str, call: int
) -> None:
    loading.ends(first)
    second = loading.starts("second")

    with loading.stack.aws.wire.meanwhile(call, lambda: loading.claim(second)):
        told = loading.tell_end(first)

    assert told["released"] is False
    assert loading.item == {"holder": second, "load_as": first, "done": False}


@every(CHANGE)
def test_a_claim_that_is_released_while_its_load_is_recorded_is_done(
    loading: Loading, first: str, call: int
) -> None:
    with loading.stack.aws.wire.meanwhile(call, lambda: loading.tell_end(first)):
        loading.complete(first)

    assert loading.item == {"holder": first, "load_as": first, "done": True}


@every(CHANGE)
def test_a_load_that_is_recorded_while_it_is_forgotten_or_released_is_done(
    loading: Loading, first: str, call: int
) -> None:
    with loading.stack.aws.wire.meanwhile(call, lambda: loading.complete(first)):
        loading.forget(first)
    with loading.stack.aws.wire.meanwhile(0, lambda: loading.complete(first)):
        loading.tell_end(first)

    assert loading.item == {"holder": first, "load_as": first, "done": True}


@every(CHANGE)
def test_a_load_that_begins_anew_while_it_is_recorded_is_lost_for_who_records_it(
    loading: Loading, first: str, call: int
) -> None:
    def begins_anew() -> None:
        loading.forget(first)
        loading.ends(first)
        loading.claims("second")

    with loading.stack.aws.wire.meanwhile(call, begins_anew), pytest.raises(ClaimLost):
        loading.complete(first)

    second = loading.arn("second")
    assert loading.item == {"holder": second, "load_as": second, "done": False}


@pytest.mark.parametrize(("times", "taken"), [(RACES - 1, True), (RACES, False)])
def test_a_claim_that_others_keep_changing_is_given_up_after_a_while_and_says_so(
    loading: Loading, times: int, taken: bool
) -> None:
    left = [times]
    run = loading.starts("run")

    def others(**_: object) -> None:
        if left[0]:
            left[0] -= 1
            other = loading.stack.aws.client("dynamodb")
            before = loading.items.get("weekly-sales/2026-W48", {"version": "0"})["version"]
            other.put_item(
                TableName=loading.stack.state_table,
                Item={
                    "pk": {"S": "load#weekly-sales/2026-W48"},
                    "sk": {"S": "claim"},
                    "done": {"BOOL": False},
                    "since": {"S": "2026-11-26T00:30:00+00:00"},
                    "version": {"N": str(int(before) + 1)},
                },
            )

    client("dynamodb").meta.events.register("after-call.dynamodb.GetItem", others)

    if taken:
        assert loading.claim(run)["claimed"] is True
    else:
        with pytest.raises(ClaimContended, match=f"weekly-sales/2026-W48 .* {RACES} times in a row"):
            loading.claim(run)
        assert loading.item["holder"] is None
