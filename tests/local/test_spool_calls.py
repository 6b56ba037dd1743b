"""Permissions of the spool's calls, and messages that are given back: mostly right in MiniStack alone."""

import functools
import time
from typing import Any

from local.embedded_aws import EmbeddedAws
from tests.local.machines import REFUSES, Machine, Mended, ended
from tests.local.support import Queue, Role, error_code

ATTRIBUTES = {"lineage": {"DataType": "String", "StringValue": "nightly"}}


def test_a_batch_of_reads_needs_its_own_action_and_a_transaction_that_of_its_items(
    embedded: EmbeddedAws,
) -> None:
    table, role = Mended(embedded).table, Role(embedded)
    update = {
        "TableName": table,
        "Key": {"pk": {"S": "a"}},
        "UpdateExpression": "SET answer = :a",
        "ExpressionAttributeValues": {":a": {"S": "restart"}},
    }

    def refused_with(action: str) -> list[bool]:
        arn = f"arn:aws:dynamodb:{embedded.region}:{embedded.account}:table/{table}"
        role.may({"Action": f"dynamodb:{action}", "Resource": arn})
        dynamodb, keys = role.client("dynamodb"), {table: {"Keys": [update["Key"]]}}
        read = functools.partial(dynamodb.batch_get_item, RequestItems=keys)
        write = functools.partial(dynamodb.transact_write_items, TransactItems=[{"Update": update}])
        return [error_code(call) == "AccessDeniedException" for call in (read, write)]

    assert refused_with("GetItem") == [True, True]
    assert refused_with("BatchGetItem") == [False, True]
    assert refused_with("TransactWriteItems") == [True, True]
    assert refused_with("UpdateItem") == [True, False]


def test_a_run_is_redriven_and_read_by_its_own_arn_and_machines_are_listed_by_none(
    embedded: EmbeddedAws,
) -> None:
    machine, role = Machine(embedded, {"Refuse": REFUSES}), Role(embedded)
    run = machine.start()
    ended(embedded, run)
    of_runs = (
        "redrive_execution",
        "describe_execution",
        "get_execution_history",
        "describe_state_machine_for_execution",
    )
    of_machines = ("start_execution", "list_executions", "describe_state_machine")

    def allowed(resource: str) -> set[str]:
        role.may({"Action": "states:*", "Resource": resource})
        states = role.client("stepfunctions")
        calls = {
            **{name: functools.partial(getattr(states, name), executionArn=run) for name in of_runs},
            **{
                name: functools.partial(getattr(states, name), stateMachineArn=machine.arn)
                for name in of_machines
            },
            "list_state_machines": states.list_state_machines,
        }
        return {name for name, call in calls.items() if error_code(call) != "AccessDeniedException"}

    assert allowed(f"{run.rpartition(':')[0]}:*") == {*of_runs}
    assert allowed(machine.arn) == {*of_machines}
    assert "list_state_machines" in allowed("*")


def test_messages_that_are_given_back_are_there_again_as_they_were(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    def give_back(aws: EmbeddedAws, queue: Queue) -> Any:
        role = Role(aws)
        role.may({"Action": "sqs:ChangeMessageVisibility", "Resource": queue.arn})
        handles = [message["ReceiptHandle"] for message in received] + ["unknown"]
        return role.client("sqs").change_message_visibility_batch(
            QueueUrl=queue.url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                for number, handle in enumerate(handles)
            ],
        )

    queue, in_bare = Queue(embedded), Queue(bare)
    for body in ("a", "b"):
        embedded.client("sqs").send_message(
            QueueUrl=queue.url, MessageBody=body, MessageAttributes=ATTRIBUTES
        )
    received = _received(embedded, queue)

    answer = give_back(embedded, queue)
    again = _received(embedded, queue)

    assert [entry["Id"] for entry in answer["Successful"]] == ["0", "1"]
    assert [(entry["Id"], entry["Code"]) for entry in answer["Failed"]] == [("2", "ReceiptHandleIsInvalid")]
    assert [_content(message) for message in again] == [_content(message) for message in received]
    assert [message["Attributes"]["ApproximateReceiveCount"] for message in again] == ["2", "2"]
    assert _received(embedded, queue) == []
    assert error_code(lambda: give_back(bare, in_bare)) == "AccessDenied"


def test_messages_can_be_made_older(embedded: EmbeddedAws) -> None:
    queue = Queue(embedded, {"MessageRetentionPeriod": str(14 * 24 * 3600), "VisibilityTimeout": "0"})
    embedded.client("sqs").send_message(QueueUrl=queue.url, MessageBody="a")
    before = _received(embedded, queue)[0]["Attributes"]["SentTimestamp"]

    embedded.control("messages", queue=queue.name, older_by_seconds=11 * 24 * 3600)
    after = _received(embedded, queue)[0]["Attributes"]["SentTimestamp"]
    embedded.control("messages", queue=queue.name, older_by_seconds=3 * 24 * 3600)

    assert abs(int(before) - int(after) - 11 * 24 * 3600 * 1000) <= 1
    assert _received(embedded, queue) == []


def test_a_long_poll_is_as_short_as_the_other_waits(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    def seconds(aws: EmbeddedAws) -> float:
        queue = Queue(aws)
        aws.scale_waits(0.01)
        began = time.monotonic()
        aws.client("sqs").receive_message(QueueUrl=queue.url, WaitTimeSeconds=2)
        waited = time.monotonic() - began
        aws.scale_waits(1)
        return waited

    assert seconds(embedded) < 2
    assert seconds(bare) >= 2


def _received(aws: EmbeddedAws, queue: Queue) -> list[Any]:
    return list(
        aws.client("sqs")
        .receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        .get("Messages", [])
    )


def _content(message: Any) -> tuple[Any, ...]:
    return message["Body"], message["MessageAttributes"], message["Attributes"]["SentTimestamp"]
