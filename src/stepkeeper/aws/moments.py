"""How moments are written in the state table, so that they read the same from any time zone."""

from datetime import UTC, datetime


def text_of(moment: datetime) -> str:
    """`2026-11-21T18:00:00+00:00`"""
    return moment.astimezone(UTC).isoformat()


def ordered_text_of(moment: datetime) -> str:
    """`2026-11-21T18:00:00.000000+00:00`: to the microsecond, always, for texts that are compared."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
