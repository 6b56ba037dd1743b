"""Keeps that a gap is known and need not be told of any more."""

from dataclasses import replace
from typing import Any

from stepkeeper.aws import ledger
from stepkeeper.aws.clients import client
from stepkeeper.exports.errors import ExportContended, ExportPeriodUnknown
from stepkeeper.exports.place import Place


def accept(place: Place, log_group: str, period: str, *, reason: str) -> dict[str, Any]:
    """Nothing of the period is tried again. Raises ExportPeriodUnknown, ExportContended."""
    dynamodb = client("dynamodb")
    found = [
        entry
        for entry in ledger.entries_of(dynamodb, place.state_table, log_group)
        if (entry.period == period and entry.manifest is None)
        or (entry.period == period and entry.expired_before_ms)
    ]
    if not found:
        raise ExportPeriodUnknown(
            f"The ledger has no period {period} of {log_group} that is open, failed, lost or expired; "
            "nothing was done."
        )
    for entry in found:
        if ledger.write_entry(dynamodb, place.state_table, replace(entry, accepted=reason)) is None:
            raise ExportContended(f"{log_group} {period} was changed by somebody else; call again.")
    return {"log_group": log_group, "period": period, "accepted": reason}
