"""How a hold is written in the state table."""

from datetime import datetime
from typing import TYPE_CHECKING

from stepkeeper.domain.gate import Gate
from stepkeeper.domain.hold import Hold

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

OPENED = "opened_at"
SINCE = "since "
"""Before the name of an owner: since when that pipeline is in trouble."""


def key_of(gate: Gate) -> "dict[str, AttributeValueTypeDef]":
    """Of the item of a hold."""
    return {"pk": {"S": f"gate#{gate}"}, "sk": {"S": "hold"}}


def owner_since(owner: str) -> dict[str, str]:
    """The name of the attribute that says since when an owner is in trouble, as `#since`."""
    return {"#since": f"{SINCE}{owner}"}


def hold_in(item: "dict[str, AttributeValueTypeDef]") -> Hold:
    """The hold that an item is."""
    return Hold(
        owners=frozenset(item.get("owners", {}).get("SS", [])),
        state_before=item["state_before"]["S"],  # type: ignore[arg-type]
        reason=item["reason"]["S"],
        closing_at=_moment(item, "closing_at"),
        closed_at=_moment(item, "closed_at"),
        opened_at=_moment(item, OPENED),
        untold="untold" in item,
        held_since={
            name.removeprefix(SINCE): datetime.fromisoformat(value["S"])
            for name, value in item.items()
            if name.startswith(SINCE)
        },
    )


def _moment(item: "dict[str, AttributeValueTypeDef]", name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]["S"]) if name in item else None
