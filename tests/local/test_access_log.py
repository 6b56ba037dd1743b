"""Every call through the gateway is on record, with who made it."""

from datetime import UTC, datetime

from local.embedded_aws import EmbeddedAws
from tests.local.support import Queue, Role, error_code


def test_a_call_is_logged_with_its_role_and_operation(embedded: EmbeddedAws) -> None:
    queue, role = Queue(embedded), Role(embedded)
    role.may({"Action": "sqs:SendMessage", "Resource": queue.arn})
    before = datetime.now(UTC)

    role.client("sqs").send_message_batch(QueueUrl=queue.url, Entries=[{"Id": "1", "MessageBody": "x"}])

    call = embedded.calls()[-1]
    assert (call.principal, call.service, call.action, call.status) == (
        role.name,
        "sqs",
        "SendMessageBatch",
        200,
    )
    assert before < call.time < datetime.now(UTC)


def test_a_refused_call_is_logged_as_refused(embedded: EmbeddedAws) -> None:
    role = Role(embedded)

    error_code(lambda: role.client("dynamodb").get_item(TableName="any", Key={"pk": {"S": "1"}}))

    call = embedded.calls()[-1]
    assert (call.principal, call.service, call.action) == (role.name, "dynamodb", "GetItem")
    assert call.status >= 400


def test_calls_of_every_protocol_are_logged_with_the_name_of_their_operation(embedded: EmbeddedAws) -> None:
    start = len(embedded.calls())

    embedded.client("sns").list_topics()
    embedded.client("s3").list_buckets()
    embedded.client("scheduler").list_schedules()
    embedded.client("lambda").list_functions()
    embedded.client("cloudwatch").describe_alarms()

    logged = [(call.principal, call.service, call.action) for call in embedded.calls()[start:]]
    assert logged == [
        ("root", "sns", "ListTopics"),
        ("root", "s3", "ListAllMyBuckets"),
        ("root", "scheduler", "ListSchedules"),
        ("root", "lambda", "ListFunctions"),
        ("root", "cloudwatch", "DescribeAlarms"),
    ]


def test_ministack_alone_keeps_no_such_record(bare: EmbeddedAws) -> None:
    bare.client("sqs").list_queues()

    assert bare.calls() == []
