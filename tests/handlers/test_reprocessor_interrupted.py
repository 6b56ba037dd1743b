"""Wherever the reprocessor breaks off: nothing is lost, and nothing is run twice (promises 1 and 2)."""

from contextlib import suppress
from datetime import timedelta

import pytest
from botocore.exceptions import ConnectionClosedError

from stepkeeper.errors import ReprocessingFailed, StepkeeperError
from tests.handlers.interruptions import NOT_JSON, SCENARIOS, check, points, restart, waiting
from tests.wire import BREAKS, Crash

ENDINGS = ("goes on", "fails again", "goes on")
"""How runs that were begun go. A call whose answer was lost has had the same effect as before a crash."""

LATER = timedelta(hours=1)
"""All messages can be received again, and no redrive is remembered by its token."""

RESTART = [
    "sqs:ReceiveMessage",
    "dynamodb:GetItem",
    "stepfunctions:ListExecutions",
    "dynamodb:BatchGetItem",
    "dynamodb:TransactWriteItems",
    "stepfunctions:StartExecution",
    "sqs:DeleteMessageBatch",
    "sqs:GetQueueAttributes",
]


def test_a_run_is_looked_up_then_claimed_then_started_and_then_its_message_goes(failing):
    failing.put_failed()

    failing.ask(max=1)

    calls = failing.simulation.wire.calls
    assert [call for call in calls if call != "dynamodb:UpdateItem"] == RESTART


@pytest.mark.parametrize(("how", "ending"), list(zip(BREAKS, ENDINGS, strict=True)))
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_an_interruption_loses_nothing_and_doubles_nothing(scenario, how, ending, failing):
    event = scenario(failing)
    failing.ask(**event)
    calls = list(failing.simulation.wire.calls)

    for number in points(calls):
        where = f"{how} call {number} ({calls[number]})"
        failing.begin_again()
        event = scenario(failing)
        failures = set(waiting(failing))
        with (
            failing.simulation.wire.breaking(number, how),
            suppress(Crash, ConnectionClosedError, StepkeeperError),
        ):
            failing.ask(**event)
        check(failing, failures, where)

        if ending == "fails again":
            for run in failing.reruns:
                failing.end(run.execution.arn, state_type="Fail")
        failing.world.clock.move(LATER)
        failing.ask(**event)
        answer = failing.ask()

        check(failing, failures, where)
        assert (answer["left"], answer["stopped_because"]) == (0, "the spool is empty"), where
        assert scenario is not restart or NOT_JSON in failing.world.quarantine.bodies, where


def test_a_run_whose_answer_was_lost_is_told_and_the_rest_of_the_chunk_is_settled(failing):
    failing.put_many(3)
    first_start = RESTART.index("stepfunctions:StartExecution")

    with (
        failing.simulation.wire.breaking(first_start, "answer lost"),
        pytest.raises(ReprocessingFailed, match=r"1 runs could not be started.* 2 were started"),
    ):
        failing.ask(max=3)

    assert len(failing.reruns) == 3
    assert len(failing.world.spool.messages) == failing.visible == 1
