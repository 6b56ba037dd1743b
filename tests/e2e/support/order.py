"""Puts the deployed stack in order: whatever the test before has left, the next one finds it as deployed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from local.deployed import Operator
from tests.e2e.support.resources import MACHINES, QUEUES, function, name_of, object_keys, state_items

TOKYO = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2020, 6, 11, 7, tzinfo=TOKYO)
"""All schedules of the samples have fired by then. Going back in the night fires nothing, going on does."""
LOAD_DUE = datetime(2020, 6, 11, 9, 30, tzinfo=TOKYO)
"""The same day is a Thursday, so that nothing else fires on the way to the weekly load."""

UNCERTAIN_TASK_SECONDS = 120
EXPORT_SECONDS = 0.2


def put_in_order(operator: Operator) -> None:
    """Nothing runs, the outside system is up, gates are open; queues, state table and bucket are empty.

    Exports are fast. The rule that closes gates on a failure is off: its call is asynchronous, and could
    come in the test after the one that failed a run. The tests of the gates turn it on.
    """
    operator.aws.move_schedule_clock(MORNING)
    operator.client("events").disable_rule(Name=name_of(operator, "CloseGatesRule"))
    operator.until("everything has ended", lambda: not _running(operator))
    set_uncertain_task(operator)
    operator.aws.control("export-tasks", seconds=EXPORT_SECONDS)
    for queue in QUEUES:
        operator.client("sqs").purge_queue(QueueUrl=operator.output(queue))
    open_gates(operator)
    _forget_state(operator)
    _empty_bucket(operator)


def set_uncertain_task(
    operator: Operator, *, behavior: str = "OK", sleep: int = 0, timeout: int = UNCERTAIN_TASK_SECONDS
) -> None:
    """Sets how the outside system behaves that the sample pipeline calls."""
    configuration = function(operator, "UncertainTask")
    wanted = {"BEHAVIOR": behavior, "SLEEP": str(sleep)}
    variables = configuration["Environment"]["Variables"]
    if configuration["Timeout"] == timeout and wanted.items() <= variables.items():
        return
    operator.client("lambda").update_function_configuration(
        FunctionName=configuration["FunctionName"],
        Timeout=timeout,
        Environment={"Variables": variables | wanted},
    )


def open_gates(operator: Operator) -> None:
    """Opens both gates of the sample report."""
    operator.client("events").enable_rule(Name=name_of(operator, "SampleReportRule"))
    set_schedule(operator, "SampleReportSchedule", "ENABLED")


def set_schedule(operator: Operator, logical_id: str, state: str, **changes: object) -> None:
    """Opens or closes a schedule of the stack, and changes nothing else of it but what is asked for."""
    scheduler = operator.client("scheduler")
    schedule = scheduler.get_schedule(Name=name_of(operator, logical_id))
    for read_only in ("Arn", "CreationDate", "LastModificationDate", "ResponseMetadata"):
        del schedule[read_only]
    scheduler.update_schedule(**schedule | {"State": state, **changes})


def _running(operator: Operator) -> bool:
    listed = operator.client("stepfunctions").list_executions
    return any(
        listed(stateMachineArn=operator.output(machine), statusFilter="RUNNING")["executions"]
        for machine in MACHINES
    )


def _forget_state(operator: Operator) -> None:
    for item in state_items(operator):
        operator.client("dynamodb").delete_item(
            TableName=operator.output("StateTableName"), Key={"pk": item["pk"], "sk": item["sk"]}
        )


def _empty_bucket(operator: Operator) -> None:
    for key in object_keys(operator):
        operator.client("s3").delete_object(Bucket=operator.output("ExportBucketName"), Key=key)
