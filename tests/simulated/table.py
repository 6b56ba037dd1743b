"""One table of DynamoDB with the keys `pk` and `sk`, both texts."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.simulated.expressions import Item, Value, invalid

ITEM_BYTES = 400 * 1024
KEYS = ("pk", "sk")

Key = tuple[str, str]


class Table:
    """Items are never changed, only replaced.

    With `stale_reads` a read that is not ConsistentRead does not see the latest write of an item yet.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.stale_reads = False
        self._partitions: dict[str, dict[str, Item]] = {}
        self._before: dict[Key, Item | None] = {}

    @property
    def items(self) -> list[Item]:
        """All items, for tests to look at."""
        return [{**item} for partition in self._partitions.values() for item in partition.values()]

    def partition(self, pk: str, *, consistent: bool) -> Iterator[Item]:
        """The items of a partition, sorted by `sk`."""
        known = self._partitions.get(pk, {})
        for sk in sorted(known, key=str.encode):
            item = self.read((pk, sk), consistent=consistent)
            if item is not None:
                yield item

    def read(self, key: Key, *, consistent: bool) -> Item | None:
        if self.stale_reads and not consistent and key in self._before:
            return self._before[key]
        return self._partitions.get(key[0], {}).get(key[1])

    def write(self, key: Key, item: Item | None) -> None:
        """Puts an item in the place of the one before it; None takes that away."""
        self._before[key] = self.read(key, consistent=True)
        partition = self._partitions.setdefault(key[0], {})
        if item is None:
            partition.pop(key[1], None)
        else:
            partition[key[1]] = item

    def drop_expired(self, now: datetime) -> int:
        """What TTL does some time within days of `expires_at`: until a test says so, expired items stay."""
        expired = [item for item in self.items if "expires_at" in item]
        expired = [item for item in expired if float(item["expires_at"]["N"]) < now.timestamp()]
        for item in expired:
            self.write(key_of(item), None)
        return len(expired)


def key_of(attributes: Item, *, alone: bool = False) -> Key:
    """The key of an item, or one that is given `alone`. Raises what DynamoDB answers to any other."""
    if alone and attributes.keys() != set(KEYS):
        raise invalid("The provided key element does not match the schema")
    for name in KEYS:
        if name not in attributes:
            raise invalid(f"One or more parameter values were invalid: Missing the key {name} in the item")
        if "S" not in attributes[name]:
            (kind,) = attributes[name]
            raise invalid(
                "The provided key element does not match the schema"
                if alone
                else f"One or more parameter values were invalid: Type mismatch for key {name} "
                f"expected: S actual: {kind}"
            )
        if not attributes[name]["S"]:
            raise invalid(
                "One or more parameter values are not valid. The AttributeValue for a key attribute "
                f"cannot contain an empty string value. Key: {name}"
            )
    return attributes["pk"]["S"], attributes["sk"]["S"]


def checked(item: Item) -> Item:
    """An item as it may be kept."""
    for value in item.values():
        for kind, name in (("SS", "string"), ("NS", "number")):
            if value.get(kind) == []:
                raise invalid(f"One or more parameter values were invalid: An {name} set  may not be empty")
    if size_of({"M": item}) > ITEM_BYTES:
        raise invalid("Item size has exceeded the maximum allowed size")
    return item


def size_of(value: Value) -> int:
    """In bytes, as DynamoDB counts them, about."""
    (kind,) = value
    if kind == "M":
        return sum(len(name.encode()) + size_of(its) for name, its in value["M"].items())
    if kind == "L":
        return sum(size_of(its) + 1 for its in value["L"])
    if kind in ("SS", "NS"):
        return sum(len(its.encode("utf-8", "surrogatepass")) for its in value[kind])
    return len(value[kind].encode("utf-8", "surrogatepass")) if kind in ("S", "N") else 1


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: copied(its) for name, its in value.items()}
    return [copied(its) for its in value] if isinstance(value, list) else value
