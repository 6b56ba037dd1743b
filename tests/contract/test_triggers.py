"""What a rule or a schedule could not deliver is tried again for a while, and then kept for people."""

from datetime import timedelta
from typing import Any

import pytest

from stepkeeper.domain.spool_reconciler import FIRST_LOOK_BACK
from stepkeeper.handlers.bucket_checker import Audit
from tests.contract.stack import arn, as_list, properties, ref, resources

RULES = properties("AWS::Events::Rule")
SCHEDULES = properties("AWS::Scheduler::Schedule")
ROLES = properties("AWS::IAM::Role")


NOT_REPEATED = {"ExecutionWatchdogSchedule"}
"""The next tick, a minute later, does all that this one would have done."""


def targets() -> dict[str, dict[str, Any]]:
    """Every target of every rule and schedule, by the name of the rule or schedule."""
    of_rules = {
        f"{name}-{target['Id']}": target for name, rule in RULES.items() for target in rule["Targets"]
    }
    return of_rules | {name: schedule["Target"] for name, schedule in SCHEDULES.items()}


def statements_of(role: str) -> list[dict[str, Any]]:
    return [
        statement for policy in ROLES[role]["Policies"] for statement in policy["PolicyDocument"]["Statement"]
    ]


@pytest.mark.parametrize("target", targets())
def test_what_can_not_be_delivered_is_kept(target: str) -> None:
    described = targets()[target]

    assert described["DeadLetterConfig"] == {"Arn": arn("FailedTriggersQueue")}
    assert (0 if target in NOT_REPEATED else 1) <= described["RetryPolicy"]["MaximumRetryAttempts"] <= 185
    assert 60 <= described["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 86_400


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_may_do_what_it_does(schedule: str) -> None:
    target = SCHEDULES[schedule]["Target"]
    action = "states:StartExecution" if "Ref" in target["Arn"] else "lambda:InvokeFunction"

    allowed = statements_of(target["RoleArn"]["Fn::GetAtt"][0])

    assert any(it["Action"] == action and target["Arn"] in as_list(it["Resource"]) for it in allowed)
    assert any(
        it["Action"] == "sqs:SendMessage" and it["Resource"] == arn("FailedTriggersQueue") for it in allowed
    )


@pytest.mark.parametrize("role", ROLES)
def test_a_role_for_triggers_is_given_only_to_triggers_of_this_account(role: str) -> None:
    (statement,) = ROLES[role]["AssumeRolePolicyDocument"]["Statement"]

    services = statement["Principal"]["Service"]
    assert set([services] if isinstance(services, str) else services) <= {
        "events.amazonaws.com",
        "scheduler.amazonaws.com",
    }
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_may_call_its_targets(rule: str) -> None:
    permissions = [
        (permission["FunctionName"], permission["SourceArn"], permission["Principal"])
        for permission in properties("AWS::Lambda::Permission").values()
    ]

    for target in RULES[rule]["Targets"]:
        if "RoleArn" in target:
            allowed = statements_of(target["RoleArn"]["Fn::GetAtt"][0])
            assert any(
                it["Action"] == "states:StartExecution" and target["Arn"] in as_list(it["Resource"])
                for it in allowed
            )
        else:
            function = target["Arn"]["Fn::GetAtt"][0]
            assert (ref(function), arn(rule), "events.amazonaws.com") in permissions


def test_only_rules_of_this_account_may_put_what_failed_into_the_queue() -> None:
    document = resources()["FailedTriggersQueuePolicy"]["Properties"]["PolicyDocument"]

    (allowed,) = [it for it in document["Statement"] if it["Effect"] == "Allow"]

    assert resources()["FailedTriggersQueuePolicy"]["Properties"]["Queues"] == [ref("FailedTriggersQueue")]
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    assert (allowed["Action"], allowed["Resource"]) == ("sqs:SendMessage", arn("FailedTriggersQueue"))
    rules = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*"
    assert allowed["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")},
        "ArnLike": {"aws:SourceArn": {"Fn::Sub": rules}},
    }


def test_every_run_that_failed_or_was_redriven_is_shown_to_the_spooler_which_chooses() -> None:
    rule = RULES["SpoolFailedRunsRule"]

    assert rule["EventPattern"] == {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {
            "$or": [
                {"status": ["FAILED", "TIMED_OUT", "ABORTED"]},
                {"status": ["RUNNING"], "redriveCount": [{"numeric": [">", 0]}]},
            ]
        },
    }
    assert [target["Arn"] for target in rule["Targets"]] == [arn("ErrorSpoolerFunction")]
    # As patient as EventBridge can be: an event that is lost comes a quarter of an hour late at best.
    assert rule["Targets"][0]["RetryPolicy"] == {
        "MaximumRetryAttempts": 185,
        "MaximumEventAgeInSeconds": 86_400,
    }


def test_a_lost_event_is_looked_for_four_times_an_hour() -> None:
    schedule = SCHEDULES["SpoolReconcilerSchedule"]

    assert schedule["ScheduleExpression"] == "rate(15 minutes)"
    assert schedule["Target"]["Arn"] == arn("SpoolReconcilerFunction")
    assert timedelta(minutes=15) < FIRST_LOOK_BACK


def test_deadlines_are_judged_every_minute() -> None:
    schedule = SCHEDULES["ExecutionWatchdogSchedule"]

    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    assert schedule["Target"]["Arn"] == arn("ExecutionWatchdogFunction")
    assert schedule["Target"]["Input"] == "{}"


def test_finished_periods_are_exported_when_the_operator_says() -> None:
    schedule = SCHEDULES["ExportLogsSchedule"]

    assert schedule["ScheduleExpression"] == ref("ExportSchedule")
    assert schedule["ScheduleExpressionTimezone"] == ref("ExportTimeZone")
    assert (schedule["Target"]["Arn"], schedule["Target"]["Input"]) == (ref("ExportLogs"), "{}")
    assert "Condition" not in resources()["ExportLogsSchedule"]


def test_gaps_are_looked_for_often_enough_for_their_alarm() -> None:
    schedule = SCHEDULES["AuditExportsSchedule"]
    alarm = properties("AWS::CloudWatch::Alarm")["ExportGapsAlarm"]

    assert schedule["ScheduleExpression"] == "rate(6 hours)"
    assert schedule["Target"]["Arn"] == arn("BucketCheckerFunction")
    assert Audit.model_validate_json(schedule["Target"]["Input"])
    assert "Condition" not in resources()["AuditExportsSchedule"]
    # One audit may be missed, and gaps are still told of.
    assert alarm["Period"] * alarm["EvaluationPeriods"] >= 2 * 6 * 3600


def test_running_again_what_failed_waits_for_a_person() -> None:
    assert SCHEDULES["ReprocessSchedule"]["State"] == "DISABLED"
