"""Each state machine may do what its Tasks do, and nothing else: the embedded AWS lets them do anything."""

import json

import pytest

from tests.contract.machines import PLACEHOLDER, Machine, machines, states
from tests.contract.stack import properties

Grant = tuple[str, str]

ACTIONS = {"arn:aws:states:::lambda:invoke": "lambda:InvokeFunction"}
"""What each integration that is in use asks of the role (Step Functions Developer Guide)."""


def needed(it: Machine) -> set[Grant]:
    """Action and resource of every Task, the resource as the template writes it."""
    grants = set()
    for _, task in states(json.loads(it.text), "Task"):
        placeholder = PLACEHOLDER.fullmatch(task["Arguments"]["FunctionName"])
        grants.add((ACTIONS[task["Resource"]], json.dumps(it.substitutions[placeholder[1]])))
    return grants


def granted(it: Machine) -> list[Grant]:
    """Action and resource of every statement of the role, each as often as it is written."""
    grants = []
    for policy in it.properties.get("Policies", []):
        for statement in policy["Statement"]:
            assert statement["Effect"] == "Allow"
            resources = statement["Resource"]
            for resource in resources if isinstance(resources, list) else [resources]:
                grants += [(action, json.dumps(resource)) for action in statement["Action"]]
    return grants


@pytest.mark.parametrize("it", machines(), ids=lambda it: it.logical_id)
def test_a_state_machine_may_do_what_its_tasks_do_and_nothing_else(it: Machine) -> None:
    assert sorted(granted(it)) == sorted(needed(it))


@pytest.mark.parametrize("it", machines(), ids=lambda it: it.logical_id)
def test_nothing_else_adds_to_the_role(it: Machine) -> None:
    # A role of its own, logging, tracing and events each come with rights that are not in Policies.
    assert it.properties.keys() <= {"DefinitionUri", "DefinitionSubstitutions", "Name", "Policies"}


def test_the_claimer_asks_after_the_runs_of_the_load_and_no_others() -> None:
    named = properties("AWS::Serverless::StateMachine")["LoadWhenReady"]["Name"]["Fn::Sub"]
    (policy,) = properties("AWS::Serverless::Function")["LoadClaimerFunction"]["Policies"]

    asked = [it["Resource"] for it in policy["Statement"] if "states:DescribeExecution" in it["Action"]]

    assert named == "${AWS::StackName}-load_when_ready"
    runs = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution"
    assert asked == [{"Fn::Sub": f"{runs}:{named}:*"}]


def test_no_other_state_machine_has_a_name_of_its_own() -> None:
    assert [it.logical_id for it in machines() if "Name" in it.properties] == ["LoadWhenReady"]
