"""The one place that asks what time it is; everything in domain/ is told."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, with the zone UTC."""
    return datetime.now(UTC)
