"""The stand-in that the large spool is emptied from: what it answers to boto3, and what it counts."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from bench.stand_in.process import Quota, StandIn, standing_in
from bench.stand_in.quota import TokenBucket

SPOOL = "http://sqs.test/000000000000/spool"
MACHINE = "arn:aws:states:ap-northeast-1:000000000000:stateMachine:report"
MESSAGES, BUCKET = 50, 40


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """As in the benchmark, but at once, and with a bucket that stays as empty as it gets."""
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    quota = Quota(bucket=BUCKET, refill=0, distance=timedelta(0))
    with standing_in(quota, spool_url=SPOOL, bodies=map(str, range(MESSAGES))) as running:
        yield running


def client(stand_in: StandIn, service: str) -> Any:
    config = Config(proxies={}, retries={"total_max_attempts": 1})
    session: Any = boto3.Session("test", "test", region_name="ap-northeast-1")
    return session.client(service, endpoint_url=stand_in.endpoint, config=config)


def test_a_spool_that_is_emptied_is_told_call_by_call(stand_in: StandIn) -> None:
    sqs, states = client(stand_in, "sqs"), client(stand_in, "stepfunctions")
    bodies, codes = [], []

    while messages := sqs.receive_message(QueueUrl=SPOOL, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(message["Body"])
            codes.append(start(states, message["Body"]))
        sqs.delete_message_batch(
            QueueUrl=SPOOL,
            Entries=[{"Id": item["MessageId"], "ReceiptHandle": item["ReceiptHandle"]} for item in messages],
        )
    tally = stand_in.finish()

    assert bodies == list(map(str, range(MESSAGES)))
    assert codes == [None] * BUCKET + ["ThrottlingException"] * (MESSAGES - BUCKET)
    assert tally.calls == {"ReceiveMessage": 6, "StartExecution": MESSAGES, "DeleteMessageBatch": 5}
    assert (len(tally.started), tally.throttled, tally.left) == (BUCKET, MESSAGES - BUCKET, 0)
    assert tally.started == sorted(tally.started)


def test_what_is_given_back_is_received_again_and_what_is_not_is_left(stand_in: StandIn) -> None:
    sqs = client(stand_in, "sqs")
    received = sqs.receive_message(QueueUrl=SPOOL, MaxNumberOfMessages=2)["Messages"]

    sqs.change_message_visibility_batch(
        QueueUrl=SPOOL,
        Entries=[{"Id": "1", "ReceiptHandle": received[0]["ReceiptHandle"], "VisibilityTimeout": 0}],
    )
    counts = sqs.get_queue_attributes(QueueUrl=SPOOL, AttributeNames=["All"])["Attributes"]

    assert counts["ApproximateNumberOfMessages"] == str(MESSAGES - 1)
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "1"
    assert stand_in.finish().left == MESSAGES


def test_every_service_answers_boto3_and_an_unknown_call_is_refused(stand_in: StandIn) -> None:
    states, table = client(stand_in, "stepfunctions"), client(stand_in, "dynamodb")
    key = {"pk": {"S": "lineage#1"}, "sk": {"S": "failure#000000001"}}

    published = client(stand_in, "sns").publish(TopicArn="arn:aws:sns:ap-northeast-1:0:alerts", Message="!")
    found = table.batch_get_item(RequestItems={"state": {"Keys": [key]}})
    table.transact_write_items(TransactItems=[{"Put": {"TableName": "state", "Item": key}}])
    execution_arn = states.start_execution(stateMachineArn=MACHINE, name="once")["executionArn"]

    assert published["MessageId"]
    assert (found["Responses"], found["UnprocessedKeys"]) == ({"state": []}, {})
    assert states.describe_execution(executionArn=execution_arn)["status"] == "SUCCEEDED"
    assert states.list_executions(stateMachineArn=MACHINE, statusFilter="RUNNING")["executions"] == []
    assert start(states, "once") == "ExecutionAlreadyExists"
    with pytest.raises(ClientError, match="does not know ListTables"):
        table.list_tables()


def test_a_bucket_gives_what_it_holds_and_then_what_comes_back() -> None:
    bucket = TokenBucket(size=3, refill=2)

    at_once = [bucket.take(100) for _ in range(4)]
    half_a_second_later = [bucket.take(100.5) for _ in range(2)]
    long_after = [bucket.take(200) for _ in range(4)]

    assert at_once == [True, True, True, False]
    assert half_a_second_later == [True, False]
    assert long_after == [True, True, True, False]


def start(states: Any, name: str) -> str | None:
    """Starts a run; gives the code of the refusal."""
    try:
        states.start_execution(stateMachineArn=MACHINE, name=name)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return None
