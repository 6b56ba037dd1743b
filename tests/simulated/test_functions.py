"""Functions that are invoked without waiting for them."""

import json

import pytest

NOTIFIER = "stepkeeper-NotifierFunction"


@pytest.fixture
def functions(simulation):
    return simulation.client("lambda")


@pytest.mark.parametrize(
    "name", [NOTIFIER, f"arn:aws:lambda:ap-northeast-1:123456789012:function:{NOTIFIER}"]
)
def test_an_invocation_waits_to_be_delivered(name, simulation, functions):
    payload = {"text": "夜", "channel": "ops"}

    answer = functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(payload))

    (invoked,) = simulation.world.functions.invoked
    assert invoked == (NOTIFIER, payload)
    assert invoked.handler == "notifier"
    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")


def test_a_handler_of_two_words_is_found(simulation, functions):
    name = simulation.template.refs["RuleTogglerFunction"]

    functions.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")

    assert [each.handler for each in simulation.world.functions.invoked] == ["rule_toggler"]


@pytest.mark.parametrize(
    ("name", "payload", "error"),
    [
        ("nobody", b"{}", "ResourceNotFoundException"),
        (NOTIFIER, b"{", "InvalidRequestContentException"),
        (NOTIFIER, b'"' + b"x" * 1_048_575 + b'"', "RequestTooLargeException"),
    ],
)
def test_an_invocation_that_lambda_does_not_take(name, payload, error, simulation, functions):
    with pytest.raises(getattr(functions.exceptions, error)):
        functions.invoke(FunctionName=name, InvocationType="Event", Payload=payload)

    assert simulation.world.functions.invoked == []


def test_throttling_comes_when_a_test_asks_for_it(simulation, functions):
    simulation.world.faults.refuse("Invoke", "TooManyRequestsException", status=429, times=1)

    with pytest.raises(functions.exceptions.TooManyRequestsException):
        functions.invoke(FunctionName=NOTIFIER, InvocationType="Event", Payload=b"{}")


def test_nobody_waits_for_an_answer(functions):
    with pytest.raises(NotImplementedError, match="InvocationType=Event"):
        functions.invoke(FunctionName=NOTIFIER, Payload=b"{}")
