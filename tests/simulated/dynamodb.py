"""DynamoDB: what its API does with one item."""

from collections.abc import Callable
from typing import Any

from tests.simulated.conditions import condition
from tests.simulated.expressions import Item, Scope, invalid
from tests.simulated.refusal import Refusal, only
from tests.simulated.table import KEYS, Key, Table, checked, copied, key_of
from tests.simulated.updates import changes, updated

WRITE = (
    "TableName", "ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues",
    "ReturnValues", "ReturnValuesOnConditionCheckFailure",
)  # fmt: skip


class Items:
    """The calls about one item. What each would write is found out first, and written only then."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get_item(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "TableName", "Key", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames")
        self.check_table(sent)
        scope = Scope(sent, ProjectionExpression=sent.get("ProjectionExpression"))
        item = self._table.read(key_of(sent["Key"], alone=True), consistent=sent.get("ConsistentRead", False))
        return {"Item": projected(item, sent, scope)} if item is not None else {}

    def put_item(self, sent: dict[str, Any]) -> dict[str, Any]:
        return self._write(sent, self.put)

    def update_item(self, sent: dict[str, Any]) -> dict[str, Any]:
        return self._write(sent, self.update)

    def delete_item(self, sent: dict[str, Any]) -> dict[str, Any]:
        return self._write(sent, self.delete)

    def put(self, sent: dict[str, Any]) -> tuple[Key, Item | None]:
        only(sent, *WRITE, "Item")
        self.check_table(sent)
        key, item = key_of(sent["Item"]), checked(copied(sent["Item"]))
        self._check(sent, key, Scope(sent, ConditionExpression=sent.get("ConditionExpression")))
        return key, item

    def delete(self, sent: dict[str, Any]) -> tuple[Key, Item | None]:
        only(sent, *WRITE, "Key")
        self.check_table(sent)
        key = key_of(sent["Key"], alone=True)
        self._check(sent, key, Scope(sent, ConditionExpression=sent.get("ConditionExpression")))
        return key, None

    def condition_check(self, sent: dict[str, Any]) -> tuple[Key, Item | None]:
        only(sent, *WRITE, "Key")
        key, _ = self.delete(sent)
        return key, self._table.read(key, consistent=True)

    def update(self, sent: dict[str, Any]) -> tuple[Key, Item | None]:
        only(sent, *WRITE, "Key", "UpdateExpression")
        self.check_table(sent)
        key = key_of(sent["Key"], alone=True)
        text = sent["UpdateExpression"]
        scope = Scope(sent, UpdateExpression=text, ConditionExpression=sent.get("ConditionExpression"))
        names = [scope.name(name) for name, _ in changes(text)]
        for name in names:
            if name in KEYS:
                raise invalid(
                    "One or more parameter values were invalid: "
                    f"Cannot update attribute {name}. This attribute is part of the key"
                )
            if names.count(name) > 1:
                raise invalid(
                    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or "
                    f"rewrite one of these paths; path one: [{name}], path two: [{name}]"
                )
        old = self._check(sent, key, scope)
        return key, checked(updated(text, old or copied(sent["Key"]), scope))

    def check_table(self, sent: dict[str, Any]) -> None:
        if sent["TableName"] != self._table.name:
            raise Refusal("ResourceNotFoundException", "Requested resource not found")

    def _check(self, sent: dict[str, Any], key: Key, scope: Scope) -> Item | None:
        """The item as it is. Raises ConditionalCheckFailedException where it is not as it must be."""
        item = self._table.read(key, consistent=True)
        text = sent.get("ConditionExpression")
        if text and not condition(text)(item or {}, scope):
            told = item is not None and sent.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
            raise Refusal(
                "ConditionalCheckFailedException",
                "The conditional request failed",
                **({"Item": copied(item)} if told else {}),
            )
        return item

    def _write(
        self, sent: dict[str, Any], find: Callable[[dict[str, Any]], tuple[Key, Item | None]]
    ) -> dict[str, Any]:
        key, new = find(sent)
        old = self._table.read(key, consistent=True)
        self._table.write(key, copied(new))
        match sent.get("ReturnValues", "NONE"):
            case "ALL_OLD" if old is not None:
                return {"Attributes": copied(old)}
            case "ALL_NEW" if new is not None:
                return {"Attributes": copied(new)}
            case "UPDATED_OLD" | "UPDATED_NEW" as unknown:
                raise NotImplementedError(f"the simulation does not know ReturnValues={unknown}")
        return {}


def projected(item: Item, sent: dict[str, Any], scope: Scope) -> Item:
    """A copy of an item, or of those of its attributes that a ProjectionExpression names."""
    text = sent.get("ProjectionExpression")
    if not text:
        return copied(item)  # type: ignore[no-any-return]
    names = [scope.name(name.strip()) for name in text.split(",")]
    return {name: copied(item[name]) for name in names if name in item}
