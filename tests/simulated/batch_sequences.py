"""Calls of DynamoDB about many items, in sequences, which moto and the simulation must answer alike."""

from tests.simulated.dynamodb_calls import (
    ONE,
    OTHER,
    TWO,
    Call,
    batch,
    claim,
    get,
    put,
    query,
    transaction,
)

LINEAGE = {":pk": {"S": "lineage#1"}}
HUNDRED = [
    {
        "Put": {
            "Item": {**ONE, "sk": {"S": f"2026-{number:02d}"}, "version": {"N": "1"}},
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }
    for number in range(100)
]
WAS_ONE = {
    "ConditionExpression": "attribute_exists(pk) AND #version = :was",
    "ExpressionAttributeNames": {"#version": "version"},
    "ExpressionAttributeValues": {":was": {"N": "1"}},
}

BATCH_SEQUENCES: dict[str, list[Call]] = {
    "a transaction writes all": [
        put({**TWO, "words": {"S": "x"}}),
        transaction(
            {"Put": {"Item": {**OTHER, "words": {"S": "new"}}}},
            {"Update": claim(ONE)},
            {"Delete": {"Key": TWO, "ConditionExpression": "attribute_exists(pk)"}},
        ),
        batch(ONE, TWO, OTHER),
    ],
    "a transaction writes nothing where one condition fails": [
        put({**TWO, "answer": {"S": "drop"}}),
        transaction(
            {"Update": claim(ONE)},
            {"Update": claim(TWO)},
            {"ConditionCheck": {"Key": OTHER, "ConditionExpression": "attribute_not_exists(pk)"}},
        ),
        transaction({"Update": claim(TWO, ReturnValuesOnConditionCheckFailure="ALL_OLD")}),
        batch(ONE, TWO, OTHER),
    ],
    "a transaction has an item once": [
        transaction({"Update": claim(ONE)}, {"Delete": {"Key": ONE}}),
        get(ONE),
    ],
    "at most a hundred items at a time": [
        transaction(*({"Delete": {"Key": {**ONE, "sk": {"S": str(number)}}}} for number in range(101))),
        batch(*({**ONE, "sk": {"S": str(number)}} for number in range(101))),
        batch(*({**ONE, "sk": {"S": str(number)}} for number in range(100))),
        batch(ONE, ONE),
    ],
    "a hundred new items are written at once, and only where all of them are new": [
        transaction(*HUNDRED),
        transaction({"Put": {"Item": {**ONE, "sk": {"S": "else"}}}}, HUNDRED[99]),
        query("pk = :pk AND begins_with(sk, :sk)", {**LINEAGE, ":sk": {"S": "2026-1"}}, Limit=3),
        query(
            "pk = :pk AND begins_with(sk, :sk)",
            {**LINEAGE, ":sk": {"S": "2026-1"}},
            Limit=8,
            ExclusiveStartKey={**ONE, "sk": {"S": "2026-12"}},
        ),
        query("pk = :pk AND begins_with(sk, :sk)", {**LINEAGE, ":sk": {"S": "else"}}, ConsistentRead=True),
    ],
    "an item is written where it is as it was read": [
        put({**ONE, "version": {"N": "1"}}),
        put({**ONE, "version": {"N": "2"}}, **WAS_ONE),
        put({**ONE, "version": {"N": "3"}}, **WAS_ONE, ReturnValuesOnConditionCheckFailure="ALL_OLD"),
        put({**TWO, "version": {"N": "2"}}, **WAS_ONE),
        get(ONE),
    ],
    "many items are read at once": [
        put({**ONE, "a": {"S": "1"}, "b": {"L": [{"S": "x"}, {"M": {"c": {"NULL": True}}}]}}),
        put({**OTHER, "a": {"S": "2"}}),
        batch(OTHER, TWO, ONE, ConsistentRead=True),
        batch(ONE, OTHER, ProjectionExpression="a, #b", ExpressionAttributeNames={"#b": "b"}),
        get(ONE, ProjectionExpression="a"),
    ],
    "a partition is read in order, page by page": [
        *(put({**ONE, "sk": {"S": name}, "n": {"N": "1"}}) for name in ("c", "a", "b", "d")),
        put(OTHER),
        query("pk = :pk", LINEAGE),
        query("pk = :pk", LINEAGE, ScanIndexForward=False, Limit=3),
        query("pk = :pk", LINEAGE, Limit=2),
        query("pk = :pk", LINEAGE, ExclusiveStartKey={**ONE, "sk": {"S": "b"}}),
        query("pk = :pk AND sk > :sk", {**LINEAGE, ":sk": {"S": "b"}}),
        query("pk = :pk AND begins_with(sk, :sk)", {**LINEAGE, ":sk": {"S": "c"}}),
        query(
            "#pk = :pk AND sk BETWEEN :from AND :to",
            {**LINEAGE, ":from": {"S": "b"}, ":to": {"S": "c"}},
            ExpressionAttributeNames={"#pk": "pk"},
        ),
        query("pk = :pk", {":pk": {"S": "nobody"}}),
    ],
    "a query keeps what fits, of the attributes that it names": [
        *(
            put({**ONE, "sk": {"S": name}, "n": {"N": str(number)}, "owners": {"SS": [name, "all"]}})
            for number, name in enumerate("abcd")
        ),
        query("pk = :pk", LINEAGE, ProjectionExpression="sk, #n", ExpressionAttributeNames={"#n": "n"}),
        query(
            "pk = :pk AND sk >= :sk",
            {**LINEAGE, ":sk": {"S": "b"}, ":n": {"N": "3"}},
            FilterExpression="n < :n",
            Limit=2,
        ),
        query("pk = :pk", {**LINEAGE, ":b": {"S": "b"}}, FilterExpression="contains(owners, :b)"),
        query("pk = :pk", LINEAGE, Select="COUNT"),
        query("pk = :pk AND sk < :sk", {**LINEAGE, ":sk": {"S": "c"}}, ScanIndexForward=False, Limit=1),
    ],
}
