"""Makes what the sample events name, so that the very files can be fed to the functions."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.deployed import Operator
from local.embedded_aws import EmbeddedAws

EVENTS = Path(__file__).parents[2] / "events"
DOCUMENTED_ACCOUNT = b"123456789012"
"""The account of AWS's own documentation; the ARNs in the samples are of resources in it."""

PERIOD = json.loads((EVENTS / "log_exporter_start.json").read_bytes())["period"]
DEFAULT_MACHINE = "orders-again"
UNTOUCHED_MACHINE = "nightly-ingest"
"""Its failed runs are spooled by their events."""

LOG_GROUP = str(PERIOD["log_group"])
EXPORTS = Path(__file__).with_name("exports.toml")
DOES_NOTHING = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})


def sample(name: str, aws: EmbeddedAws) -> bytes:
    """A sample event as it is in its file, but for the account, which is the embedded one."""
    return (EVENTS / f"{name}.json").read_bytes().replace(DOCUMENTED_ACCOUNT, aws.account.encode())


def make_what_the_samples_name(operator: Operator) -> None:
    """The gates, the log group, and the state machines: the samples' own, and the default one."""
    report = operator.output("SampleReportArn")
    machines = operator.client("stepfunctions")
    role = machines.describe_state_machine(stateMachineArn=report)["roleArn"]
    operator.client("events").put_rule(Name="start-report", ScheduleExpression="cron(0 19 * * ? *)")
    operator.client("scheduler").create_schedule(
        Name="start-mail",
        ScheduleExpression="cron(30 4 * * ? *)",
        ScheduleExpressionTimezone="Asia/Tokyo",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": report, "RoleArn": role},
    )
    for name in ("nightly-orders", UNTOUCHED_MACHINE, DEFAULT_MACHINE):
        machines.create_state_machine(name=name, definition=DOES_NOTHING, roleArn=role)
    operator.client("logs").create_log_group(logGroupName=LOG_GROUP)
    operator.aws.age_log_group(LOG_GROUP, created=datetime(2026, 10, 15, tzinfo=UTC))


def gate_states(operator: Operator, rule: str, schedule: str) -> list[str]:
    """The states of a rule and of a schedule."""
    return [
        operator.client("events").describe_rule(Name=rule)["State"],
        operator.client("scheduler").get_schedule(Name=schedule)["State"],
    ]


def take_all(operator: Operator, queue: str) -> list[Any]:
    """The bodies of all messages in a queue, given the name of its output; they are gone then."""
    url, bodies = operator.output(queue), []
    sqs = operator.client("sqs")
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def forget_failures(operator: Operator) -> None:
    """Nothing is on the spool, and nothing is known of any failure: the same one may come once more."""
    take_all(operator, "SpoolQueueUrl")
    dynamodb, table = operator.client("dynamodb"), operator.output("StateTableName")
    for item in dynamodb.scan(TableName=table)["Items"]:
        if item["pk"]["S"].startswith("lineage#"):
            dynamodb.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})


def wait_for_exports(operator: Operator) -> None:
    """Returns when no export is active."""
    logs = operator.client("logs")
    for status in ("PENDING", "RUNNING", "PENDING_CANCEL"):
        operator.until(
            f"no export is {status}",
            lambda status=status: not logs.describe_export_tasks(statusCode=status)["exportTasks"],
        )


def forget_exports(operator: Operator) -> None:
    """Nothing was ever exported, nobody has the turn, and no export is active."""
    wait_for_exports(operator)
    dynamodb, table = operator.client("dynamodb"), operator.output("StateTableName")
    for item in dynamodb.scan(TableName=table)["Items"]:
        if item["pk"]["S"].startswith("export"):
            dynamodb.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
    s3, bucket = operator.client("s3"), operator.output("ExportBucketName")
    # A ledger that is lost is made again from the manifests.
    for stored in s3.list_objects_v2(Bucket=bucket, Prefix="exports/manifests/").get("Contents", []):
        s3.delete_object(Bucket=bucket, Key=stored["Key"])
