"""Two validators read every state machine: statelint follows every way through it, cfn-lint knows the fields.

CloudFormation's own check comes only with a deployment, and the embedded AWS takes anything. cfn-lint is
silent on a DefinitionUri, so it is given the definition inside the resource that SAM makes of it.
"""

import json
from collections.abc import Callable

import pytest
from cfnlint.api import lint
from statelint.linter import Linter

from tests.contract.machines import Definition, Machine, machine, machines

FALSE_ALARMS = {
    # A Wait in JSONata may work its seconds out as it runs; statelint knows only numbers there.
    "DrainSpool": [
        'State Machine.States.Wait for room.Seconds is "{% $min([60 * $idle, 600]) %}" '
        "but should be an Integer",
        'State Machine.States.Let the first runs go on.Seconds is "{% $pause %}" but should be an Integer',
    ],
    "ExportLogs": [
        'State Machine.States.Wait for the export.Seconds is "{% $pause %}" but should be an Integer'
    ],
    "LoadWhenReady": [
        "State Machine.States.Wait for the data.Seconds is "
        '"{% $max([1, $min([600, $ceil(($plan.latest_ms - $millis()) / 1000)])]) %}" '
        "but should be an Integer",
        'State Machine.States.Wait for the load.Seconds is "{% $pause %}" but should be an Integer',
    ],
}
each_machine = pytest.mark.parametrize("it", machines(), ids=lambda it: it.logical_id)


def statelint(definition: Definition) -> list[str]:
    return Linter.validate(definition)


def cfn_lint(definition: Definition) -> list[str]:
    role = "arn:aws:iam::123456789012:role/states"
    resource = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"RoleArn": role, "Definition": definition},
    }
    return [match.message for match in lint(json.dumps({"Resources": {"Machine": resource}}))]


@each_machine
def test_statelint_finds_nothing_but_the_false_alarms(it: Machine) -> None:
    assert statelint(it.definition) == FALSE_ALARMS.get(it.logical_id, [])


@each_machine
def test_cfn_lint_finds_nothing(it: Machine) -> None:
    assert cfn_lint(it.definition) == []


def dangling_next(definition: Definition) -> None:
    definition["States"]["Published"] = definition["States"].pop("Publish the order")


def dangling_start(definition: Definition) -> None:
    definition["StartAt"] = "Prepare"


def no_end(definition: Definition) -> None:
    del definition["States"]["Publish the order"]["End"]


def unknown_field(definition: Definition) -> None:
    definition["States"]["Publish the order"]["Timeout"] = 5


def path_in_jsonata(definition: Definition) -> None:
    definition["States"]["Encode the order"]["ResultPath"] = "$.encoded"


@pytest.mark.parametrize(
    ("validator", "mistake"),
    [
        # cfn-lint looks for the StartAt among the states, and for no Next.
        (statelint, dangling_next),
        (statelint, dangling_start),
        (statelint, no_end),
        (statelint, unknown_field),
        (statelint, path_in_jsonata),
        (cfn_lint, dangling_start),
        (cfn_lint, unknown_field),
        (cfn_lint, path_in_jsonata),
    ],
)
def test_a_mistake_is_found(
    validator: Callable[[Definition], list[str]], mistake: Callable[[Definition], None]
) -> None:
    definition = machine("GuardedPipeline").definition

    mistake(definition)

    assert validator(definition) != []
