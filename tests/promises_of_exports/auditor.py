"""An auditor who trusts nobody: what must be in the bucket, worked out from what was written, not from the
ledger and not by the rules that are under test."""

import gzip
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.promises_of_exports.written import Written, months

WRITE_TEST = "aws-logs-write-test"
OF_SOMEBODY_ELSE = "of-somebody-else/"
AUDIT = "audit/"


def check(objects: Mapping[str, bytes], bucket: str, groups: Sequence[Written]) -> None:
    """Each line exactly once where the manifests say, and nothing anywhere that no manifest knows of."""
    manifests = [json.loads(body) for key, body in objects.items() if "/manifests/" in key]
    assert Counter((each["log_group"], each["period"]) for each in manifests) == Counter(_periods(groups))
    vouched = [key for each in manifests for key in _objects_of(each, objects, bucket)]
    assert len(vouched) == len(set(vouched))
    found = Counter(line for key in vouched for line in lines_of(objects[key]))
    assert found == Counter(line for group in groups for _, line in group.lines)
    known = tuple(
        prefix.removeprefix(f"s3://{bucket}/")
        for each in manifests
        for prefix in [*each["abandoned"], *(part["location"] for part in each["parts"])]
    )
    stray = [
        key
        for key in objects
        if "/manifests/" not in key and not key.startswith((*known, OF_SOMEBODY_ELSE, AUDIT))
    ]
    assert stray == []


def lines_of(body: bytes) -> list[str]:
    """The lines of an exported object, without their times."""
    return [line.split(" ", 1)[1] for line in gzip.decompress(body).decode().splitlines()]


def _objects_of(manifest: Any, objects: Mapping[str, bytes], bucket: str) -> list[str]:
    """What a manifest vouches for; its counts must be right, and its parts meet exactly."""
    found = []
    for part in manifest["parts"]:
        location = part["location"].removeprefix(f"s3://{bucket}/")
        keys = [key for key in objects if key.startswith(location) and not key.endswith(WRITE_TEST)]
        assert (part["objects"], part["bytes"]) == (len(keys), sum(len(objects[key]) for key in keys))
        found += keys
    parts = manifest["parts"]
    assert [part["to_ms"] for part in parts[:-1]] == [part["from_ms"] for part in parts[1:]]
    assert (manifest["from_ms"], manifest["to_ms"]) == (parts[0]["from_ms"], parts[-1]["to_ms"])
    return found


def _periods(groups: Sequence[Written]) -> list[tuple[str, str]]:
    """Each group's months since its birth."""
    return [
        (group.name, month)
        for group in groups
        for month, _, end in months(group.zone, group.count)
        if end > group.created.timestamp() * 1000
    ]
