"""Athena as the engine: what it is asked comes from S3, what it is asked about is bound.

The embedded Athena reads, and fails whatever writes.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from local.deployed import FunctionFailed, Operator
from local.loads import SQL_BUCKET
from tests.e2e.support.lake import DELIVERED, Lake, lake
from tests.e2e.support.loads import WAITING, Loads, put_sql

HOSTILE = [
    "' OR 1 = 1 --",
    "x'; DROP TABLE sales; --",
    "'' OR ''=''",
    "@shop",
    "?",
    "\\' OR 1 = 1 --",
    f"{DELIVERED}' OR 'a' = 'a",
]


@pytest.fixture
def sales(operator: Operator) -> Iterator[Lake]:
    with lake(operator) as made:
        yield made


def check(sales: Lake, condition: str, **parameters: object) -> Any:
    """What the query runner answers, in its one call, to how many sales there are."""
    sql = f'SELECT COUNT(*) AS sales FROM "{sales.name}".sales WHERE {condition}'  # noqa: S608 - our own name
    put_sql(sales.operator, f"{sales.name}.sql", sql)
    event = {
        "databaseInformation": {
            "region": sales.operator.aws.region,
            "sqlBucket": SQL_BUCKET,
            "sqlTemplatePath": f"{sales.name}.sql",
        },
        "engine": "athena",
        "parameters": parameters,
    }
    return sales.operator.invoke("QueryRunner", event)


def test_a_check_answers_with_the_first_value_which_stays_a_whole_number(sales: Lake) -> None:
    answer = check(sales, "sold_on >= CAST(@period_start AS DATE)", period_start="2020-06-08")

    assert answer == {"statusCode": 200, "return_value": 1}


def test_a_value_with_quotes_and_marks_is_found_as_it_is(sales: Lake) -> None:
    answer = check(sales, "shop = @shop", shop=DELIVERED)

    assert answer["return_value"] == 1


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_a_value_and_nothing_else(sales: Lake, value: str) -> None:
    answer = check(sales, "shop = @shop", shop=value)

    assert answer["return_value"] == 0
    assert check(sales, "1 = 1")["return_value"] == 1


def test_a_query_that_fails_says_what_athena_said_and_which_query_it_was(sales: Lake) -> None:
    with pytest.raises(
        FunctionFailed, match=r"Athena query [-0-9a-f]{36} FAILED: .*no_such_column"
    ) as failed:
        check(sales, "no_such_column = 1")

    assert failed.value.error == "QueryFailed"


@pytest.mark.usefixtures("hurried")
def test_data_that_never_comes_ends_red_with_one_final_notice(sales: Lake, weekly: Loads) -> None:
    run = weekly.run(
        engine="athena",
        check_sql=_check_of_the_week(weekly, sales),
        scheduled_time=datetime.now(UTC).isoformat(),
        wait_at_most="PT3S",
    )

    [(channel, _)] = weekly.until_told("had not come")
    assert (run["status"], run["error"], channel) == ("FAILED", "DataNeverCame", "#data")


@pytest.mark.usefixtures("hurried")
def test_a_load_that_athena_refuses_once_the_data_came_ends_red_with_its_message(
    sales: Lake, weekly: Loads
) -> None:
    target = weekly.put_sql(f"{weekly.name}-load.sql", "INSERT INTO no_such_target SELECT @period")
    run = weekly.start(engine="athena", check_sql=_check_of_the_week(weekly, sales), load_sql=target)
    weekly.until_in(run, WAITING)

    sales.deliver(weekly.monday, weekly.due.date())
    ended = weekly.operator.finished(run)

    [(channel, text)] = weekly.until_told("FAILED")
    assert [text.partition("*: ")[2][:39] for _, text in weekly.told("is there")] == [
        "the data is there (the check says 2). L"
    ]
    assert (ended["status"], ended["error"], channel) == ("FAILED", "QueryFailed", "#oncall")
    assert "no_such_target" in text
    assert "load_as" not in weekly.claim()


def _check_of_the_week(weekly: Loads, sales: Lake) -> str:
    table = f'"{sales.name}".sales'
    period = "sold_on >= CAST(@period_start AS DATE) AND sold_on < CAST(@period_end AS DATE)"
    return weekly.put_sql(f"{weekly.name}-check.sql", f"SELECT COUNT(*) FROM {table} WHERE {period}")  # noqa: S608
