"""What each kind of state does."""

from datetime import timedelta

import pytest

from tests.walking.definitions import DONE, calling, machine_of, output, passing, walked


@pytest.mark.parametrize(
    "definition",
    [
        machine_of(("Map", {"Type": "Map", "End": True})),
        machine_of(("Pass", {"Type": "Pass", "Result": 1, "End": True})),
        machine_of(("Task", calling(HeartbeatSeconds=3))),
        machine_of(("Task", calling(Resource="arn:aws:states:::sqs:sendMessage"))),
        machine_of(("Task", calling(Retry=[{"ErrorEquals": ["States.ALL"], "Unknown": 1}]))),
        machine_of(("Done", DONE), QueryLanguage="JSONPath"),
    ],
)
def test_a_machine_that_the_walker_does_not_know_is_refused(definition, walker):
    with pytest.raises(NotImplementedError):
        walker.add_definition(definition)


def test_the_first_choice_that_holds_is_taken(walker):
    choice = {
        "Type": "Choice",
        "Choices": [
            {"Condition": "{% $states.input.n > 5 %}", "Next": "Large"},
            {"Condition": "{% $states.input.n > 1 %}", "Assign": {"it": 1}, "Output": "some", "Next": "End"},
        ],
        "Default": "Large",
    }
    definition = machine_of(("Choice", choice), ("Large", {"Type": "Fail"}), ("End", DONE))

    few, many, none = (
        walker.start(walker.add_definition(definition, str(n)), "r", {"n": n}) for n in (3, 9, 0)
    )
    walker.walk_all()

    assert output(few) == "some"
    assert few.variables == {"it": 1}
    assert [many.execution.status, none.execution.status] == ["FAILED", "FAILED"]


def test_where_no_choice_holds_the_run_fails(walker):
    choice = {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "End"}]}

    walk = walked(walker, machine_of(("Choice", choice), ("End", DONE)))

    assert walk.execution.error == "States.NoChoiceMatched"


def test_a_condition_is_true_or_false(walker):
    choice = {"Type": "Choice", "Choices": [{"Condition": "{% 1 %}", "Next": "End"}], "Default": "End"}

    walk = walked(walker, machine_of(("Choice", choice), ("End", DONE)))

    assert walk.execution.error == "States.QueryEvaluationError"


def test_a_wait_moves_the_clock(walker, simulation):
    began = simulation.world.clock.now()
    wait = {"Type": "Wait", "Seconds": "{% $states.input.s * 60 %}", "Next": "End"}

    walked(walker, machine_of(("Wait", wait), ("End", DONE)), {"s": 30})

    assert simulation.world.clock.now() - began == timedelta(minutes=30)


@pytest.mark.parametrize("seconds", [1.5, -1, "1"])
def test_seconds_are_a_whole_number(seconds, walker):
    wait = {"Type": "Wait", "Seconds": "{% $states.input %}", "End": True}

    walk = walked(walker, machine_of(("Wait", wait)), seconds)

    assert walk.execution.error == "States.QueryEvaluationError"


def test_a_fail_state_says_why(walker):
    fail = {"Type": "Fail", "Error": "Broken", "Cause": "{% 'it was ' & $states.input %}"}

    walk = walked(walker, machine_of(("Fail", fail)), "late")

    assert (walk.execution.status, walk.execution.error, walk.execution.cause) == (
        "FAILED",
        "Broken",
        "it was late",
    )


def test_an_output_that_is_too_large_ends_the_run(walker):
    large = passing(Output="{% $join($map([1..1100], function($n) { $pad('', 250, 'x') })) %}")

    assert walked(walker, large).execution.error == "States.DataLimitExceeded"
