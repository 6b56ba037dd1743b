"""Log groups are exported by their names and tags, also those that come later; a deleted one is told of."""

from datetime import datetime, timedelta

import pytest

from local.deployed import Operator
from local.slack import Slack
from tests.e2e.support.exports import FAILS_EACH_TIME, export, exported_keys, exported_lines, manifests
from tests.e2e.support.months import Month, last_weeks, log_group
from tests.e2e.support.notices import told, until_told

TAGGED, TOO_LARGE = "/billing/checked", "/billing/large"
"""By their tag they are in [exports.audited]: four weeks, GLACIER_IR, 1 MB a run at the most."""
EXPORTED = {"export": "yes"}
LATER = "/orders/later"


@pytest.mark.usefixtures("logs")
def test_log_groups_are_found_by_their_names_and_by_their_tags(
    operator: Operator, months: list[Month]
) -> None:
    weeks, created = last_weeks(4), months[0].start
    with (
        log_group(operator, TAGGED, weeks, created=created, tags=EXPORTED | {"team": "billing"}),
        log_group(operator, "/billing/not-wanted", weeks, created=created, tags={"export": "no"}),
        log_group(operator, "/billing/bare", weeks, created=created),
    ):
        run = export(operator)

    recorded = manifests(operator, TAGGED, folder="audited")
    assert run["status"] == "SUCCEEDED"
    assert list(manifests(operator)) == [month.id for month in months]
    assert list(recorded) == [week.id for week in weeks]
    for week in weeks:
        assert sorted(exported_lines(operator, recorded[week.id])) == sorted(week.lines_of(TAGGED))
    assert manifests(operator, "/billing/not-wanted", folder="audited") == {}
    assert manifests(operator, "/billing/bare", folder="audited") == {}


def test_what_is_to_be_stored_cheaply_lies_where_the_buckets_rules_find_it(operator: Operator) -> None:
    [week] = last_weeks(1)
    with log_group(operator, TAGGED, [week], created=week.start, tags=EXPORTED):
        export(operator)

    manifest = manifests(operator, TAGGED, folder="audited")[week.id]
    keys = exported_keys(operator, manifest)
    rules = operator.client("s3").get_bucket_lifecycle_configuration(
        Bucket=operator.output("ExportBucketName")
    )["Rules"]
    [rule] = [rule for rule in rules if rule.get("Filter", {}).get("Prefix") == "glacier-ir/"]
    assert manifest["storage_class"] == "GLACIER_IR"
    assert len(keys) == 2
    assert all(key.startswith(f"glacier-ir/audited{TAGGED}/{week.id}/") for key in keys)
    assert [each["StorageClass"] for each in rule["Transitions"]] == ["GLACIER_IR"]


@pytest.mark.usefixtures("logs")
def test_a_log_group_that_appears_later_is_found_by_the_next_run(
    operator: Operator, months: list[Month]
) -> None:
    export(operator)
    before = manifests(operator, LATER)
    with log_group(operator, LATER, months, created=months[0].start):
        run = export(operator)

    recorded = manifests(operator, LATER)
    assert before == {}
    assert run["status"] == "SUCCEEDED"
    for month in months:
        assert sorted(exported_lines(operator, recorded[month.id])) == sorted(month.lines_of(LATER))


def test_of_a_deleted_log_group_people_are_told_once_and_what_was_never_exported_is_lost(
    operator: Operator, months: list[Month], slack: Slack
) -> None:
    operator.aws.control("export-tasks", plan=FAILS_EACH_TIME)
    gone = "/orders/deleted"
    with log_group(operator, gone, months, created=months[0].start):
        red = export(operator)

    first, second = export(operator), export(operator)

    text = until_told(operator, slack, gone)
    audit = operator.invoke("BucketChecker", {"action": "audit"})
    assert (red["status"], first["status"], second["status"]) == ("FAILED", "SUCCEEDED", "SUCCEEDED")
    assert text == (
        f"1 log groups of exports.toml were deleted: {gone}. "
        f"1 of their periods were never exported, and are lost: {gone} {months[0].id}."
    )
    [group] = audit["groups"]
    assert group["periods"] == dict(
        zip([month.id for month in months], ["lost", "completed", "completed"], strict=True)
    )
    assert [(gap["period"], gap["state"]) for gap in audit["gaps"]] == [(months[0].id, "lost")]
    # The audit tells of it no second time.
    assert len(told(slack, gone)) == 1


@pytest.mark.usefixtures("logs")
def test_a_table_that_would_take_more_than_it_may_is_held_back_and_the_others_are_exported(
    operator: Operator, months: list[Month]
) -> None:
    *_, week = weeks = last_weeks(4)
    with log_group(operator, TOO_LARGE, weeks, created=weeks[0].start, tags=EXPORTED):
        _came_in(operator, TOO_LARGE, week.start + timedelta(days=2, hours=5), size=5_000_000)
        run = export(operator)

    assert (run["status"], run["error"]) == ("FAILED", "NotAllExported")
    assert (
        "[exports.audited] about 5.0 MB are left to export, and at_most allows 1.0 MB a run" in run["cause"]
    )
    assert f"{TOO_LARGE} (5.0 MB)" in run["cause"]
    assert manifests(operator, TOO_LARGE, folder="audited") == {}
    assert list(manifests(operator)) == [month.id for month in months]


def _came_in(operator: Operator, name: str, at: datetime, *, size: int) -> None:
    """CloudWatch itself puts this metric on AWS."""
    operator.client("cloudwatch").put_metric_data(
        Namespace="AWS/Logs",
        MetricData=[
            {
                "MetricName": "IncomingBytes",
                "Dimensions": [{"Name": "LogGroupName", "Value": name}],
                "Timestamp": at,
                "Value": size,
                "Unit": "Bytes",
            }
        ],
    )
