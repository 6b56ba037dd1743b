"""Wherever a query on Athena breaks off: the same call again joins it, so that a load happens once."""

from collections.abc import Callable

import pytest

from stepkeeper.errors import EngineUnavailable
from stepkeeper.handlers.query_runner import handler
from tests.handlers.athena import Athena
from tests.handlers.queries import CHECK, START, changed, looking_at, put_sql
from tests.memory import Stack
from tests.wire import BREAKS, Crash

STARTING = ["s3:GetObject", "athena:StartQueryExecution"]
LOOKING = ["athena:GetQueryExecution", "athena:GetQueryResults"]
BROKEN_ITSELF = {"Error": {"Code": "InternalServerException", "Message": "We broke it."}}
BROKEN = (Crash, EngineUnavailable)


@pytest.fixture(autouse=True)
def athena(stack: Stack, configure: Callable[..., None]) -> Athena:
    """Athena, and the SQL in its bucket."""
    configure("QueryRunnerFunction", AthenaWorkgroup="loads")
    put_sql(
        stack, sales_arrived="SELECT COUNT(*) FROM landing.sales WHERE sold_on >= CAST(@period_start AS DATE)"
    )
    return Athena()


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", range(len(STARTING)))
def test_an_interrupted_start_that_is_repeated_leaves_one_query(call, how, athena, stack, context):
    with stack.aws.wire.breaking(call, how), pytest.raises(BROKEN):
        handler(START, context)
    interrupted = len(athena.queries)

    started = handler(START, context)

    assert interrupted == (call == 1 and how != "crash before")
    assert [f"id-of-{token}" for token in athena.queries] == [started["query"]["id"]]


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", range(len(STARTING + LOOKING)))
def test_an_interrupted_check_that_is_repeated_joins_its_query(call, how, athena, stack, context):
    with stack.aws.wire.breaking(call, how), pytest.raises(BROKEN):
        handler(CHECK, context)
    context.aws_request_id = "00000000-0000-4000-8000-000000000002"

    answer = handler(CHECK, context)

    assert answer["return_value"] == 42
    assert len(athena.queries) == 1


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", range(len(LOOKING)))
def test_an_interrupted_look_that_is_repeated_starts_nothing(call, how, athena, stack, context):
    started = handler(START, context)
    with stack.aws.wire.breaking(call, how), pytest.raises(BROKEN):
        handler(looking_at(started), context)

    answer = handler(looking_at(started), context)

    assert answer["state"] == "succeeded"
    assert len(athena.queries) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_an_s3_that_fails_has_the_name_that_is_tried_again(refusals, athena, context, status):
    refusals.answer("GetObject", BROKEN_ITSELF, status)
    with pytest.raises(EngineUnavailable, match=r"can not be read now: .*We broke it"):
        handler(START, context)
    refusals.clear()

    handler(START, context)

    assert len(athena.queries) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_an_athena_that_fails_has_the_name_that_is_tried_again(athena, context, status):
    athena.refusals = [(status, BROKEN_ITSELF)]
    with pytest.raises(EngineUnavailable, match=r"Athena, .*We broke it"):
        handler(START, context)

    handler(START, context)

    assert len(athena.queries) == 1


@pytest.mark.parametrize("call", range(len(STARTING)))
def test_a_lost_answer_while_starting_has_the_name_that_is_tried_again(call, stack, context):
    with stack.aws.wire.breaking(call, "answer lost"), pytest.raises(EngineUnavailable):
        handler(START, context)


def test_a_lost_answer_of_athena_has_the_name_that_is_tried_again(stack, context):
    with stack.aws.wire.breaking(1, "answer lost"), pytest.raises(EngineUnavailable, match="no answer"):
        handler(START, context)


def test_the_interrupted_calls_are_all_calls(stack, context):
    wire = stack.aws.wire

    handler(CHECK, context)
    started = handler(changed(START), context)
    handler(looking_at(started), context)

    assert wire.calls == STARTING + LOOKING + STARTING + LOOKING
