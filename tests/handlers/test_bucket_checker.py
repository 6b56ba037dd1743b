"""The next month of a log group to export is the oldest finished one without a manifest."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from moto.logs.models import logs_backends

from stepkeeper.domain.period import finished_months, milliseconds
from stepkeeper.errors import InvalidSettings, LogGroupNotFound
from stepkeeper.handlers.bucket_checker import handler
from tests.objects import put_objects
from tests.template import ACCOUNT, REGION

A_PAGE = 1000
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DONE = {"state": "done"}


@pytest.fixture
def export_of(stack, configure):
    """Makes a log group, and names it as the one to export."""

    def make(log_group: str, *, created_at: datetime = LONG_AGO, months: int = 3, zone: str = "UTC") -> None:
        stack.aws.client("logs").create_log_group(logGroupName=log_group)
        logs_backends[ACCOUNT][REGION].groups[log_group].creation_time = created_at.astimezone(UTC).replace(
            tzinfo=None
        )
        configure(
            "BucketCheckerFunction",
            ExportLogGroup=log_group,
            ExportMonthsBack=str(months),
            ExportTimeZone=zone,
        )

    return make


def record(stack, log_group_path: str, *ids: str) -> None:
    put_objects(stack.export_bucket, [f"exports/manifests/{log_group_path}/{id}.json" for id in ids])


def last_months(number: int, zone: str = "UTC"):
    return finished_months(now=datetime.now(UTC), zone=ZoneInfo(zone), months_back=number)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York", "Australia/Lord_Howe"])
def test_the_oldest_month_comes_first_in_the_operators_time_zone(zone, export_of, context):
    export_of("/aws/lambda/orders", zone=zone)
    oldest = last_months(3, zone)[0]

    answer = handler({}, context)

    assert answer == {
        "state": "export",
        "period": {
            "id": oldest.id,
            "log_group": "/aws/lambda/orders",
            "from_ms": milliseconds(oldest.start),
            "to_ms": milliseconds(oldest.end),
        },
    }


@pytest.mark.parametrize("months_back", [1, 2, 12])
def test_called_until_all_is_done_it_names_every_month_once_without_a_gap(
    months_back, export_of, stack, context
):
    export_of("/a", months=months_back)
    named = []

    while (answer := handler({}, context)) != DONE:
        named.append(answer["period"])
        record(stack, "a", answer["period"]["id"])
        assert len(named) <= months_back

    assert [period["id"] for period in named] == [month.id for month in last_months(months_back)]
    assert [period["to_ms"] for period in named[:-1]] == [period["from_ms"] for period in named[1:]]


def test_a_month_that_was_left_out_is_named_although_later_ones_are_done(export_of, stack, context):
    export_of("/a")
    first, second, third = last_months(3)
    record(stack, "a", first.id, third.id)

    answer = handler({}, context)

    assert answer["period"]["id"] == second.id


def test_asking_twice_without_an_export_names_the_same_month(export_of, context):
    export_of("/a")

    assert handler({}, context) == handler({}, context)


def test_months_before_the_log_group_was_created_are_not_exported(export_of, context):
    _, second, third = last_months(3)
    export_of("/a", created_at=second.end)

    answer = handler({}, context)

    assert answer["period"]["id"] == third.id


def test_a_log_group_younger_than_the_last_finished_month_has_nothing_to_export(export_of, context):
    export_of("/a", created_at=last_months(1)[0].end + timedelta(seconds=1))

    assert handler({}, context) == DONE


def test_manifests_on_the_second_page_of_a_listing_count(export_of, stack, context):
    export_of("/a", months=1)
    a_century = [f"{year}-{month:02d}" for year in range(1900, 1990) for month in range(1, 13)]
    assert len(a_century) > A_PAGE
    record(stack, "a", *a_century, last_months(1)[0].id)

    assert handler({}, context) == DONE


@pytest.mark.parametrize(
    ("log_group", "path", "other", "other_path"),
    [("/a", "a", "/a/b", "a/b"), ("/a/b", "a/b", "a/b", "!/a/b"), ("/a", "a", "/ab", "ab")],
)
def test_log_groups_with_names_alike_never_take_each_others_manifests(
    log_group, path, other, other_path, export_of, stack, context
):
    (month,) = last_months(1)
    export_of(log_group, months=1)
    record(stack, other_path, month.id)
    alone = handler({}, context)
    record(stack, path, month.id)

    both = handler({}, context)

    assert alone["period"]["log_group"] == log_group
    assert both == DONE
    export_of(other, months=1)
    assert handler({}, context) == DONE


def test_a_manifest_under_another_prefix_is_not_ours(export_of, stack, context):
    export_of("/a", months=1)
    put_objects(stack.export_bucket, [f"archive/manifests/a/{last_months(1)[0].id}.json"])

    assert handler({}, context)["state"] == "export"


@pytest.mark.parametrize("existing", ["/aws/lambda/orders-v2", "/aws/lambda", "aws/lambda/orders"])
def test_a_log_group_that_does_not_exist_is_an_error_that_names_it(existing, export_of, configure, context):
    export_of(existing)
    configure("BucketCheckerFunction", ExportLogGroup="/aws/lambda/orders")

    with pytest.raises(LogGroupNotFound, match="/aws/lambda/orders "):
        handler({}, context)


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("TIME_ZONE", "Asia/Edo", "'Asia/Edo' is no time zone; give an IANA name such as Asia/Tokyo"),
        ("TIME_ZONE", "", "'' is no time zone"),
        ("TIME_ZONE", "../../etc/passwd", "is no time zone"),
        ("TIME_ZONE", "Asia", "is no time zone"),
        ("MONTHS_BACK", "13", "less than or equal to 12"),
        ("MONTHS_BACK", "0", "greater than or equal to 1"),
        ("EXPORT_PREFIX", "/exports", "match pattern"),
        ("EXPORT_PREFIX", "exports/", "match pattern"),
        ("LOG_GROUP", "", "match pattern"),
        ("LOG_GROUP", "a*", "match pattern"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_asked(
    variable, value, told, export_of, stack, monkeypatch, context
):
    export_of("/a")
    monkeypatch.setenv(variable, value)

    with pytest.raises(InvalidSettings) as wrong:
        handler({}, context)

    assert f"{variable}: " in str(wrong.value)
    assert told in str(wrong.value)
    assert stack.aws.wire.calls == []
