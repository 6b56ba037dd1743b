"""Calls of DynamoDB about one item, in sequences, which moto and the simulation must answer alike."""

from tests.simulated.dynamodb_calls import (
    ONE,
    OTHER,
    Call,
    claim,
    delete,
    get,
    put,
    update,
)

ITEM_SEQUENCES: dict[str, list[Call]] = {
    "an item is put, replaced, read and deleted": [
        get(ONE),
        put({**ONE, "error": {"S": "x"}}),
        put({**ONE, "count": {"N": "1"}}, ReturnValues="ALL_OLD"),
        get(ONE),
        delete(ONE, ReturnValues="ALL_OLD"),
        delete(ONE),
        get(ONE),
    ],
    "a condition keeps the first of two answers": [
        ("update_item", claim(ONE, ReturnValues="ALL_NEW")),
        ("update_item", claim(ONE)),
        ("update_item", claim(ONE, "redrive")),
        ("update_item", claim(ONE, "redrive", ReturnValuesOnConditionCheckFailure="ALL_OLD")),
        get(ONE),
    ],
    "conditions of every kind": [
        put({**ONE, "version": {"N": "2"}, "name": {"S": "b"}}),
        *(
            delete(OTHER, ConditionExpression=text)
            for text in ("attribute_exists(pk)", "attribute_not_exists(pk)", "NOT attribute_exists(pk)")
        ),
        *(
            put(
                {**ONE, "version": {"N": "2"}, "name": {"S": "b"}},
                ConditionExpression=text,
                ExpressionAttributeNames={"#name": "name"},
                ExpressionAttributeValues={":two": {"N": "2.0"}, ":b": {"S": "b"}},
            )
            for text in (
                "version = :two AND #name = :b",
                "version <> :two OR #name = :b",
                "version <> :two AND #name = :b OR NOT #name <> :b",
                "version < :two OR #name < :b",
                "version <= :two AND #name >= :b",
                "NOT (version = :two AND #name = :b)",
                "absent = :two OR absent = :b OR #name = absent",
                "absent <> :two AND #name = :b",
                "absent < :two OR #name > :b",
                "version = :b OR #name = :two",
                "version BETWEEN :two AND :two AND begins_with(#name, :b)",
            )
        ),
    ],
    "what is not there yet is set once": [
        update(
            ONE,
            "SET began = if_not_exists(began, :now), newest = :now, n = if_not_exists(n, :zero) + :one",
            {":now": {"S": now}, ":zero": {"N": "0"}, ":one": {"N": "1"}},
            ReturnValues="ALL_NEW",
        )
        for now in ("2026-11-21", "2026-11-22")
    ],
    "the later of two is kept, in whichever order they come": [
        update(
            ONE,
            "SET ended = :ended, arn = :arn",
            {":ended": {"S": ended}, ":arn": {"S": ended}},
            ConditionExpression="attribute_not_exists(ended) OR ended < :ended",
            ReturnValues="ALL_NEW",
        )
        for ended in ("2026-11-21", "2026-11-20", "2026-11-22", "2026-11-22")
    ],
    "a set is asked what is in it": [
        put({**ONE, "owners": {"SS": ["a", "b"]}, "name": {"S": "ab"}, "many": {"L": [{"S": "c"}]}}),
        *(
            put(
                {**ONE, "owners": {"SS": ["a", "b"]}, "name": {"S": "ab"}, "many": {"L": [{"S": "c"}]}},
                ConditionExpression=text,
                ExpressionAttributeNames={"#name": "name"},
                ExpressionAttributeValues={":b": {"S": "b"}, ":c": {"S": "c"}, ":two": {"N": "2"}},
            )
            for text in (
                "contains(owners, :b) AND #name <> :c AND size(owners) = :two",
                "contains(owners, :c) OR #name = :b OR size(owners) > :two",
                "contains(#name, :b) AND contains(many, :c) AND size(#name) <= :two",
                "contains(absent, :b) OR #name IN (:b, :c) OR owners = :two",
                "#name IN (:b, #name) AND NOT owners IN (:b, :c) AND :two = :two",
            )
        ),
    ],
    "an update sees the item as it was": [
        put({**ONE, "a": {"S": "1"}, "b": {"S": "2"}}),
        update(ONE, "SET a = b, b = a REMOVE c", ReturnValues="ALL_NEW"),
        update(ONE, "REMOVE a, b", ReturnValues="ALL_NEW"),
        update(ONE, "SET a = b"),
        get(ONE),
    ],
    "numbers are added up": [
        update(ONE, "ADD tries :one", {":one": {"N": "1"}}, ReturnValues="ALL_NEW"),
        update(ONE, "ADD tries :one", {":one": {"N": "-3"}}, ReturnValues="ALL_NEW"),
        update(ONE, "SET tries = tries - :one", {":one": {"N": "1"}}, ReturnValues="ALL_OLD"),
        get(ONE),
    ],
    "a set grows and shrinks, and an empty one is none": [
        update(ONE, "ADD owners :owner", {":owner": {"SS": ["a"]}}),
        update(ONE, "ADD owners :owner", {":owner": {"SS": ["a", "b"]}}),
        get(ONE),
        update(ONE, "DELETE owners :owner", {":owner": {"SS": ["a", "c"]}}),
        get(ONE),
        update(ONE, "DELETE owners :owner", {":owner": {"SS": ["b"]}}, ReturnValues="ALL_NEW"),
        update(ONE, "DELETE owners :owner", {":owner": {"SS": ["b"]}}, ReturnValues="ALL_NEW"),
    ],
    "updates that DynamoDB does not take": [
        put({**ONE, "words": {"S": "x"}}),
        update(ONE, "ADD words :one", {":one": {"N": "1"}}),
        update(ONE, "SET words = words + :one", {":one": {"N": "1"}}),
        update(ONE, "SET sk = :other", {":other": {"S": "x"}}),
        update(ONE, "SET error = :text", {":text": {"S": "x"}}),
        update(
            ONE, "SET #error = :text", {":text": {"S": "x"}}, ExpressionAttributeNames={"#error": "error"}
        ),
        update(ONE, "SET words = :text", {":other": {"S": "x"}}),
        update(ONE, "SET a = :a, a = :b", {":a": {"S": "x"}, ":b": {"S": "y"}}),
        update(ONE, "SET a = :a SET b = :a", {":a": {"S": "x"}}),
        update(ONE, "SET a = :a", {":a": {"S": "x"}, ":unused": {"S": "y"}}),
        update(ONE, "SET a = :a", {":a": {"S": "x"}}, ExpressionAttributeNames={"#unused": "y"}),
        get(ONE),
    ],
    "keys that are none": [
        get({"pk": {"S": "lineage#1"}}),
        get({**ONE, "more": {"S": "x"}}),
        put({"pk": {"S": "lineage#1"}}),
        put({**ONE, "sk": {"S": ""}}),
    ],
}
