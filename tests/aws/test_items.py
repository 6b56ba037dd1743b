"""Many items at once, however few of them DynamoDB gives in one call."""

from typing import Any

import pytest
from botocore.stub import Stubber

from stepkeeper.aws import lineages, reconciled
from stepkeeper.aws.clients import client
from stepkeeper.aws.items import CALLS_TRIED, batch_get
from stepkeeper.errors import AwsUnavailable
from tests.conftest import Stack

TABLE = "state"


def key(number: int) -> dict[str, Any]:
    return {"pk": {"S": f"item#{number}"}, "sk": {"S": "is"}}


def asked(*numbers: int) -> dict[str, Any]:
    return {TABLE: {"Keys": [key(number) for number in numbers], "ConsistentRead": True}}


def given(*numbers: int, left: tuple[int, ...] = ()) -> dict[str, Any]:
    unprocessed = {TABLE: {"Keys": [key(number) for number in left]}} if left else {}
    return {"Responses": {TABLE: [key(number) for number in numbers]}, "UnprocessedKeys": unprocessed}


@pytest.mark.usefixtures("aws")
def test_what_a_call_did_not_come_to_is_asked_for_again() -> None:
    with Stubber(client("dynamodb")) as stubber:
        stubber.add_response("batch_get_item", given(1, left=(2, 3)), {"RequestItems": asked(1, 2, 3)})
        stubber.add_response("batch_get_item", given(3, left=(2,)), {"RequestItems": asked(2, 3)})
        stubber.add_response("batch_get_item", given(2), {"RequestItems": asked(2)})

        found = list(batch_get(client("dynamodb"), TABLE, [key(1), key(2), key(3)]))

    assert found == [key(1), key(3), key(2)]


@pytest.mark.usefixtures("aws")
def test_a_table_that_gives_nothing_is_told_and_not_taken_for_an_empty_one() -> None:
    with Stubber(client("dynamodb")) as stubber:
        for _ in range(CALLS_TRIED):
            stubber.add_response("batch_get_item", given(left=(1,)), {"RequestItems": asked(1)})

        with pytest.raises(AwsUnavailable, match="state has not given 1 items"):
            list(batch_get(client("dynamodb"), TABLE, [key(1)]))


def test_nothing_is_read_as_it_was_a_moment_ago(stack: Stack) -> None:
    """moto is always consistent, DynamoDB only where it is asked to be."""
    dynamodb, asked = client("dynamodb"), []

    def look(params: dict[str, Any], **_: Any) -> None:
        tables = params.get("RequestItems", {"": params}).values()
        asked.extend(table["ConsistentRead"] for table in tables)

    dynamodb.meta.events.register("before-parameter-build.dynamodb", look)
    failure = lineages.FailureKey("9f2c4e7a1b3d5f60", 1)

    lineages.read_record(dynamodb, stack.state_table, failure)
    lineages.read_records(dynamodb, stack.state_table, [failure])
    lineages.read_lineage(dynamodb, stack.state_table, failure.lineage)
    reconciled.read_reconciled_until(dynamodb, stack.state_table, ["arn:orders"])

    assert asked == [True] * 4
