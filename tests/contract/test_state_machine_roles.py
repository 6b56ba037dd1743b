"""Each state machine may do what its Tasks do, and nothing else: the embedded AWS lets them do anything."""

import json
from typing import Any

import pytest

from tests.contract.machines import PLACEHOLDER, Machine, machines, states
from tests.contract.stack import properties, resources

Grant = tuple[str, str]

ACTIONS = {
    "arn:aws:states:::lambda:invoke": "lambda:InvokeFunction",
    "arn:aws:states:::states:startExecution": "states:StartExecution",
}
"""What each integration that is in use asks of the role (Step Functions Developer Guide)."""

STATES = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}"


def needed(it: Machine) -> set[Grant]:
    """Action and resource of every Task, the resource as the template writes it."""
    return {
        (ACTIONS[task["Resource"]], json.dumps(resource_of(it, task["Arguments"])))
        for _, task in states(json.loads(it.text), "Task")
    }


def resource_of(it: Machine, arguments: dict[str, Any]) -> Any:
    """The function that a Task invokes, or the state machine that it starts, which is its own."""
    if "FunctionName" in arguments:
        return it.substitutions[PLACEHOLDER.fullmatch(arguments["FunctionName"])[1]]
    assert arguments["StateMachineArn"] == "{% $states.context.StateMachine.Id %}"
    return {"Fn::Sub": f"{STATES}:stateMachine:{it.properties['Name']['Fn::Sub']}"}


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
    assert asked == [{"Fn::Sub": f"{STATES}:execution:{named}:*"}]


def test_the_bucket_checker_asks_after_the_runs_of_the_export_and_no_others() -> None:
    named = properties("AWS::Serverless::StateMachine")["ExportLogs"]["Name"]["Fn::Sub"]
    (policy,) = properties("AWS::Serverless::Function")["BucketCheckerFunction"]["Policies"]

    asked = [it["Resource"] for it in policy["Statement"] if "states:DescribeExecution" in it["Action"]]

    assert named == "${AWS::StackName}-export_logs"
    assert asked == [{"Fn::Sub": f"{STATES}:execution:{named}:*"}]


@pytest.mark.parametrize("function", ["ErrorSpoolerFunction", "SpoolReconcilerFunction"])
def test_stepkeepers_own_runs_are_never_spooled_and_those_of_the_sample_always(function: str) -> None:
    own = [it.logical_id for it in machines() if "Condition" not in resources()[it.logical_id]]
    variables = properties("AWS::Serverless::Function")[function]["Environment"]["Variables"]

    never = variables["NEVER_SPOOLED"]["Fn::Sub"].split(",")
    with_samples = variables["SPOOL_MACHINES"]["Fn::If"][1]

    assert sorted(never) == sorted(f"${{{name}.Name}}" for name in own)
    sample = properties("AWS::Serverless::StateMachine")["GuardedPipeline"]["Name"]["Fn::Sub"]
    assert with_samples == {"Fn::Sub": f"{sample},${{SpoolMachines}}"}


def test_only_what_is_named_elsewhere_has_a_name_of_its_own() -> None:
    named = {it.logical_id for it in machines() if "Name" in it.properties}

    assert named == {"DrainSpool", "ExportLogs", "LoadWhenReady", "GuardedPipeline"}
