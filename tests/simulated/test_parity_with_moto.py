"""Where moto knows what AWS answers, the simulation answers the same."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from tests.memory import Stack
from tests.pipelines import make_pipeline
from tests.simulated.answered import answered
from tests.simulated.batch_sequences import BATCH_SEQUENCES
from tests.simulated.dynamodb_calls import Call
from tests.simulated.item_sequences import ITEM_SEQUENCES
from tests.simulated.simulation import Simulation
from tests.template import ACCOUNT, REGION

SEQUENCES = ITEM_SEQUENCES | BATCH_SEQUENCES
TEXT = {"DataType": "String", "StringValue": "x"}


def answers(client: Any, table: str, calls: Iterable[Call]) -> list[Any]:
    return [answered(client, operation, addressed(operation, sent, table)) for operation, sent in calls]


def addressed(operation: str, sent: dict[str, Any], table: str) -> dict[str, Any]:
    """The parameters with the table's name in them."""
    if operation == "batch_get_item":
        return {"RequestItems": {table: sent}}
    if operation == "transact_write_items":
        acts = sent["TransactItems"]
        return {
            "TransactItems": [
                {kind: {**its, "TableName": table} for kind, its in act.items()} for act in acts
            ]
        }
    return {**sent, "TableName": table}


@pytest.mark.parametrize("name", SEQUENCES)
def test_dynamodb_answers_as_moto_does(name: str, stack: Stack, simulation: Simulation) -> None:
    expected = answers(stack.aws.client("dynamodb"), stack.state_table, SEQUENCES[name])

    found = answers(simulation.client("dynamodb"), simulation.world.table.name, SEQUENCES[name])

    assert found == expected


def a_message_comes_and_goes(sqs: Any, url: str) -> Iterator[Any]:
    def ask(operation: str, **sent: Any) -> Any:
        return answered(sqs, operation, {"QueueUrl": url, **sent})

    yield ask("send_message", MessageBody="{}", MessageAttributes={"error": TEXT, "attempt": TEXT})
    yield ask("receive_message", VisibilityTimeout=0)
    yield ask("receive_message", VisibilityTimeout=0, MessageAttributeNames=["error"])
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    yield ask("receive_message")
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "VisibilityTimeout"]
    yield ask("get_queue_attributes", AttributeNames=counts)
    handle = received[0]["ReceiptHandle"]
    entries = [{"Id": "0", "ReceiptHandle": handle, "VisibilityTimeout": 0}]
    yield ask("change_message_visibility_batch", Entries=entries)["Successful"]
    yield ask("receive_message", MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"])
    yield ask("get_queue_attributes", AttributeNames=counts)


def a_batch_is_deleted(sqs: Any, url: str) -> Iterator[Any]:
    def ask(operation: str, **sent: Any) -> Any:
        return answered(sqs, operation, {"QueueUrl": url, **sent})

    yield ask("send_message_batch", Entries=[{"Id": name, "MessageBody": name} for name in "abc"])[
        "Successful"
    ]
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    yield [message["Body"] for message in received]
    entries = [{"Id": message["Body"], "ReceiptHandle": message["ReceiptHandle"]} for message in received[:2]]
    yield ask("delete_message_batch", Entries=entries)["Successful"]
    yield ask("get_queue_attributes", AttributeNames=["ApproximateNumberOfMessagesNotVisible"])


def what_sqs_does_not_take(sqs: Any, url: str) -> Iterator[Any]:
    yield answered(sqs, "send_message", {"QueueUrl": url.replace("Spool", "No"), "MessageBody": "x"})
    yield answered(sqs, "receive_message", {"QueueUrl": url, "MaxNumberOfMessages": 11})
    yield answered(sqs, "send_message", {"QueueUrl": url, "MessageBody": "x" * 1_048_577})
    for entries in (
        [{"Id": str(number), "MessageBody": "x"} for number in range(11)],
        [{"Id": "same", "MessageBody": "x"}] * 2,
        [{"Id": "no id", "MessageBody": "x"}],
    ):
        refusal = answered(sqs, "send_message_batch", {"QueueUrl": url, "Entries": entries})
        yield refusal[0]


@pytest.mark.parametrize("story", [a_message_comes_and_goes, a_batch_is_deleted, what_sqs_does_not_take])
def test_sqs_answers_as_moto_does(
    story: Callable[[Any, str], Iterator[Any]], stack: Stack, simulation: Simulation
) -> None:
    expected = list(story(stack.aws.client("sqs"), stack.spool_queue))

    found = list(story(simulation.client("sqs"), simulation.world.spool.url))

    assert found == expected


def a_run_is_started_and_stopped(step_functions: Any, machine: str) -> Iterator[Any]:
    run = f"{machine.replace(':stateMachine:', ':execution:')}:r1"
    calls: list[Call] = [
        ("start_execution", {"stateMachineArn": machine, "name": "r1", "input": '{"key": 1}'}),
        ("start_execution", {"stateMachineArn": machine, "name": "r1", "input": '{"key": 2}'}),
        ("list_executions", {"stateMachineArn": machine, "statusFilter": "SUCCEEDED"}),
        ("stop_execution", {"executionArn": run}),
        ("start_execution", {"stateMachineArn": machine, "name": "r1", "input": '{"key": 1}'}),
        ("start_execution", {"stateMachineArn": machine, "name": "no name", "input": "{}"}),
        ("start_execution", {"stateMachineArn": machine, "name": "r2", "input": "{"}),
        ("start_execution", {"stateMachineArn": machine + "-none", "name": "r2"}),
        ("describe_state_machine", {"stateMachineArn": machine + "-none"}),
        ("describe_execution", {"executionArn": run + "-none"}),
        ("list_executions", {"stateMachineArn": machine, "maxResults": 1, "nextToken": "of another"}),
    ]
    for operation, sent in calls:
        yield answered(step_functions, operation, sent)
    told = step_functions.describe_execution(executionArn=run)
    yield {name: told[name] for name in ("executionArn", "stateMachineArn", "name", "status", "input")}


def test_step_functions_answers_as_moto_does(stack: Stack, simulation: Simulation) -> None:
    machine = make_pipeline(stack.aws)
    assert machine == f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:nightly-orders"
    simulation.world.step_functions.add_machine()
    expected = list(a_run_is_started_and_stopped(stack.aws.client("stepfunctions"), machine))

    found = list(a_run_is_started_and_stopped(simulation.client("stepfunctions"), machine))

    assert found == expected
