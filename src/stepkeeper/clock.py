"""The one place that asks what time it is, or lets it pass; everything in domain/ is told."""

import time
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present moment, with the zone UTC."""
    return datetime.now(UTC)


def wait(duration: timedelta) -> None:
    """Lets time pass. Lambda charges for it: only where nothing else can wait instead."""
    time.sleep(duration.total_seconds())
