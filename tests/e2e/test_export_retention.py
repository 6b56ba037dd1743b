"""What a log group keeps is only made less when nothing that was to be exported would go with it."""

from datetime import UTC, datetime, timedelta

from local.deployed import Operator
from tests.e2e.support.exports import FAILS_EACH_TIME, export, manifests
from tests.e2e.support.months import LOG_GROUP, Month, log_group, retention_of

DAYS = 365
"""What local/exports.toml wants of [exports.nightly]."""


def test_a_log_group_keeps_less_only_after_everything_that_is_due_was_exported(
    operator: Operator, months: list[Month]
) -> None:
    operator.aws.control("export-tasks", plan=FAILS_EACH_TIME)
    with log_group(operator, LOG_GROUP, months, created=months[0].start):
        red, after_red = export(operator), retention_of(operator, LOG_GROUP)
        green, after_green = export(operator), retention_of(operator, LOG_GROUP)

    assert (red["status"], after_red) == ("FAILED", None)
    assert (green["status"], after_green) == ("SUCCEEDED", DAYS)


def test_a_log_group_with_older_events_than_were_asked_for_keeps_them(
    operator: Operator, months: list[Month]
) -> None:
    with log_group(operator, LOG_GROUP, months, created=datetime.now(UTC) - timedelta(days=500)):
        run = export(operator)
        kept = retention_of(operator, LOG_GROUP)

    assert run["status"] == "SUCCEEDED"
    assert list(manifests(operator)) == [month.id for month in months]
    assert kept is None


def test_what_people_have_accepted_keeps_no_log_group_from_keeping_less(
    operator: Operator, months: list[Month]
) -> None:
    operator.aws.control("export-tasks", plan=FAILS_EACH_TIME)
    gap = {"log_group": LOG_GROUP, "period": months[0].id, "reason": "not live yet"}
    with log_group(operator, LOG_GROUP, months, created=months[0].start):
        export(operator)
        operator.invoke("BucketChecker", {"action": "accept"} | gap)
        run = export(operator)
        kept = retention_of(operator, LOG_GROUP)

    assert (run["status"], kept) == ("SUCCEEDED", DAYS)


def test_a_log_group_that_was_made_anew_keeps_less_though_something_of_the_first_was_lost(
    operator: Operator, months: list[Month]
) -> None:
    operator.aws.control("export-tasks", plan=FAILS_EACH_TIME)
    with log_group(operator, LOG_GROUP, months, created=months[0].start):
        export(operator)
    export(operator)
    with log_group(operator, LOG_GROUP, [], created=months[2].end):
        run = export(operator)
        kept = retention_of(operator, LOG_GROUP)

    assert (run["status"], kept) == ("SUCCEEDED", DAYS)


def test_a_log_group_that_keeps_less_already_is_left_as_it_is(
    operator: Operator, months: list[Month]
) -> None:
    with log_group(operator, LOG_GROUP, months, created=months[0].start):
        operator.client("logs").put_retention_policy(logGroupName=LOG_GROUP, retentionInDays=150)
        run = export(operator)
        kept = retention_of(operator, LOG_GROUP)

    assert (run["status"], kept) == ("SUCCEEDED", 150)
