"""How moments and spans of time are written for people."""

from datetime import datetime, timedelta


def moment(at: datetime) -> str:
    """`2026-11-21 18:00:00 UTC`"""
    return at.strftime("%Y-%m-%d %H:%M:%S %Z")


def span(duration: timedelta) -> str:
    """`2h 5m`, `3d`, `40s`: the two largest units; a second is the least, and what is negative is none."""
    seconds = max(0, int(duration.total_seconds()))
    parts = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        if seconds >= size:
            parts.append(f"{seconds // size}{unit}")
            seconds %= size
    return " ".join(parts[:2]) or "0s"
