"""What may stand in the input of load_when_ready, and what is refused, and how."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from stepkeeper.errors import InvalidLoad
from stepkeeper.load_input import LoadInput

INPUT = json.loads((Path(__file__).parents[2] / "events" / "load_claimer_claim.json").read_text())["input"]
STARTED = datetime(2026, 12, 3, 0, 30, 2, tzinfo=UTC)


def load(**changes):
    """As the claim reads it; what is None is left out. As the release reads it, it is the same."""
    given = {name: value for name, value in {**INPUT, **changes}.items() if value is not None}
    read = LoadInput.model_validate(given)
    assert LoadInput.model_validate_json(json.dumps(given)) == read
    return read


def test_the_schedules_time_goes_before_the_time_of_the_start():
    assert load().plan(STARTED).parameters["run_date"] == "2026-11-26"


def test_without_a_schedules_time_it_is_the_start_that_counts():
    plan = load(scheduled_time=None).plan(STARTED)

    assert plan.parameters["run_date"] == "2026-12-03"
    assert plan.latest == STARTED + timedelta(hours=5)


def test_what_is_not_said_is_a_load_once_a_week_of_this_week_that_tells_the_default_channel():
    least = load(once_per=None, channels=None)

    assert least.plan(STARTED).key == "weekly-sales/2026-W48"
    assert set(least.channels.model_dump().values()) == {None}


def test_a_statement_is_given_to_the_query_runner_with_all_parameters():
    given = load(parameters={"shop": "東京"})

    query = given.query(given.load_sql, given.plan(STARTED))

    assert query == {
        "databaseInformation": {
            "region": "ap-northeast-1",
            "sqlBucket": "stepkeeper-sql",
            "sqlTemplatePath": "bigquery/load_sales.sql",
        },
        "engine": "bigquery",
        "parameters": {
            "period": "2026-W48",
            "period_start": "2026-11-23",
            "period_end": "2026-11-30",
            "run_date": "2026-11-26",
            "shop": "東京",
        },
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("load", "a"),
        ("load", "0"),
        ("load", "x" * 64),
        ("load", "Sales_2.v-1"),
        ("wait_at_most", "PT1S"),
        ("wait_at_most", "P7D"),
        ("wait_at_most", "PT168H"),
        ("periods_back", 0),
        ("periods_back", 53),
        ("key", "x"),
        ("key", "2026-11-26T00:30:00Z_1.0-a"),
        ("key", "x" * 64),
        ("load_sql", "夜/load.sql"),
        ("scheduled_time", "2000-01-01T00:00:00Z"),
        ("scheduled_time", "2099-12-31T23:59:59Z"),
        ("scheduled_time", "2026-11-26T09:30:00+09:00"),
        ("parameters", {}),
        ("parameters", {"_a1": None, "x" * 128: "'; --"}),
        ("channels", {}),
        ("channels", {"waiting": "#静か"}),
    ],
)
def test_what_is_within_the_limits_is_taken_and_can_be_planned(field, value):
    assert load(**{field: value}).plan(STARTED).key.startswith(load(**{field: value}).load)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("scheduled_time", "<aws.scheduler.scheduled-time>", "should be a time in ISO 8601, such as 2026-11"),
        ("scheduled_time", "2026-11-26T00:30:00", "timezone"),
        ("scheduled_time", "", "should be a time in ISO 8601"),
        ("scheduled_time", "next week", "should be a time in ISO 8601"),
        ("scheduled_time", 1_795_653_000, "should be a time in ISO 8601"),
        ("scheduled_time", "1999-12-31T23:59:59Z", "greater than or equal to datetime.datetime(2000, 1, 1"),
        ("scheduled_time", "2100-01-01T00:00:00Z", "less than datetime.datetime(2100, 1, 1"),
        ("scheduled_time", "9999-12-31T23:59:59-12:00", "less than datetime.datetime(2100, 1, 1"),
        (
            "scheduled_time",
            "0001-01-01T00:00:00+14:00",
            "greater than or equal to datetime.datetime(2000, 1, 1",
        ),
        ("time_zone", "Asia/Tokio", "'Asia/Tokio' is no time zone; give an IANA name"),
        ("time_zone", "JST", "is no time zone"),
        ("time_zone", "Asia", "is no time zone"),
        ("time_zone", "", "is no time zone"),
        ("time_zone", "../../etc/passwd", "is no time zone"),
        ("time_zone", 9, "is no time zone"),
        ("wait_at_most", "PT0S", "greater than datetime.timedelta(0)"),
        ("wait_at_most", "-PT5H", "greater than datetime.timedelta(0)"),
        ("wait_at_most", "P8D", "less than or equal to"),
        ("wait_at_most", "P7DT1S", "less than or equal to"),
        ("wait_at_most", "5h", "duration"),
        ("wait_at_most", 0, "should be a string in ISO 8601"),
        ("wait_at_most", 18_000, "should be a string in ISO 8601"),
        ("wait_at_most", True, "should be a string in ISO 8601"),
        ("engine", "mysql", "should be one of athena, bigquery"),
        ("engine", "Athena", "should be one of athena, bigquery"),
        ("engine", "../athena", "should be one of athena, bigquery"),
        ("engine", "__init__", "should be one of athena, bigquery"),
        ("load", "", "should match pattern"),
        ("load", "a/b", "should match pattern"),
        ("load", "a#b", "should match pattern"),
        ("load", "a b", "should match pattern"),
        ("load", "a\n", "should match pattern"),
        ("load", "-a", "should match pattern"),
        ("load", "売上", "should match pattern"),
        ("load", "x" * 65, "should match pattern"),
        ("key", "", "should match pattern"),
        ("key", "a/b", "should match pattern"),
        ("key", "週", "should match pattern"),
        ("key", "a\n", "should match pattern"),
        ("key", "x" * 65, "should match pattern"),
        ("key", 48, "valid string"),
        ("once_per", "year", "'day', 'week' or 'month'"),
        ("periods_back", -1, "greater than or equal to 0"),
        ("periods_back", 54, "less than or equal to 53"),
        ("periods_back", "1", "valid integer"),
        ("periods_back", True, "valid integer"),
        ("periods_back", 1.0, "valid integer"),
        ("region", "tokyo", "should match pattern"),
        ("sql_bucket", "s3://bucket", "should match pattern"),
        ("check_sql", "", "at least 1 character"),
        ("load_sql", "x" * 1025, "at most 1024 characters"),
        ("parameters", {"a b": 1}, "should match pattern"),
        ("parameters", {"": 1}, "should match pattern"),
        ("parameters", {"週": 1}, "should match pattern"),
        ("parameters", {"list": [1]}, "valid"),
        ("parameters", {"share": float("nan")}, "finite number"),
        ("channels", {"progres": "#batch"}, "not permitted"),
        ("channels", {"failed": 1}, "valid string"),
        ("secret", "x", "not permitted"),
    ],
)
def test_what_can_not_be_right_is_refused_and_named(field, value, why):
    with pytest.raises(ValidationError) as refusal:
        LoadInput.model_validate({**INPUT, field: value})

    assert f"\n{field}" in str(refusal.value)
    assert why in str(refusal.value)


@pytest.mark.parametrize(
    "field", ["load", "engine", "region", "sql_bucket", "check_sql", "load_sql", "time_zone", "wait_at_most"]
)
def test_what_has_no_sensible_default_has_to_be_said(field):
    with pytest.raises(ValidationError, match=rf"{field}\n  Field required"):
        LoadInput.model_validate({name: value for name, value in INPUT.items() if name != field})


def test_a_check_that_is_the_load_itself_is_refused():
    with pytest.raises(InvalidLoad, match="check_sql and load_sql name the same SQL"):
        LoadInput.read({**INPUT, "check_sql": INPUT["load_sql"]})


def test_an_empty_name_is_no_channel():
    with pytest.raises(InvalidLoad, match=r"channels\.failed"):
        LoadInput.read({**INPUT, "channels": {"failed": ""}})
