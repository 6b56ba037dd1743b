"""The input of a run that an event tells of is kept as it was, or the event comes again."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.handlers.spooling import Spooling
from tests.unit.arbitrary_json import nested

SHOWN_BYTES = 248 * 1024
"""What input and output may come to together in an event, escaped (EventBridge integration)."""


def test_an_input_that_the_event_leaves_out_is_asked_for(spooling: Spooling) -> None:
    input = json.dumps("夜" * (SHOWN_BYTES // 3), ensure_ascii=False)
    execution = spooling.fails(input=input)

    spooling.tell(execution)

    assert spooling.spooled[0].input == json.loads(input)
    assert "stepfunctions:DescribeExecution" in spooling.simulation.wire.calls


@pytest.mark.parametrize(
    "input",
    [
        "null",
        '""',
        "0",
        "[]",
        '"\\ud800"',
        '{"": ""}',
        '"値😀"',
        "[1.0,1e2]",
        "\x20\n[1]\t",
        json.dumps(nested(400)),
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_the_input_is_kept_whatever_it_is(spooling: Spooling, input: str) -> None:
    spooling.tell(spooling.fails(input=input))

    assert json.dumps(spooling.spooled[0].input) == json.dumps(json.loads(input))


@pytest.mark.parametrize("input", ["[" * 5_000 + "]" * 5_000, '{"amount": 1e400}'], ids=["deep", "infinite"])
def test_an_input_that_can_not_be_kept_is_an_error_and_nothing_is_called_spooled(
    spooling: Spooling, input: str
) -> None:
    execution = spooling.fails()

    with pytest.raises((RecursionError, ValueError)):
        spooling.tell(execution, input=input)

    assert spooling.world.table.items == []


def test_an_input_that_can_not_be_asked_for_is_an_error_so_that_the_event_comes_again(
    spooling: Spooling,
) -> None:
    execution = spooling.fails()
    spooling.world.faults.refuse("DescribeExecution", times=1)

    with pytest.raises(ClientError, match="ThrottlingException"):
        spooling.tell(execution, input=None)
    spooling.tell(execution, input=None)

    assert len(spooling.spooled) == 1
