"""What a query on BigQuery gives, and what is bound to it: values stay values, in both directions."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAMPLES = Path(__file__).parents[3] / "samples" / "sql" / "bigquery"

ONE_ROW = "INSERT INTO {} VALUES (1, 'a')"
TWO_ROWS = "INSERT INTO {} VALUES (1, 'a'), (2, 'b')"

HOSTILE = [
    "it's",
    "''",
    '"',
    "`",
    "'; DROP TABLE shop.t; --",
    "' OR '1'='1",
    "/* @name */ -- #",
    "@x @@y ?",
    "\\",
    "\\'",
    "a\nb\r\nc\u2028d",
    "夜🌃\u202e",
    "%s {x} $1",
    "",
    "x" * 100_000,
]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("12", 12),
        ("0", 0),
        ("9223372036854775807", 2**63 - 1),
        ("CAST(3 AS NUMERIC)", 3),
        ("CAST(1.5 AS NUMERIC)", "1.500"),
        ("1.5", 1.5),
        ("CAST('inf' AS FLOAT64)", "inf"),
        ("TRUE", True),
        ("'12'", "12"),
        ("''", ""),
        ("DATE '2026-11-26'", "2026-11-26"),
        ("DATETIME '2026-11-26 09:30:00'", "2026-11-26T09:30:00"),
        ("TIMESTAMP '2026-11-26 09:30:00+09'", "2026-11-26T00:30:00+00:00"),
        ("b'ab'", "YWI="),
        ("NULL", None),
        ("[1, 2]", [1, 2]),
        ("STRUCT(1 AS a, DATE '2026-11-26' AS b)", {"a": 1, "b": "2026-11-26"}),
        ("12, 'the second column'", 12),
        ("n FROM UNNEST([3, 1, 2]) AS n ORDER BY n", 1),
        ("1 FROM UNNEST([1]) WHERE FALSE", None),
    ],
)
def test_the_value_is_the_first_column_of_the_first_row(warehouse, expression, value):
    answer = warehouse.run(f"SELECT {expression}")

    assert (type(answer), answer) == (type(value), value)


@pytest.mark.parametrize(
    "value", [12, -(2**63), 1.5, True, False, "12", "true", None, *HOSTILE], ids=range(23)
)
def test_what_is_bound_comes_back_as_it_was(warehouse, value):
    answer = warehouse.run("SELECT @value", value=value)

    assert (type(answer), answer) == (type(value), value)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_that_is_bound_comes_back_as_it_was(warehouse, text):
    warehouse.begin_another_run()

    assert warehouse.run("SELECT @text", text=text) == text


def test_each_name_has_its_own_value_wherever_it_stands(warehouse):
    sql = "SELECT CONCAT(@a, '|', @ab, '|', @a) -- it's ?\n"

    assert warehouse.run(sql, a="@ab", ab="'") == "@ab|'|@ab"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_value_is_loaded_and_does_nothing_else(warehouse, text):
    table = warehouse.new_table()

    started = warehouse.start(f"INSERT INTO {table} SELECT 1, @text", text=text)

    assert warehouse.look(started)["rows_written"] == 1
    assert warehouse.rows(table) == [(1, text)]


@pytest.mark.parametrize(
    ("statement", "written", "left"),
    [
        ("INSERT INTO {0} VALUES (3, 'c'), (4, 'd')", 2, 4),
        ("INSERT INTO {0} SELECT n, s FROM {0} WHERE FALSE", 0, 2),
        ("UPDATE {0} SET s = 'x' WHERE n = 1", 1, 2),
        ("DELETE FROM {0} WHERE TRUE", 2, 0),
        (
            "MERGE {0} t USING (SELECT 9 AS n) u ON t.n = u.n WHEN NOT MATCHED THEN INSERT (n) VALUES (n)",
            1,
            3,
        ),
        ("CREATE TABLE {0}_copy AS SELECT * FROM {0}", None, 2),
    ],
)
def test_a_statement_that_writes_has_no_value_and_says_how_much_it_wrote(warehouse, statement, written, left):
    table = warehouse.new_table()
    warehouse.server.client().query(TWO_ROWS.format(table)).result()

    started = warehouse.start(statement.format(table))

    assert warehouse.look(started) == {
        "state": "succeeded",
        "return_value": None,
        "rows_written": written,
    }
    assert len(warehouse.rows(table)) == left


def test_a_table_that_a_statement_makes_is_there_and_full(warehouse):
    table = warehouse.new_table()

    warehouse.look(warehouse.start(f"CREATE TABLE {table}_copy AS SELECT 7 AS n, 'x' AS s"))

    assert warehouse.rows(f"{table}_copy") == [(7, "x")]


@pytest.mark.parametrize(
    ("last", "value"), [("SELECT COUNT(*) FROM {0}", 1), ("INSERT INTO {0} VALUES (2, 'b')", None)]
)
def test_a_script_gives_what_its_last_statement_gives(warehouse, last, value):
    table = warehouse.new_table()

    answer = warehouse.run(f"{ONE_ROW.format(table)}; {last.format(table)}")

    assert answer == value
    assert warehouse.rows(table)[0] == (1, "a")


def test_the_samples_find_what_has_arrived_and_load_it(warehouse):
    client = warehouse.server.client()
    for dataset in ("landing", "warehouse"):
        client.create_dataset(dataset)
    columns = "sold_on DATE, shop STRING, amount INT64"
    client.query(f"CREATE TABLE landing.sales ({columns})").result()
    client.query(f"CREATE TABLE warehouse.sales ({columns}, week STRING)").result()
    days = ("2026-11-22", "2026-11-23", "2026-11-29", "2026-11-30")
    for day in days:
        client.query(f"INSERT INTO landing.sales SELECT DATE '{day}', 'shop', 1").result()
    week = {"period": "2026-W48", "period_start": "2026-11-23", "period_end": "2026-11-30"}

    arrived = warehouse.run((SAMPLES / "sales_arrived.sql").read_text(), **week)
    warehouse.begin_another_run()
    loaded = warehouse.look(warehouse.start((SAMPLES / "load_sales.sql").read_text(), **week))

    found: list[Any] = list(
        client.query("SELECT CAST(sold_on AS STRING), week FROM warehouse.sales").result()
    )
    assert (arrived, loaded["rows_written"]) == (2, 2)
    assert sorted(tuple(row) for row in found) == [("2026-11-23", "2026-W48"), ("2026-11-29", "2026-W48")]
