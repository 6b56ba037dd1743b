"""DynamoDB: writes of many items, all or none of them; with the rest, the whole API."""

from datetime import datetime, timedelta
from typing import Any

from tests.simulated.batches import MOST_ITEMS, Batches
from tests.simulated.clock import Clock
from tests.simulated.expressions import invalid
from tests.simulated.faults import Faults
from tests.simulated.refusal import Refusal, only
from tests.simulated.table import Table, copied, key_of

TOKENS_KEPT_FOR = timedelta(minutes=10)


class DynamoDb(Batches):
    """All calls, each named as its operation; they take parameters and give answers as boto3 does."""

    def __init__(self, table: Table, clock: Clock, faults: Faults) -> None:
        super().__init__(table, faults)
        self._clock = clock
        self._tokens: dict[str, tuple[datetime, str]] = {}

    def transact_write_items(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "TransactItems", "ClientRequestToken")
        acts, token = sent["TransactItems"], sent["ClientRequestToken"]
        if len(acts) > MOST_ITEMS:
            raise invalid(
                "1 validation error detected at 'transactItems' failed to satisfy constraint: "
                f"Member must have length less than or equal to {MOST_ITEMS}."
            )
        keys = [key_of(its.get("Key") or its["Item"]) for act in acts for its in act.values()]
        if len(set(keys)) < len(keys):
            raise invalid("Transaction request cannot include multiple operations on one item")
        if self._was_done(token, repr(acts)):
            return {}
        for write in self._writes(acts):
            self._table.write(*write)
        self._tokens[token] = self._clock.stamp, repr(acts)
        return {}

    def _writes(self, acts: list[dict[str, Any]]) -> list[Any]:
        """What the transaction would write. Raises TransactionCanceledException with all that is wrong."""
        writes, reasons = [], []
        for act in acts:
            ((kind, its),) = act.items()
            find = {"Put": self.put, "Update": self.update, "Delete": self.delete}.get(kind)
            try:
                if find:
                    key, item = find(its)
                    writes.append((key, copied(item)))
                else:
                    self.delete(its)  # a ConditionCheck is checked in the same way, and writes nothing
                reasons.append({"Code": "None"})
            except Refusal as refusal:
                reasons.append(_reason(refusal))
        if any(reason["Code"] != "None" for reason in reasons):
            codes = ", ".join(reason["Code"] for reason in reasons)
            raise Refusal(
                "TransactionCanceledException",
                f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
                CancellationReasons=reasons,
            )
        return writes

    def _was_done(self, token: str, acts: str) -> bool:
        at, earlier = self._tokens.get(token, (None, ""))
        if at is None or self._clock.stamp - at > TOKENS_KEPT_FOR:
            return False
        if earlier != acts:
            raise Refusal("IdempotentParameterMismatchException", "The token was used for other items.")
        return True


def _reason(refusal: Refusal) -> dict[str, Any]:
    """Why one item keeps all from being written. Raises what is wrong with the request itself."""
    error = refusal.parsed["Error"]
    if error["Code"] != "ConditionalCheckFailedException":
        raise refusal
    item = {name: its for name, its in refusal.parsed.items() if name == "Item"}
    return {"Code": "ConditionalCheckFailed", "Message": error["Message"], **item}
