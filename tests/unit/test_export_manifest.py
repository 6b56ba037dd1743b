"""The manifest of an exported period, and the entry that is made from it again."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.export_manifest import entry_of, manifest
from stepkeeper.domain.export_plan import missing
from stepkeeper.domain.ledger import Entry, Part
from tests.export_values import GROUP, LOG_GROUP, NOW, TABLE, attempt, exported, ms, spans

KEY = "exports/manifests/orders/nightly/2026-10.json"
TOKYO_NOW = datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=9)))
VERSION_1 = {
    "version": 1,
    "period": "2026-10",
    "log_group": GROUP,
    "from_ms": ms("2026-10-01"),
    "to_ms": ms("2026-11-01"),
    "task_id": "cda45419-90ea-4db5-9833-aade86253e66",
    "location": "s3://logs/exports/orders/nightly/2026-10/20261102T120000.000000Z/",
    "objects": 3,
    "bytes": 4096,
    "recorded_at": "2026-11-02T12:00:05Z",
}


def read(document: object) -> Entry:
    return entry_of(document, key=KEY, folder="exports", export="nightly")


def test_a_manifest_says_what_was_exported_from_where_to_where_and_what_tries_may_have_left():
    part = replace(
        exported().parts[0], tries=2, abandoned=("standard-ia/exports/orders/nightly/2026-10/before",)
    )

    document = json.loads(manifest(replace(exported(), parts=(part,)), bucket="logs", now=TOKYO_NOW))

    location = "s3://logs/standard-ia/exports/orders/nightly/2026-10"
    assert document == {
        "version": 2,
        "log_group": GROUP,
        "period": "2026-10",
        "edition": 1,
        "export": "nightly",
        "storage_class": "STANDARD_IA",
        "from_ms": ms("2026-10-01"),
        "to_ms": ms("2026-11-01"),
        "expired_before_ms": None,
        "objects": 3,
        "bytes": 300,
        "tries": 2,
        "parts": [
            {
                "from_ms": ms("2026-10-01"),
                "to_ms": ms("2026-11-01"),
                "task_id": "task-1",
                "location": f"{location}/20261122T030000.000000Z/",
                "objects": 3,
                "bytes": 300,
            }
        ],
        "abandoned": [f"{location}/before/"],
        "recorded_at": "2026-11-22T03:00:00+00:00",
    }


@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**6)), min_size=1, max_size=64),
    st.integers(1, 999),
    st.none() | st.integers(0, 2**52),
)
def test_an_entry_is_made_again_from_its_manifest(lengths, edition, expired_before_ms):
    parts, start = [], ms("2026-10-01")
    for length, objects in lengths:
        (part,) = exported("2026-10", Part(start, start + length), objects=objects).parts
        parts.append(part)
        start += length
    entry = replace(
        exported(), parts=tuple(parts), edition=edition, expired_before_ms=expired_before_ms, manifest=KEY
    )

    again = read(json.loads(manifest(entry, bucket="logs", now=NOW)))

    unnamed = tuple(replace(part, attempt=replace(attempt(), name="")) for part in entry.parts)
    assert again == replace(entry, parts=unnamed)
    assert (again.state, again.objects, again.bytes) == (entry.state, entry.objects, entry.bytes)


def test_a_manifest_of_the_edition_before_this_one_is_read_too():
    entry = read(VERSION_1)

    assert (entry.log_group, entry.period, entry.edition, entry.storage) == (GROUP, "2026-10", 1, "STANDARD")
    assert (entry.state, entry.objects, entry.bytes, entry.manifest) == ("completed", 3, 4096, KEY)
    assert entry.planned_at == datetime(2026, 11, 2, 12, 0, 5, tzinfo=UTC)
    (part,) = entry.parts
    assert part.attempt is not None
    assert part.attempt.task_id == VERSION_1["task_id"]
    assert part.attempt.prefix == "exports/orders/nightly/2026-10/20261102T120000.000000Z"


def test_an_empty_month_of_before_is_still_empty():
    assert read(VERSION_1 | {"objects": 0, "bytes": 0}).state == "empty"


def test_what_was_exported_before_there_was_a_ledger_is_not_exported_again():
    planned = missing(TABLE, LOG_GROUP, [read(VERSION_1)], now=NOW)

    assert spans(planned)[:1] + spans(planned)[-1:] == [
        (ms("2026-08-01"), ms("2026-09-01")),
        (ms("2026-09-01"), ms("2026-10-01")),
    ]


V2 = json.loads(manifest(exported(), bucket="logs", now=NOW))


def with_part(**changes: object) -> dict[str, object]:
    return V2 | {"parts": [V2["parts"][0] | changes]}


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        None,
        "text",
        3,
        {"version": 2},
        VERSION_1 | {"version": 3},
        V2 | {"version": 3},
        {key: value for key, value in V2.items() if key != "log_group"},
        V2 | {"recorded_at": "yesterday"},
        V2 | {"parts": None},
        with_part(location=None),
        with_part(location=""),
        with_part(location="logs"),
        with_part(location="s3://logs"),
        with_part(location="https://logs/a/b/c"),
        with_part(from_ms=None),
        with_part(from_ms=5, to_ms=5),
        with_part(from_ms=6, to_ms=5),
        VERSION_1 | {"location": None},
        V2 | {"parts": []},
    ],
)
def test_what_is_no_manifest_is_told_from_one(document):
    with pytest.raises((KeyError, TypeError, ValueError)):
        read(document)
