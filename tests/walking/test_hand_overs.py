"""Executions that start executions."""

from tests.walking.definitions import DONE, calling, machine_of

AGAIN = {
    "Type": "Task",
    "Resource": "arn:aws:states:::states:startExecution",
    "Arguments": {
        "StateMachineArn": "{% $states.context.StateMachine.Id %}",
        "Name": "{% 'r' & $string($states.input.n + 1) %}",
        "Input": {"n": "{% $states.input.n + 1 %}"},
    },
    "Catch": [
        {"ErrorEquals": ["States.ALL"], "Assign": {"error": "{% $states.errorOutput.Error %}"}, "Next": "End"}
    ],
    "Next": "End",
}
HAND_OVER = machine_of(
    (
        "Enough?",
        {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.n >= 3 %}", "Next": "End"}],
            "Default": "Again",
        },
    ),
    ("Again", AGAIN),
    ("End", DONE),
)


def names(walker):
    return [walk.execution.name for walk in walker.walks.values()]


def test_an_execution_hands_over_to_the_next(walker, simulation):
    machine = walker.add_definition(HAND_OVER)
    walker.start(machine, "r1", {"n": 1})

    walker.walk_all()

    assert names(walker) == ["r1", "r2", "r3"]
    assert {walk.execution.status for walk in walker.walks.values()} == {"SUCCEEDED"}
    assert simulation.world.step_functions.executions(machine)[-1].input == '{"n": 3}'


def test_an_execution_of_this_name_is_there_already(walker):
    machine = walker.add_definition(HAND_OVER)
    walker.start(machine, "r2", {"n": 9})
    walker.walk_all()

    walk = walker.start(machine, "r1", {"n": 1})
    walker.walk_all()

    assert walk.variables == {"error": "StepFunctions.ExecutionAlreadyExistsException"}


def test_what_a_handler_starts_is_walked_too(walker, simulation):
    machine = walker.add_definition(machine_of(("End", DONE)), "other")
    client = simulation.client("stepfunctions")
    walker.stand_ins["notifier"] = lambda _: client.start_execution(stateMachineArn=machine, name="x")[
        "executionArn"
    ]
    walker.start(walker.add_definition(machine_of(("Task", calling()))), "r1")

    walker.walk_all()

    assert names(walker) == ["r1", "x"]
    assert not walker.under_way()
