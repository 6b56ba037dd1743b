"""SQL as Athena takes it: values stay values, whatever is in them, and nothing else is touched."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from hypothesis import example, given
from hypothesis import strategies as st
from sqlglot import exp

from stepkeeper.domain.athena_sql import LITERAL_CHARACTERS, by_position, literal, value_of
from stepkeeper.domain.query import Parameter
from stepkeeper.errors import InvalidParameters

SAMPLES = sorted((Path(__file__).parents[2] / "samples" / "sql" / "athena").glob("*.sql"))
OF_A_LOAD = {"period": "2026-W48", "period_start": "2026-11-23", "period_end": "2026-11-30"}
WRITING = (exp.Select, exp.Insert)

HOSTILE = [
    "it's",
    "''",
    "'",
    "'; DROP TABLE warehouse.sales; --",
    "' OR '1'='1",
    '"; DROP TABLE "x',
    "/* @name */ -- ?",
    "@name ? ?",
    "\\",
    "\\'",
    "a\nb\r\nc\u2028d",
    "夜🌃\u202e",
    "\ufeff",
    "${x} {{ x }} %s",
    "",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none()


def parsed(sql: str) -> Any:
    """The one statement that Athena would see."""
    (statement,) = sqlglot.parse(sql, read="athena")
    return statement


def placeholders(sql: str) -> int:
    return len(list(parsed(sql).find_all(exp.Placeholder)))


def meaning(node: exp.Expression) -> object:
    """What a literal says, read by somebody else than the one who wrote it."""
    match node:
        case exp.Neg():
            value = meaning(node.this)
            assert isinstance(value, int | float)
            return -value
        case exp.Null():
            return None
        case exp.Boolean():
            return node.this
        case exp.Literal(is_string=True):
            return node.this
        case exp.Literal():
            return float(node.this) if "E" in node.this else int(node.this)
    pytest.fail(f"{node!r} is no literal")


@given(TEXTS)
@example("\\")
@example("' -- \n;/*")
def test_a_text_is_one_literal_that_says_exactly_this_text(text: str) -> None:
    statement = parsed(f"SELECT {literal(text)}")

    assert statement == exp.select(exp.Literal.string(text))


@given(VALUES)
@example(-0.0)
@example(1e22)
@example(5e-324)
@example(-(10**30))
def test_any_value_is_one_literal_of_the_same_value_and_kind(value: Parameter) -> None:
    (column,) = parsed(f"SELECT {literal(value)}").expressions

    said = meaning(column)

    assert (type(said), said) == (type(value), value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("it's", "'it''s'"),
        ("", "''"),
        (12, "12"),
        (-12, "-12"),
        (1.5, "1.5E0"),
        (1e22, "1E+22"),
        (True, "true"),
        (False, "false"),
        (None, "NULL"),
    ],
)
def test_a_literal_is_written_as_athena_reads_it(value: Parameter, written: str) -> None:
    assert literal(value) == written


@pytest.mark.parametrize("text", HOSTILE)
def test_no_hostile_text_gets_into_the_statement(text: str) -> None:
    statement, literals = by_position("SELECT n FROM t WHERE shop = @shop", {"shop": text})

    assert statement == "SELECT n FROM t WHERE shop = ?"
    assert [meaning(parsed(f"SELECT {each}").expressions[0]) for each in literals] == [text]


@given(st.dictionaries(st.sampled_from(["a", "b", "ab", "_c1", "A"]), VALUES, min_size=1), st.data())
def test_the_literals_come_in_the_order_of_the_names_however_often_each_is_used(
    parameters: dict[str, Parameter], data: st.DataObject
) -> None:
    used = data.draw(st.lists(st.sampled_from(sorted(parameters)), max_size=8))
    sql = "SELECT 0" + "".join(f", @{name}" for name in used)

    statement, literals = by_position(sql, parameters)

    assert statement == "SELECT 0" + ", ?" * len(used)
    assert literals == [literal(parameters[name]) for name in used]


@pytest.mark.parametrize(
    "quoted",
    [
        "'@a ?'",
        "'it''s @a'",
        "''",
        "'''@a'''",
        "'-- @a'",
        "'/* @a'",
        '"@a ?"',
        '"a "" @a"',
        '"it\'s @a"',
        "'say \"@a'",
        "'\\'",
        "-- @a ? it's\n1",
        "-- it's \"\r1",
        "/* @a ? it's\n @a */ 1",
        "/* -- */ 1",
        "1 -- /* @a",
        "1 /**/",
    ],
)
def test_what_is_quoted_or_a_comment_is_left_alone_and_what_follows_is_not(quoted: str) -> None:
    statement, literals = by_position(f"SELECT {quoted}\n, @a", {"a": 7})

    assert (statement, literals) == (f"SELECT {quoted}\n, ?", ["7"])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_comment_ends_with_its_line_whatever_ends_a_line(end: str) -> None:
    statement, literals = by_position(f"SELECT 1 -- it's{end}WHERE x = @a", {"a": 7})

    assert (statement, literals) == (f"SELECT 1 -- it's{end}WHERE x = ?", ["7"])


@pytest.mark.parametrize("sql", ["SELECT ?", "SELECT @a, ?", "SELECT a FROM t -- it\n WHERE x = ?"])
def test_a_bare_placeholder_would_shift_the_values_and_is_refused(sql: str) -> None:
    with pytest.raises(InvalidParameters, match="write @name"):
        by_position(sql, {"a": 1})


def test_all_names_without_a_value_are_told_and_no_value_is() -> None:
    with pytest.raises(InvalidParameters) as refused:
        by_position("SELECT @b, @A, @b, @a", {"a": "confidential"})

    assert str(refused.value) == "The SQL needs @A, @b, and the parameters given are ['a']."


def test_a_value_that_the_sql_does_not_need_is_not_sent() -> None:
    assert by_position("SELECT 1", {"a": "x" * 5000}) == ("SELECT 1", [])


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("x" * (LITERAL_CHARACTERS - 2), None),
        ("x" * (LITERAL_CHARACTERS - 1), 1025),
        ("'" * (LITERAL_CHARACTERS // 2), 1026),
        ("夜" * 1_000_000, 1_000_002),
    ],
)
def test_a_value_is_as_long_as_athena_takes_it_and_no_longer(text: str, characters: int | None) -> None:
    if characters is None:
        assert by_position("SELECT @a", {"a": text})[1] == [f"'{text}'"]
        return

    with pytest.raises(InvalidParameters) as refused:
        by_position("SELECT @a", {"a": text})

    assert str(refused.value) == (
        f"@a takes {characters} characters as an SQL literal; Athena takes {LITERAL_CHARACTERS}."
    )


def test_a_nul_which_could_end_a_text_early_is_refused() -> None:
    with pytest.raises(InvalidParameters, match="@a holds a NUL"):
        by_position("SELECT @a", {"a": "x\0y"})


@pytest.mark.parametrize("sql", ["'" * 200_001, "SELECT '" + "x@a " * 60_000, '"' + "'" * 100_001 + "@a"])
def test_a_long_text_that_never_ends_is_read_in_reasonable_time(sql: str) -> None:
    statement, _ = by_position(sql, {"a": 1})

    assert len(statement) <= len(sql)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_one_statement_that_athena_can_bind_with_a_literal_for_each_place(path: Path) -> None:
    statement, literals = by_position(path.read_text(encoding="utf-8"), OF_A_LOAD)

    assert isinstance(parsed(statement), WRITING)
    assert placeholders(statement) == len(literals) == 2
    assert not any(isinstance(node, exp.Parameter) for node in parsed(statement).walk())


def test_the_samples_are_a_check_and_a_load() -> None:
    kinds = {path.stem: type(parsed(path.read_text(encoding="utf-8"))) for path in SAMPLES}

    assert kinds == {"load_sales": exp.Insert, "sales_arrived": exp.Select}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_sample_with_a_hostile_value_in_each_place_is_still_that_one_statement(text: str) -> None:
    (load,) = (path for path in SAMPLES if path.stem == "load_sales")
    statement, literals = by_position(load.read_text(encoding="utf-8"), dict.fromkeys(OF_A_LOAD, text))
    head, middle, tail = statement.split("?")

    executed = parsed(f"{head}{literals[0]}{middle}{literals[1]}{tail}")

    assert isinstance(executed, exp.Insert)
    texts = [node.this for node in executed.find_all(exp.Literal) if node.is_string]
    assert texts == [text, text]


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        (None, "bigint", None),
        (None, "varchar", None),
        ("1", "tinyint", 1),
        ("1", "smallint", 1),
        ("1", "int", 1),
        ("-1", "integer", -1),
        ("9223372036854775807", "bigint", 2**63 - 1),
        ("1.5", "float", 1.5),
        ("1.5", "real", 1.5),
        ("1.0E10", "double", 1e10),
        ("Infinity", "double", float("inf")),
        ("12.50", "decimal", Decimal("12.50")),
        ("true", "boolean", True),
        ("false", "boolean", False),
        ("", "varchar", ""),
        ("12", "varchar", "12"),
        ("true", "varchar", "true"),
        ("2026-11-26", "date", "2026-11-26"),
        ("[1, 2]", "array", "[1, 2]"),
    ],
)
def test_a_value_of_a_result_has_its_own_type(text: str | None, type_: str, value: object) -> None:
    read = value_of(text, type_)

    assert (type(read), read) == (type(value), value)
