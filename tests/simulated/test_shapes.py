"""The simulation answers in the shapes of AWS's own models."""

from datetime import timedelta
from typing import Any

import boto3
from botocore.validate import ParamValidator

from stepkeeper.aws.scheduler import NOT_WRITABLE
from tests.simulated.clock import START
from tests.simulated.dynamodb_calls import ONE, claim
from tests.simulated.exporting import GROUP, JULY, add_july, incoming_bytes, july
from tests.simulated.rules import ROLE
from tests.simulated.simulation import Simulation

ALL_OPERATIONS = 8 + 7 + 9 + 1 + 5 + 2 + 1 + 6 + 4 + 1 + 1
"""Of SQS, DynamoDB, Step Functions, SNS, EventBridge, EventBridge Scheduler, Lambda, CloudWatch Logs, S3,
CloudWatch and the Tagging API."""


def test_every_answer_has_the_shape_of_awss_model(simulation: Simulation) -> None:
    wrong: list[str] = []

    def validate(model: Any, parsed: dict[str, Any], **_: Any) -> None:
        answer = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
        report = ParamValidator().validate(answer, model.output_shape) if model.output_shape else None
        if report and report.has_errors():
            wrong.append(f"{model.name}: {report.generate_report()}")

    boto3._get_default_session().events.register("after-call", validate)

    calls = every_operation(simulation)

    assert wrong == []
    assert len(calls) == ALL_OPERATIONS


def every_operation(simulation: Simulation) -> set[str]:
    """Calls all that is simulated, and gives their names."""
    world, table = simulation.world, simulation.world.table.name
    sqs, dynamodb = simulation.client("sqs"), simulation.client("dynamodb")
    step_functions, url = simulation.client("stepfunctions"), simulation.world.spool.url
    machine = world.step_functions.add_machine()
    sqs.send_message(QueueUrl=url, MessageBody="x")
    sqs.send_message_batch(
        QueueUrl=url, Entries=[{"Id": "0", "MessageBody": "x"}, {"Id": "1", "MessageBody": "\0"}]
    )
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"])[
        "Messages"
    ]
    handle = received[0]["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=9)
    entry = {"Id": "0", "ReceiptHandle": received[1]["ReceiptHandle"]}
    sqs.change_message_visibility_batch(QueueUrl=url, Entries=[{**entry, "VisibilityTimeout": 9}])
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    sqs.delete_message_batch(QueueUrl=url, Entries=[entry])
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    dynamodb.put_item(TableName=table, Item=ONE)
    dynamodb.update_item(TableName=table, ReturnValues="ALL_NEW", **claim(ONE))
    dynamodb.get_item(TableName=table, Key=ONE)
    dynamodb.batch_get_item(RequestItems={table: {"Keys": [ONE]}})
    dynamodb.query(
        TableName=table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": ONE["pk"]}
    )
    dynamodb.transact_write_items(TransactItems=[{"Update": {"TableName": table, **claim(ONE)}}])
    dynamodb.delete_item(TableName=table, Key=ONE)
    run = step_functions.start_execution(stateMachineArn=machine, name="r1")["executionArn"]
    step_functions.stop_execution(executionArn=run)
    step_functions.describe_execution(executionArn=run)
    step_functions.redrive_execution(executionArn=run)
    step_functions.list_executions(stateMachineArn=machine)
    step_functions.list_state_machines()
    step_functions.describe_state_machine(stateMachineArn=machine)
    step_functions.describe_state_machine_for_execution(executionArn=run)
    step_functions.get_execution_history(executionArn=run)
    simulation.client("sns").publish(TopicArn=simulation.template.refs["AlertTopic"], Message="x")
    every_operation_of_gates(simulation)
    every_operation_of_exports(simulation)
    simulation.client("lambda").invoke(
        FunctionName=simulation.template.refs["NotifierFunction"], InvocationType="Event", Payload=b"{}"
    )
    return set(simulation.wire.calls)


def every_operation_of_gates(simulation: Simulation) -> None:
    events, scheduler = simulation.client("events"), simulation.client("scheduler")
    target = {"Arn": simulation.world.step_functions.add_machine()}
    simulation.world.rules.add("start-report", expression="rate(1 day)", pattern="{}", targets=[target])
    events.disable_rule(Name="start-report")
    events.enable_rule(Name="start-report")
    events.describe_rule(Name="start-report")
    events.list_targets_by_rule(Rule="start-report")
    events.put_rule(Name="start-report", EventPattern="{}", Description="x", RoleArn=ROLE)
    simulation.world.schedules.add(
        "start-mail",
        expression="rate(1 day)",
        StartDate=START,
        EndDate=START,
        Description="x",
        KmsKeyArn=ROLE,
    )
    told = scheduler.get_schedule(Name="start-mail")
    kept = {name: its for name, its in told.items() if name not in NOT_WRITABLE}
    scheduler.update_schedule(**kept)


def every_operation_of_exports(simulation: Simulation) -> None:
    logs, s3 = simulation.client("logs"), simulation.client("s3")
    add_july(simulation)
    simulation.world.logs.groups[GROUP].tags["export"] = "yes"
    for _ in range(2):
        task = logs.create_export_task(**july())["taskId"]
        simulation.world.clock.move(timedelta(minutes=2))
        logs.describe_export_tasks()
        logs.cancel_export_task(taskId=task)
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=3653)
    logs.describe_log_groups()
    logs.delete_retention_policy(logGroupName=GROUP)
    own = {"Bucket": simulation.world.s3.bucket, "Key": "x"}
    s3.put_object(**own, Body=b"x", StorageClass="STANDARD_IA")
    s3.get_object(**own)
    s3.head_object(**own)
    s3.list_objects_v2(Bucket=own["Bucket"], MaxKeys=1)
    simulation.client("cloudwatch").get_metric_data(
        MetricDataQueries=[incoming_bytes(GROUP)], StartTime=JULY, EndTime=START, MaxDatapoints=1
    )
    simulation.client("resourcegroupstaggingapi").get_resources(
        TagFilters=[{"Key": "export"}], ResourceTypeFilters=["logs:log-group"]
    )
