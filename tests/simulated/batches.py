"""DynamoDB: what its API reads of many items at a time."""

import re
from typing import Any

from tests.simulated.conditions import condition
from tests.simulated.dynamodb import Items, projected
from tests.simulated.expressions import Item, Scope, invalid
from tests.simulated.faults import Faults
from tests.simulated.refusal import only
from tests.simulated.table import KEYS, Table, copied, key_of, size_of

MOST_ITEMS = 100
BATCH_BYTES = 16 * 1024 * 1024
PAGE_BYTES = 1024 * 1024
WORD = re.compile(r"[#:]?\w+")
PARTITION = re.compile(r"\s*(#?\w+)\s*=\s*(:\w+)\s*(?:AND\s+(.+))?", re.IGNORECASE | re.DOTALL)


class Batches(Items):
    """The calls that read many items. None of them tells all at once of more than AWS has room for."""

    def __init__(self, table: Table, faults: Faults) -> None:
        super().__init__(table)
        self._faults = faults

    def batch_get_item(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "RequestItems")
        ((table, request),) = sent["RequestItems"].items()
        self.check_table({"TableName": table})
        only(request, "Keys", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames")
        wanted = [key_of(key, alone=True) for key in request["Keys"]]
        if len(wanted) > MOST_ITEMS:
            raise invalid("Too many items requested for the BatchGetItem call")
        if len(set(wanted)) < len(wanted):
            raise invalid("Provided list of item keys contains duplicates")
        scope = Scope(request, ProjectionExpression=request.get("ProjectionExpression"))
        items: list[Item] = []
        left: list[Item] = []
        size = 0
        for key, asked in zip(wanted, request["Keys"], strict=True):
            item = self._table.read(key, consistent=request.get("ConsistentRead", False))
            size += size_of({"M": item or {}})
            if size > BATCH_BYTES or self._faults.of_entry("BatchGetItem", asked):
                left.append(copied(asked))
            elif item is not None:
                items.append(projected(item, request, scope))
        unprocessed = {table: {**copied(request), "Keys": left}} if left else {}
        return {"Responses": {table: items}, "UnprocessedKeys": unprocessed}

    def query(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(
            sent, "TableName", "KeyConditionExpression", "ExpressionAttributeNames", "Limit",
            "ExpressionAttributeValues", "ConsistentRead", "ScanIndexForward", "ExclusiveStartKey",
            "FilterExpression", "ProjectionExpression", "Select",
        )  # fmt: skip
        self.check_table(sent)
        text, kept = sent["KeyConditionExpression"], sent.get("FilterExpression")
        scope = Scope(
            sent,
            KeyConditionExpression=text,
            FilterExpression=kept,
            ProjectionExpression=sent.get("ProjectionExpression"),
        )
        if any(scope.name(word) in KEYS for word in WORD.findall(kept or "") if word[0] != ":"):
            raise invalid("Filter Expression can only contain non-primary key attributes")
        asked = PARTITION.fullmatch(text)
        if asked is None or scope.name(asked[1]) != "pk":
            raise NotImplementedError(f"the simulation does not read the key condition {text!r}")
        pk = scope.value(asked[2])["S"]
        fits = condition(asked[3], "KeyConditionExpression") if asked[3] else (lambda _item, _scope: True)
        order = -1 if sent.get("ScanIndexForward") is False else 1
        items = [
            item
            for item in self._table.partition(pk, consistent=sent.get("ConsistentRead", False))
            if fits(item, scope)
        ][::order]
        if after := sent.get("ExclusiveStartKey"):
            start = after["sk"]["S"].encode()
            items = [item for item in items if (item["sk"]["S"].encode() > start) is (order > 0)]
            items = [item for item in items if item["sk"]["S"].encode() != start]
        page = _page(items, sent.get("Limit"))
        found = [item for item in page if kept is None or condition(kept, "FilterExpression")(item, scope)]
        answer: dict[str, Any] = {"Count": len(found), "ScannedCount": len(page)}
        if (select := sent.get("Select")) not in (None, "COUNT"):
            raise NotImplementedError(f"the simulation does not know Select={select}")
        if select is None:
            answer["Items"] = [projected(item, sent, scope) for item in found]
        if len(page) < len(items):
            answer["LastEvaluatedKey"] = {name: copied(page[-1][name]) for name in ("pk", "sk")}
        return answer


def _page(items: list[Item], limit: int | None) -> list[Item]:
    """As many items as one answer of Query holds."""
    page: list[Item] = []
    size = 0
    for item in items[:limit]:
        size += size_of({"M": item})
        page.append(item)
        if size > PAGE_BYTES:
            break
    return page
