"""The queues keep what is theirs as long as SQS does, and people hear of it in time."""

import pytest

from stepkeeper.spool.refreshing import TOO_OLD
from tests.contract.machines import timeout_of
from tests.contract.stack import arn, properties, ref, resources, template

DAY = 24 * 3600
SPOOL = properties("AWS::SQS::Queue")["SpoolQueue"]
AT_LEAST = "GreaterThanOrEqualToThreshold"


def watched(queue: str) -> list[dict[str, object]]:
    """The dimensions of an alarm on a queue."""
    return [{"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}]


@pytest.mark.parametrize("queue", resources("AWS::SQS::Queue"))
def test_a_queue_is_encrypted_and_keeps_its_messages_as_long_as_sqs_does(queue: str) -> None:
    described = properties("AWS::SQS::Queue")[queue]

    assert described["SqsManagedSseEnabled"] is True
    assert described["MessageRetentionPeriod"] == 14 * DAY


@pytest.mark.parametrize(
    ("alarm", "queue"), [("SpoolAgeAlarm", "SpoolQueue"), ("QuarantineAgeAlarm", "QuarantineQueue")]
)
def test_people_are_told_in_time_of_a_message_that_was_not_sent_anew(alarm: str, queue: str) -> None:
    described = properties("AWS::CloudWatch::Alarm")[alarm]

    assert (described["MetricName"], described["Statistic"]) == ("ApproximateAgeOfOldestMessage", "Maximum")
    assert described["Dimensions"] == watched(queue)
    assert (described["ComparisonOperator"], described["Threshold"]) == (AT_LEAST, 11 * DAY)
    assert template().properties("SpoolRefresherSchedule")["ScheduleExpression"] == "rate(1 day)"
    assert TOO_OLD.total_seconds() + DAY <= described["Threshold"] < 14 * DAY


def test_people_are_told_of_a_spool_that_grows_long() -> None:
    described = properties("AWS::CloudWatch::Alarm")["SpoolDepthAlarm"]

    assert described["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert described["Dimensions"] == watched("SpoolQueue")
    assert (described["ComparisonOperator"], described["Threshold"]) == (AT_LEAST, ref("SpoolDepth"))


@pytest.mark.parametrize(
    ("alarm", "queue"),
    [("QuarantineAlarm", "QuarantineQueue"), ("FailedTriggersAlarm", "FailedTriggersQueue")],
)
def test_people_are_told_of_the_first_message_that_needs_them(alarm: str, queue: str) -> None:
    described = properties("AWS::CloudWatch::Alarm")[alarm]

    assert described["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert described["Dimensions"] == watched(queue)
    assert (described["ComparisonOperator"], described["Threshold"]) == (AT_LEAST, 1)


@pytest.mark.parametrize("queue", ["SpoolQueue", "QuarantineQueue"])
def test_a_message_stays_hidden_while_the_reprocessor_may_still_hold_it(queue: str) -> None:
    described = properties("AWS::SQS::Queue")[queue]

    assert described["VisibilityTimeout"] > timeout_of("ReprocessorFunction")


def test_a_message_that_breaks_the_reprocessor_ends_in_quarantine() -> None:
    assert SPOOL["RedrivePolicy"]["deadLetterTargetArn"] == arn("QuarantineQueue")
