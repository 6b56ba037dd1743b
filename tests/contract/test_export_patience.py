"""export_logs has the time that its exports may take."""

from itertools import islice

from stepkeeper.handlers.bucket_checker import BucketCheckerSettings
from tests.contract.stack import template
from tests.contract.visits import EXPORT, checks, export_pauses, months

LONGEST_EXPORT_SECONDS = 24 * 3600
"""CloudWatch Logs gives an export up after that (CloudWatch Logs User Guide, exporting to S3)."""


def test_an_export_is_given_the_time_it_may_take() -> None:
    patience = sum(islice(export_pauses(), checks()))

    assert patience >= LONGEST_EXPORT_SECONDS


def test_the_machine_has_time_for_as_many_exports_as_one_run_may_find() -> None:
    patience = sum(islice(export_pauses(), checks()))

    assert months() * patience <= EXPORT["TimeoutSeconds"]


def test_a_run_waits_out_the_longest_export_of_somebody_else() -> None:
    busy = EXPORT["States"]["Start the export"]["Retry"][0]
    assert busy["ErrorEquals"] == ["LimitExceededException"]

    delays = [
        min(busy["IntervalSeconds"] * busy["BackoffRate"] ** attempt, busy["MaxDelaySeconds"])
        for attempt in range(busy["MaxAttempts"])
    ]

    # Full jitter takes any part of a delay, half of it on average.
    assert sum(delays) / 2 >= LONGEST_EXPORT_SECONDS


def test_the_next_monthly_run_never_meets_this_one() -> None:
    assert EXPORT["TimeoutSeconds"] < 28 * 24 * 3600


def test_the_handler_takes_no_more_months_than_the_template_allows() -> None:
    limits = BucketCheckerSettings.model_json_schema()["properties"]["MONTHS_BACK"]

    assert limits["maximum"] == template().document["Parameters"]["ExportMonthsBack"]["MaxValue"]
