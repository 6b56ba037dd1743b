"""A log group, as CloudWatch Logs tells of it and as the ledger knows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class LogGroup:
    """`retention_days` is None where events never expire; `stored_bytes` is what is stored in all."""

    name: str
    created_at: datetime
    retention_days: int | None
    stored_bytes: int

    def oldest_kept(self, now: datetime) -> datetime:
        """Events before that have expired, or never were."""
        if self.retention_days is None:
            return self.created_at
        return max(self.created_at, now - timedelta(days=self.retention_days))


@dataclass(frozen=True)
class KnownGroup:
    """A log group that was found before, and the table of exports.toml that takes it; None: none does now.

    `gone` is when it was found to be deleted, of which people were `told`.
    """

    name: str
    created_at: datetime
    retention_days: int | None
    export: str | None
    gone: datetime | None = None
    told: bool = False
