"""Every function keeps its logs apart and for a while, loses no failed call, and tells when it fails."""

import json

import pytest

from stepkeeper.routing import NAMESPACE
from tests.contract.stack import arn, properties, ref, resources, template
from tests.memory import Aws
from tests.simulated.simulation import Simulation

FUNCTIONS = properties("AWS::Serverless::Function")

NO_ALARM = {
    # Raises LimitExceededException while another export is active; ExportLogs waits, and has alarms itself.
    "LogExporterFunction",
    # Raises QueryStillRunning while a check goes on; LoadWhenReady waits, and has alarms itself.
    "QueryRunnerFunction",
    # Fails when it is told to.
    "UncertainTaskFunction",
}
ALARM = {
    "Statistic": "Sum",
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "TreatMissingData": "notBreaching",
    "AlarmActions": [ref("AlertTopic")],
}


def alarms_of(namespace: str, metric: str, dimension: str, resource: str) -> list[str]:
    """The alarms on one metric of one resource."""
    return [
        name
        for name, alarm in properties("AWS::CloudWatch::Alarm").items()
        if (alarm["Namespace"], alarm["MetricName"]) == (namespace, metric)
        and alarm["Dimensions"] == [{"Name": dimension, "Value": ref(resource)}]
    ]


def test_all_functions_have_one_artifact() -> None:
    assert template().document["Globals"]["Function"]["CodeUri"] == "src/"
    assert not [name for name, function in FUNCTIONS.items() if "CodeUri" in function]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_a_log_group_of_its_own_that_forgets(function: str) -> None:
    log_group = FUNCTIONS[function]["LoggingConfig"]["LogGroup"]["Ref"]

    users = [
        name for name, other in FUNCTIONS.items() if other["LoggingConfig"]["LogGroup"] == ref(log_group)
    ]
    assert users == [function]
    assert properties("AWS::Logs::LogGroup")[log_group]["RetentionInDays"] == ref("LogRetentionDays")


def test_every_log_group_belongs_to_a_function() -> None:
    used = {function["LoggingConfig"]["LogGroup"]["Ref"] for function in FUNCTIONS.values()}

    assert used == set(resources("AWS::Logs::LogGroup"))


def test_an_asynchronous_call_that_fails_is_repeated_and_then_kept() -> None:
    common = template().document["Globals"]["Function"]["EventInvokeConfig"]

    assert common["MaximumRetryAttempts"] == 2
    assert common["DestinationConfig"]["OnFailure"] == {
        "Type": "SQS",
        "Destination": arn("FailedTriggersQueue"),
    }


NOT_REPEATED = {
    # Each repetition would start as many runs once more.
    "ReprocessorFunction": {"MaximumRetryAttempts": 0},
    # What may be tried again has been; and of what may have arrived, people would be told twice.
    "NotifierFunction": {"MaximumRetryAttempts": 0},
}
"""What could not be delivered is kept all the same."""


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_goes_its_own_way_with_failed_calls(function: str) -> None:
    of_its_own = FUNCTIONS[function].get("EventInvokeConfig", {})

    assert of_its_own == NOT_REPEATED.get(function, {})
    assert not {"DeadLetterQueue", "IgnoreGlobals"} & FUNCTIONS[function].keys()
    assert "IgnoreGlobals" not in resources()[function]


@pytest.mark.parametrize("function", sorted(FUNCTIONS.keys() - NO_ALARM))
def test_a_function_that_fails_is_told_of(function: str) -> None:
    alarm, *others = alarms_of("AWS/Lambda", "Errors", "FunctionName", function)

    assert others == []
    assert ALARM.items() <= properties("AWS::CloudWatch::Alarm")[alarm].items()


def test_a_watchdog_that_ticks_no_more_is_told_of() -> None:
    (alarm,) = [
        alarm for alarm in properties("AWS::CloudWatch::Alarm").values() if alarm["MetricName"] == "Ticks"
    ]

    assert alarm["Namespace"] == NAMESPACE
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "execution_watchdog"}]
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Sum", 1)
    assert alarm["ComparisonOperator"] == "LessThanThreshold"
    assert alarm["TreatMissingData"] == "breaching"


def test_gaps_in_the_exports_are_told_of_by_the_metric_that_an_audit_writes(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alarm = properties("AWS::CloudWatch::Alarm")["ExportGapsAlarm"]

    Simulation(aws.wire, monkeypatch).invoke("bucket_checker", {"action": "audit"})

    (written,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "ExportGaps" in line]
    (metrics,) = written["_aws"]["CloudWatchMetrics"]
    assert metrics["Namespace"] == alarm["Namespace"]
    assert alarm["MetricName"] in [metric["Name"] for metric in metrics["Metrics"]]
    assert metrics["Dimensions"] == [[dimension["Name"] for dimension in alarm["Dimensions"]]]
    assert all(written[dimension["Name"]] == dimension["Value"] for dimension in alarm["Dimensions"])
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Maximum", 1)
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert alarm["TreatMissingData"] == "notBreaching"


@pytest.mark.parametrize("metric", ["ExecutionsFailed", "ExecutionsTimedOut"])
@pytest.mark.parametrize("machine", ["ExportLogs", "LoadWhenReady"])
def test_a_failed_export_or_load_is_told_of_by_its_state_machine(machine: str, metric: str) -> None:
    alarm, *others = alarms_of("AWS/States", metric, "StateMachineArn", machine)

    assert others == []
    assert ALARM.items() <= properties("AWS::CloudWatch::Alarm")[alarm].items()


@pytest.mark.parametrize("alarm", resources("AWS::CloudWatch::Alarm"))
def test_every_alarm_reaches_people_and_says_what_is_the_matter(alarm: str) -> None:
    described = properties("AWS::CloudWatch::Alarm")[alarm]

    assert described["AlarmActions"] == [ref("AlertTopic")]
    assert len(str(described["AlarmDescription"])) > 40
