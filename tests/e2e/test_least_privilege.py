"""Each function may do what it does and not one thing more: with any action taken away, it is refused.

IAM is not enforced for the roles of state machines, rules and schedules; the contract tests cover those.
"""

import pytest

from local.deployed import FunctionFailed, Operator
from tests.e2e.support.policies import granted, role_of, without
from tests.e2e.support.scenarios import SCENARIOS

GRANTED = granted()
DISPENSABLE = {
    # A heartbeat that can not be sent is missed by its monitor.
    ("ExecutionWatchdog", "secretsmanager:GetSecretValue"),
    # Where the state that failed can't be known, a restart takes the place of a redrive.
    ("ErrorSpooler", "states:GetExecutionHistory"),
    ("SpoolReconciler", "states:GetExecutionHistory"),
    # So it does where a state machine is none that Stepkeeper may look at, and starting it says so.
    ("Reprocessor", "states:ListExecutions"),
    ("Reprocessor", "states:DescribeStateMachine"),
    ("Reprocessor", "states:DescribeStateMachineForExecution"),
}
"""What a function asks for, and does without where it is refused."""

ACTIONS = [
    pytest.param(handler, action, id=f"{handler}-{action}")
    for handler, actions in GRANTED.items()
    for action in actions
    if (handler, action) not in DISPENSABLE
]


def test_every_function_that_has_a_policy_of_its_own_is_tried() -> None:
    assert sorted(SCENARIOS) == sorted(GRANTED)


@pytest.mark.parametrize("handler", GRANTED)
def test_a_function_is_allowed_all_that_it_does(operator: Operator, handler: str) -> None:
    answer = SCENARIOS[handler](operator)

    assert answer


@pytest.mark.parametrize(("handler", "action"), ACTIONS)
def test_a_function_is_refused_without_any_one_of_its_actions(
    operator: Operator, handler: str, action: str
) -> None:
    with without(operator, handler, action), pytest.raises(FunctionFailed) as refused:
        SCENARIOS[handler](operator)

    assert f"is not authorized to perform: {action}" in refused.value.message


@pytest.mark.parametrize(("handler", "action"), sorted(DISPENSABLE))
def test_a_function_that_is_refused_what_it_can_do_without_has_asked_for_it(
    operator: Operator, handler: str, action: str
) -> None:
    role, before = role_of(operator, handler), len(operator.aws.calls())

    with without(operator, handler, action):
        answer = SCENARIOS[handler](operator)

    refused = [
        call for call in operator.aws.calls()[before:] if call.principal == role and call.status >= 400
    ]
    assert answer
    assert {call.action for call in refused} == {action.partition(":")[2]}
