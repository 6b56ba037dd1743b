"""The simulated table does what DynamoDB may do and moto never does."""

from datetime import timedelta
from typing import Any

import pytest

from tests.simulated.dynamodb_calls import ONE, OTHER, TWO
from tests.simulated.simulation import Simulation


@pytest.fixture
def client(simulation: Simulation) -> Any:
    return simulation.client("dynamodb")


@pytest.fixture
def name(simulation: Simulation) -> str:
    return simulation.world.table.name


def test_a_read_that_is_not_consistent_may_miss_the_latest_write(simulation, client, name):
    simulation.world.table.stale_reads = True
    for text in ("old", "new"):
        client.put_item(TableName=name, Item={**ONE, "words": {"S": text}})

    read = [
        client.get_item(TableName=name, Key=ONE, ConsistentRead=consistent)["Item"]["words"]["S"]
        for consistent in (False, True)
    ]

    assert read == ["old", "new"]


def test_an_expired_item_stays_until_it_is_dropped(simulation, client, name):
    clock, table = simulation.world.clock, simulation.world.table
    at = str(int(clock.now().timestamp()))
    client.put_item(TableName=name, Item={**ONE, "expires_at": {"N": at}})
    client.put_item(TableName=name, Item=TWO)
    clock.move(timedelta(seconds=1))
    assert "Item" in client.get_item(TableName=name, Key=ONE)

    dropped = table.drop_expired(clock.now())

    assert dropped == 1
    assert table.items == [TWO]


def test_keys_may_be_left_for_another_call(simulation, client, name):
    for key in (ONE, TWO):
        client.put_item(TableName=name, Item=key)
    simulation.world.faults.leave_unprocessed(times=1, when=lambda key: key == TWO)
    request = {name: {"Keys": [ONE, TWO], "ConsistentRead": True}}

    first = client.batch_get_item(RequestItems=request)
    second = client.batch_get_item(RequestItems=first["UnprocessedKeys"])

    assert first["Responses"][name] == [ONE]
    assert first["UnprocessedKeys"] == {name: {"Keys": [TWO], "ConsistentRead": True}}
    assert (second["Responses"][name], second["UnprocessedKeys"]) == ([TWO], {})


def test_no_more_is_read_at_once_than_sixteen_mebibytes(client, name):
    keys = [{**ONE, "sk": {"S": str(number)}} for number in range(42)]
    for key in keys:
        client.put_item(TableName=name, Item={**key, "words": {"S": "x" * 409_000}})

    answer = client.batch_get_item(RequestItems={name: {"Keys": keys}})

    assert len(answer["Responses"][name]) == 41
    assert answer["UnprocessedKeys"][name]["Keys"] == keys[41:]


def test_an_item_may_have_four_hundred_kibibytes(client, name):
    with pytest.raises(client.exceptions.ClientError, match="Item size has exceeded"):
        client.put_item(TableName=name, Item={**ONE, "words": {"S": "値" * 140_000}})


def test_a_transaction_with_the_same_token_is_done_once(simulation, client, name):
    count = {
        "Update": {
            "TableName": name,
            "Key": ONE,
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }
    for _ in range(2):
        client.transact_write_items(TransactItems=[count], ClientRequestToken="same")

    simulation.world.clock.move(timedelta(minutes=11))
    client.transact_write_items(TransactItems=[count], ClientRequestToken="same")

    assert simulation.world.table.items == [{**ONE, "n": {"N": "2"}}]


def test_a_conflict_with_another_transaction_says_which_item_it_was(simulation, client, name):
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict", "Message": "Transaction is ongoing"}]
    simulation.world.faults.refuse(
        "TransactWriteItems", "TransactionCanceledException", times=1, CancellationReasons=reasons
    )
    acts = [{"Put": {"TableName": name, "Item": key}} for key in (ONE, OTHER)]

    with pytest.raises(client.exceptions.TransactionCanceledException) as raised:
        client.transact_write_items(TransactItems=acts)
    client.transact_write_items(TransactItems=acts)

    assert raised.value.response["CancellationReasons"] == reasons
    assert len(simulation.world.table.items) == 2


def test_what_was_read_is_a_copy(simulation, client, name):
    item = {**ONE, "owners": {"SS": ["a"]}}
    client.put_item(TableName=name, Item=item)

    client.get_item(TableName=name, Key=ONE)["Item"]["owners"]["SS"].append("b")
    item["owners"]["SS"].append("c")

    assert simulation.world.table.items == [{**ONE, "owners": {"SS": ["a"]}}]


@pytest.mark.parametrize("text", ["SET a.b = :x", "SET a = list_append(a, :x)"])
def test_what_the_simulation_does_not_know_it_says(text, client, name):
    with pytest.raises(NotImplementedError):
        client.update_item(
            TableName=name, Key=ONE, UpdateExpression=text, ExpressionAttributeValues={":x": {"S": "x"}}
        )


def test_a_filter_is_not_about_keys(client, name):
    with pytest.raises(client.exceptions.ClientError, match="non-primary key attributes"):
        client.query(
            TableName=name,
            KeyConditionExpression="pk = :pk",
            FilterExpression="begins_with(#sk, :pk)",
            ExpressionAttributeNames={"#sk": "sk"},
            ExpressionAttributeValues={":pk": {"S": "x"}},
        )
