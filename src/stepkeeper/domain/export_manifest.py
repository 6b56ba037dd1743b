"""The manifest of an exported period: what an auditor reads, and what the ledger can be made from again."""

import json
from datetime import UTC, datetime
from typing import Any

from stepkeeper.domain.ledger import Attempt, Entry, Part

VERSION = 2


def manifest(entry: Entry, *, bucket: str, now: datetime) -> str:
    """The manifest of a period all of whose parts have ended, as JSON. Times are Unix times in milliseconds;
    `to_ms` is no more in it."""
    return json.dumps(
        {
            "version": VERSION,
            "log_group": entry.log_group,
            "period": entry.period,
            "edition": entry.edition,
            "export": entry.export,
            "storage_class": entry.storage,
            "from_ms": entry.from_ms,
            "to_ms": entry.to_ms,
            "expired_before_ms": entry.expired_before_ms,
            "objects": entry.objects,
            "bytes": entry.bytes,
            "tries": entry.tries,
            "parts": [_part(part, bucket) for part in entry.parts],
            "abandoned": [f"s3://{bucket}/{prefix}/" for part in entry.parts for prefix in part.abandoned],
            "recorded_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        },
        indent=2,
    )


def entry_of(document: Any, *, key: str, folder: str, export: str) -> Entry:
    """The entry that a manifest tells of. Raises KeyError, TypeError or ValueError where it is none."""
    if document["version"] not in (1, VERSION):
        raise ValueError(f"version {document['version']} is none that is known")
    parts = document["parts"] if document["version"] == VERSION else [document]
    if not parts:
        raise ValueError("it has no parts")
    return Entry(
        log_group=document["log_group"],
        period=document["period"],
        edition=document.get("edition", 1),
        export=export,
        folder=folder,
        storage=document.get("storage_class", "STANDARD"),
        parts=tuple(_read(part, document["recorded_at"]) for part in parts),
        planned_at=datetime.fromisoformat(document["recorded_at"]),
        expired_before_ms=document.get("expired_before_ms"),
        manifest=key,
    )


def _part(part: Part, bucket: str) -> dict[str, Any]:
    return {
        "from_ms": part.from_ms,
        "to_ms": part.to_ms,
        "task_id": part.attempt.task_id if part.attempt else None,
        "location": f"s3://{bucket}/{part.attempt.prefix}/" if part.attempt else None,
        "objects": part.objects,
        "bytes": part.bytes,
    }


def _read(part: Any, recorded_at: str) -> Part:
    scheme, _, _, prefix = str(part["location"]).rstrip("/").split("/", 3)
    if scheme != "s3:" or part["from_ms"] >= part["to_ms"]:
        raise ValueError(f"{part} is no part of a period")
    return Part(
        from_ms=part["from_ms"],
        to_ms=part["to_ms"],
        state="completed" if part["objects"] else "empty",
        tries=1,
        attempt=Attempt("", prefix, datetime.fromisoformat(recorded_at), part["task_id"]),
        objects=part["objects"],
        bytes=part["bytes"],
    )
