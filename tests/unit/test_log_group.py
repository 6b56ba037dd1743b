"""A log group, as CloudWatch Logs tells of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.export_values import LOG_GROUP, NOW


@pytest.mark.parametrize(
    ("age_days", "retention_days", "kept_days"),
    [(100, None, 100), (100, 30, 30), (30, 30, 30), (29, 30, 29), (0, 1, 0), (0, None, 0)],
)
def test_the_oldest_that_is_kept_is_as_old_as_the_group_or_its_retention(age_days, retention_days, kept_days):
    group = replace(LOG_GROUP, created_at=NOW - timedelta(days=age_days), retention_days=retention_days)

    assert group.oldest_kept(NOW) == NOW - timedelta(days=kept_days)
