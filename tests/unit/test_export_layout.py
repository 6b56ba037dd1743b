"""Where exports and their manifests lie in the bucket."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations

import pytest

from stepkeeper.domain.export_layout import data_prefix, done_periods, manifest_key, manifests_prefix

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SHARING_A_PREFIX = ["/a", "a", "/a/b", "a/b", "/a/b/c", "/a/2026-10", "a/2026-10", "/manifests/a", "/ab"]
SHARING = list(permutations(SHARING_A_PREFIX, 2))


def test_each_try_at_a_period_has_its_own_folder():
    first = data_prefix("exports", log_group="/aws/lambda/orders", period_id="2026-10", started_at=NOON)
    later = NOON + timedelta(microseconds=1)

    second = data_prefix("exports", log_group="/aws/lambda/orders", period_id="2026-10", started_at=later)

    assert first == "exports/aws/lambda/orders/2026-10/20261102T120000.000000Z"
    assert second == "exports/aws/lambda/orders/2026-10/20261102T120000.000001Z"


def test_the_folder_of_a_try_is_named_in_utc():
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))

    here = data_prefix("exports", log_group="/a", period_id="2026-10", started_at=NOON)
    there = data_prefix("exports", log_group="/a", period_id="2026-10", started_at=tokyo)

    assert here == there


def test_a_manifest_lies_beside_the_data_not_among_it():
    key = manifest_key("exports", log_group="/aws/lambda/orders", period_id="2026-10")

    assert key == "exports/manifests/aws/lambda/orders/2026-10.json"
    assert not key.startswith("exports/aws/")


@pytest.mark.parametrize(("group", "other"), SHARING)
def test_no_log_group_takes_the_manifest_of_another_for_its_own(group, other):
    keys = [manifest_key("exports", log_group=other, period_id="2026-10")]

    assert done_periods(keys, "exports", log_group=group) == set()


@pytest.mark.parametrize(("group", "other"), SHARING)
def test_no_log_group_counts_the_objects_of_another_as_its_own(group, other):
    own, foreign = (
        data_prefix("exports", log_group=name, period_id="2026-10", started_at=NOON)
        for name in (group, other)
    )

    assert not f"{foreign}/stream/000000.gz".startswith(f"{own}/")


@pytest.mark.parametrize("group", SHARING_A_PREFIX)
def test_the_periods_of_the_manifests_are_found(group):
    keys = [
        manifest_key("exports", log_group=group, period_id=period)
        for period in ("2025-12", "2026-01", "2026-10")
    ]

    assert done_periods(keys, "exports", log_group=group) == {"2025-12", "2026-01", "2026-10"}


@pytest.mark.parametrize(
    "name", ["", "2026-10.json.tmp", "2026-10", "b/2026-10.json", "2026-10/20261102T120000Z/x/000000.gz"]
)
def test_what_is_no_manifest_makes_no_period_done(name):
    keys = [manifests_prefix("exports", log_group="/a") + name]

    assert done_periods(keys, "exports", log_group="/a") == set()
