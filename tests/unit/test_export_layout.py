"""Where exports and their manifests lie in the bucket."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.export_layout import (
    EXPORT_PREFIX,
    LOG_GROUP_NAME,
    data_prefix,
    manifest_key,
    manifests_prefix,
    storage_folder,
)
from stepkeeper.domain.export_table import StorageClass
from tests.export_values import entry

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SHARING_A_PREFIX = [
    "/a",
    "a",
    "/a/b",
    "a/b",
    "/a/b/c",
    "/a/2026-10",
    "a/2026-10",
    "/manifests/a",
    "/ab",
    "//a",
]
SHARING = list(permutations(SHARING_A_PREFIX, 2))
names = st.from_regex(LOG_GROUP_NAME, fullmatch=True)


def data_of(log_group: str, *, began_at: datetime = NOON, **changes: object) -> str:
    return data_prefix(entry(log_group=log_group, **changes), began_at=began_at, tries=1)


def test_each_try_at_a_period_has_its_own_folder():
    first = data_of("/aws/lambda/orders")
    second = data_of("/aws/lambda/orders", began_at=NOON + timedelta(microseconds=1))

    assert first == "standard-ia/exports/aws/lambda/orders/2026-10/20261102T120000.000000Z-1"
    assert second == "standard-ia/exports/aws/lambda/orders/2026-10/20261102T120000.000001Z-1"


def test_the_folder_of_a_try_is_named_in_utc():
    assert data_of("/a", began_at=NOON.astimezone(timezone(timedelta(hours=9)))) == data_of("/a")


@pytest.mark.parametrize("storage", get_args(StorageClass))
def test_all_data_of_a_storage_class_lies_in_its_folder_and_no_manifest_does(storage):
    folder = storage_folder(storage)

    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", folder)
    assert data_of("/a", storage=storage).startswith(f"{folder}/exports/a/")
    assert manifest_key(entry(storage=storage)) == "exports/manifests/orders/nightly/2026-10.json"


def test_no_storage_class_has_the_folder_of_another():
    folders = [f"{storage_folder(storage)}/" for storage in get_args(StorageClass)]

    assert not any(one.startswith(other) for one, other in permutations(folders, 2))


@pytest.mark.parametrize(
    ("edition", "name"), [(1, "2026-W43.json"), (2, "2026-W43.2.json"), (12, "2026-W43.12.json")]
)
def test_each_edition_has_its_own_manifest(edition, name):
    key = manifest_key(replace(entry(), period="2026-W43", edition=edition))

    assert key == f"exports/manifests/orders/nightly/{name}"


def test_a_table_has_its_own_folder():
    made = replace(entry(), folder="archive/logs")

    prefix = data_prefix(made, began_at=NOON, tries=1)
    assert prefix.startswith("standard-ia/archive/logs/orders/nightly/2026-10/")
    assert manifest_key(made) == "archive/logs/manifests/orders/nightly/2026-10.json"


@pytest.mark.parametrize(("group", "other"), SHARING)
def test_no_log_group_takes_the_manifest_of_another_for_its_own(group, other):
    prefix = manifests_prefix("exports", log_group=group)
    key = manifest_key(entry(log_group=other))

    # What goes on after the prefix with another folder is of a log group whose name goes on.
    assert not key.startswith(prefix) or "/" in key.removeprefix(prefix)


@pytest.mark.parametrize(("group", "other"), SHARING)
def test_no_log_group_counts_the_objects_of_another_as_its_own(group, other):
    assert not f"{data_of(other)}/stream/000000.gz".startswith(f"{data_of(group)}/")


@pytest.mark.parametrize("group", SHARING_A_PREFIX)
def test_the_manifests_of_a_log_group_lie_together(group):
    prefix = manifests_prefix("exports", log_group=group)

    keys = [manifest_key(entry(period, log_group=group)) for period in ("2025-12", "2026-10")]

    assert [key.removeprefix(prefix) for key in keys] == ["2025-12.json", "2026-10.json"]


@given(names, names)
def test_no_two_log_groups_share_a_place(one, other):
    shared = manifests_prefix("exports", log_group=one) == manifests_prefix("exports", log_group=other)

    assert shared == (one == other)


@pytest.mark.parametrize(
    ("folder", "fits"),
    [
        ("exports", True),
        ("a/b.c_d-e", True),
        ("", False),
        ("/a", False),
        ("a/", False),
        ("a//b", False),
        ("a b", False),
        ("ä", False),
    ],
)
def test_a_folder_has_no_slash_at_its_ends(folder, fits):
    assert bool(re.match(EXPORT_PREFIX, folder)) is fits


@pytest.mark.parametrize(
    ("name", "fits"),
    [("/a", True), ("a#b", True), ("x" * 512, True), ("x" * 513, False), ("", False), ("a!", False)],
)
def test_no_log_group_has_an_exclamation_mark_in_its_name(name, fits):
    assert bool(re.match(LOG_GROUP_NAME, name)) is fits
