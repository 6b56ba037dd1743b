"""Makes what the sample events of a load name: its SQL, a table for Athena, and an ear for notices."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local.deployed import Operator
from local.loads import SQL, SQL_BUCKET
from tests.contract.sample_world import EVENTS

LAKE = "lake"
CLAIM = str(json.loads((EVENTS / "load_claimer_complete.json").read_bytes())["key"])
DELIVERED = 3
SALES = """\
2026-11-22,the day before,1
2026-11-23,the first day,2
2026-11-25,in between,3
2026-11-29,the last day,4
2026-11-30,the day after,5
"""
"""Three of the week that the samples ask for."""

COLUMNS = [("sold_on", "date"), ("shop", "string"), ("amount", "bigint")]
SERDE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
SLOW_SQL = "slow.sql"
SLOW = "SELECT SUM(a.range * b.range) FROM range(60000) a, range(4000) b"
"""Takes seconds in the database that the embedded Athena runs on."""


def make_what_a_load_names(operator: Operator) -> None:
    """The SQL, the table, and a place for the results of queries."""
    s3, glue = operator.client("s3"), operator.client("glue")
    for bucket in (SQL_BUCKET, LAKE):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": operator.aws.region})
    for path in SQL.rglob("*.sql"):
        s3.put_object(Bucket=SQL_BUCKET, Key=str(path.relative_to(SQL)), Body=path.read_bytes())
    s3.put_object(Bucket=SQL_BUCKET, Key=SLOW_SQL, Body=SLOW)
    s3.put_object(Bucket=LAKE, Key="sales/part-1.csv", Body=SALES)
    storage = {
        "Columns": [{"Name": name, "Type": kind} for name, kind in COLUMNS],
        "Location": f"s3://{LAKE}/sales/",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "SerdeInfo": {"SerializationLibrary": SERDE, "Parameters": {"field.delim": ","}},
    }
    glue.create_database(DatabaseInput={"Name": "landing"})
    glue.create_table(DatabaseName="landing", TableInput={"Name": "sales", "StorageDescriptor": storage})
    operator.client("athena").update_work_group(
        WorkGroup="primary",
        ConfigurationUpdates={
            "ResultConfigurationUpdates": {"OutputLocation": f"s3://{LAKE}/results/"},
        },
    )


def queries(operator: Operator) -> set[str]:
    """The ids of all queries that Athena was given."""
    return set(operator.client("athena").list_query_executions()["QueryExecutionIds"])


def claim(operator: Operator) -> dict[str, Any] | None:
    """The claim on the samples' load, as it is in the state table."""
    found = operator.client("dynamodb").get_item(TableName=operator.output("StateTableName"), Key=_key())
    return dict(found["Item"]) if "Item" in found else None


def drop_claim(operator: Operator) -> None:
    """Nobody ever was at the samples' load."""
    operator.client("dynamodb").delete_item(TableName=operator.output("StateTableName"), Key=_key())


@contextmanager
def listening(operator: Operator, topic: str) -> Iterator[list[dict[str, Any]]]:
    """Collects what is published on a topic, given the name of its output; complete when the block ends."""
    sqs, sns = operator.client("sqs"), operator.client("sns")
    url = sqs.create_queue(QueueName="ear")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    let_in = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [let_in]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    subscription = sns.subscribe(
        TopicArn=operator.output(topic), Protocol="sqs", Endpoint=queue, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    heard: list[dict[str, Any]] = []

    def listen() -> bool:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        heard.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
        return bool(heard)

    try:
        yield heard
        operator.until("something is published", listen, seconds=20)
    finally:
        sns.unsubscribe(SubscriptionArn=subscription)
        sqs.delete_queue(QueueUrl=url)


def _key() -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"load#{CLAIM}"}, "sk": {"S": "claim"}}
