"""The names by which people and scripts find the stack, what they may set, and what is only a sample."""

import pytest

from tests.contract.stack import HANDLERS, arn, ref, resources, template
from tests.template import Template

OUTPUTS = {
    **{f"{handler}FunctionName": ref(f"{handler}Function") for handler in HANDLERS.values()},
    "SpoolQueueUrl": ref("SpoolQueue"),
    "QuarantineQueueUrl": ref("QuarantineQueue"),
    "AlertTopicArn": ref("AlertTopic"),
    "ChatTopicArn": ref("ChatTopic"),
    "StateTableName": ref("StateTable"),
    "ExportBucketName": ref("ExportBucket"),
    "DrainSpoolArn": ref("DrainSpool"),
    "ExportLogsArn": ref("ExportLogs"),
    "LoadWhenReadyArn": ref("LoadWhenReady"),
    "GuardedPipelineArn": ref("GuardedPipeline"),
}
TRIGGERS = {"AWS::Events::Rule", "AWS::Scheduler::Schedule"}


@pytest.mark.parametrize("output", OUTPUTS)
def test_an_output_keeps_its_name_and_meaning(output: str) -> None:
    assert template().document["Outputs"][output]["Value"] == OUTPUTS[output]


def test_an_output_depends_on_the_samples_only_where_its_resource_does() -> None:
    for name, output in template().document["Outputs"].items():
        assert output.get("Condition") == resources()[output["Value"]["Ref"]].get("Condition"), name


@pytest.mark.parametrize(("module", "name"), HANDLERS.items())
def test_a_function_is_named_after_its_handler(module: str, name: str) -> None:
    function = resources()[f"{name}Function"]["Properties"]

    assert function["Handler"] == f"stepkeeper.handlers.{module}.handler"


@pytest.mark.parametrize("parameter", template().document["Parameters"])
def test_a_parameter_says_what_it_is_for_and_needs_no_answer(parameter: str) -> None:
    described = template().document["Parameters"][parameter]

    assert len(described["Description"]) > 10
    assert "Default" in described


def test_every_parameter_is_shown_in_a_group() -> None:
    groups = template().document["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]

    shown = [name for group in groups for name in group["Parameters"]]
    assert sorted(shown) == sorted(template().document["Parameters"])


def starts_by_itself(parameters: dict[str, str]) -> set[str]:
    """What starts something by itself on a stack with these parameters, but for the samples."""
    stack = Template(parameters)
    return {
        name
        for name, resource in resources().items()
        if resource["Type"] in TRIGGERS
        if "Condition" not in resource or stack.holds(resource["Condition"])
        if stack.properties(name).get("State", "ENABLED") == "ENABLED"
    }


def test_of_a_stack_without_parameters_nothing_starts_but_what_keeps_its_house_in_order() -> None:
    assert starts_by_itself({}) == {
        "AuditExportsSchedule",
        "ExecutionWatchdogSchedule",
        "ExportLogsSchedule",
        "FollowPipelinesRule",
        "GateReconcilerSchedule",
        "LoadEndedRule",
        "SpoolRefresherSchedule",
    }
    assert not [name for name, resource in resources().items() if "Events" in resource["Properties"]]


def test_failed_runs_are_spooled_by_their_events_once_state_machines_are_named() -> None:
    with_machines = starts_by_itself({"SpoolMachines": "nightly-*"})

    assert with_machines - starts_by_itself({}) == {"SpoolFailedRunsRule", "SpoolReconcilerSchedule"}
    assert with_machines < starts_by_itself({"DeploySamples": "true"})


def test_the_rule_that_releases_a_claim_hears_of_ended_loads_alone() -> None:
    rule = resources()["LoadEndedRule"]["Properties"]

    assert "ScheduleExpression" not in rule
    assert rule["EventPattern"] == {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {
            "status": ["FAILED", "TIMED_OUT", "ABORTED"],
            "stateMachineArn": [ref("LoadWhenReady")],
        },
    }
    assert [target["Arn"] for target in rule["Targets"]] == [arn("LoadClaimerFunction")]


@pytest.mark.parametrize("missing", [None, "SqlBucket", "LoadCheckSql", "LoadSql"])
def test_a_load_is_scheduled_once_all_of_its_sql_is_named(missing: str | None) -> None:
    given = {"SqlBucket": "our-sql", "LoadCheckSql": "arrived.sql", "LoadSql": "load.sql"}

    is_scheduled = Template({name: value for name, value in given.items() if name != missing}).holds(
        "HasLoad"
    )

    assert is_scheduled is (missing is None)
    for name in ("LoadStart", "LoadStartRole"):
        assert resources()[name]["Condition"] == "HasLoad"


def test_samples_are_deployed_only_when_asked_for() -> None:
    samples = {
        name
        for name, resource in resources().items()
        if "stepkeeper.samples" in resource["Properties"].get("Handler", "")
        or name.startswith(("Sample", "GuardedPipeline", "UncertainTask"))
    }

    assert samples
    assert {resources()[name].get("Condition") for name in samples} == {"Samples"}
    assert template().document["Parameters"]["DeploySamples"]["Default"] == "false"
    assert template().document["Conditions"]["Samples"] == {"Fn::Equals": [ref("DeploySamples"), "true"]}


def test_the_bucket_outlives_the_stack() -> None:
    bucket = resources()["ExportBucket"]

    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Retain", "Retain")
