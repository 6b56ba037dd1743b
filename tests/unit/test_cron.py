"""How a cron expression of EventBridge is read, and which days it means."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.cron import parse_cron
from tests.unit import naive_cron
from tests.unit.cron_expressions import expressions

FIRST = datetime(2027, 12, 1, tzinfo=UTC)
LAST = datetime(2029, 3, 31, 23, 59, tzinfo=UTC)
EVERY_DAY = [FIRST.date() + timedelta(days=days) for days in range((LAST - FIRST).days + 1)]


@pytest.mark.parametrize(
    ("fields", "minutes"),
    [
        ("0", (0,)),
        ("00", (0,)),
        ("59", (59,)),
        ("1/10", (1, 11, 21, 31, 41, 51)),
        ("*/20", (0, 20, 40)),
        ("10-12", (10, 11, 12)),
        ("10-30/10", (10, 20, 30)),
        ("5,0,5", (0, 5)),
        ("0-2,58/1", (0, 1, 2, 58, 59)),
        ("58-1", (0, 1, 58, 59)),
        ("0/90", (0,)),
    ],
)
def test_lists_ranges_and_steps_are_numbers_in_order(fields: str, minutes: tuple[int, ...]) -> None:
    assert parse_cron(f"{fields} 0 * * ? *").minutes == minutes


def test_names_are_numbers_in_either_case() -> None:
    cron = parse_cron("0 18 ? jan,MAR-may Mon-FRI 2026-2028")

    assert cron.months == (1, 3, 4, 5)
    assert cron.years == (2026, 2027, 2028)


def test_a_star_is_everything_that_the_field_allows() -> None:
    cron = parse_cron("* * ? * * *")

    assert cron.minutes == tuple(range(60))
    assert cron.hours == tuple(range(24))
    assert cron.months == tuple(range(1, 13))
    assert (cron.years[0], cron.years[-1], len(cron.years)) == (1970, 2199, 230)


@pytest.mark.parametrize(
    ("days", "year", "expected"),
    [
        pytest.param("L FEB ?", 2027, ["02-28"], id="the last of February"),
        pytest.param("L FEB ?", 2028, ["02-29"], id="the last of February in a leap year"),
        pytest.param("29 2 ?", 2027, [], id="no leap day"),
        pytest.param("29 2 ?", 2028, ["02-29"], id="leap day"),
        pytest.param("29 2 ?", 2100, [], id="2100 is no leap year"),
        pytest.param("31 2,4,6,9,11 ?", 2026, [], id="no such days"),
        pytest.param("31 4-5 ?", 2026, ["05-31"], id="a month without the day is left out"),
        pytest.param("L 1-4 ?", 2026, ["01-31", "02-28", "03-31", "04-30"], id="month ends"),
        pytest.param("L-1 2-3 ?", 2026, ["02-27", "03-30"], id="the day before the last"),
        pytest.param("1,L 6 ?", 2026, ["06-01", "06-30"], id="first and last"),
        pytest.param("LW 1-5 ?", 2026, ["01-30", "02-27", "03-31", "04-30", "05-29"], id="last working days"),
        pytest.param("15W 8-11 ?", 2026, ["08-14", "09-15", "10-15", "11-16"], id="from a weekend"),
        pytest.param("1W 8 ?", 2026, ["08-03"], id="Saturday the first: Monday, in the same month"),
        pytest.param("1W 11 ?", 2026, ["11-02"], id="Sunday the first"),
        pytest.param("31W 1 ?", 2026, ["01-30"], id="Saturday the last"),
        pytest.param("31W 5 ?", 2026, ["05-29"], id="Sunday the last: Friday, in the same month"),
        pytest.param("31W 4 ?", 2026, [], id="no 31st, so no weekday near it"),
        pytest.param("? 11 1", 2026, ["11-01", "11-08", "11-15", "11-22", "11-29"], id="1 is Sunday"),
        pytest.param("? 2 7", 2026, ["02-07", "02-14", "02-21", "02-28"], id="7 is Saturday"),
        pytest.param("? 2 L", 2026, ["02-07", "02-14", "02-21", "02-28"], id="the last day of the week"),
        pytest.param("? 2 6L", 2026, ["02-27"], id="the last Friday"),
        pytest.param("? 5 FRIL", 2026, ["05-29"], id="the last of five"),
        pytest.param("? 1-3 3#2", 2026, ["01-13", "02-10", "03-10"], id="the second Tuesday"),
        pytest.param("? 6 MON#1", 2026, ["06-01"], id="the first is itself the day"),
        pytest.param("? 1-3 5#5", 2026, ["01-29"], id="months without a fifth Thursday are left out"),
        pytest.param("? 2 FRI-SUN/2", 2026, ["02-01", "02-06", "02-08", "02-13", "02-15", "02-20", "02-22",
                                             "02-27"], id="a range through the end of the week"),
    ],
)  # fmt: skip
def test_days_are_those_of_the_calendar(days: str, year: int, expected: list[str]) -> None:
    cron = parse_cron(f"0 0 {days} {year}")

    readings = cron.readings(datetime(2026, 1, 1, tzinfo=UTC), datetime(2100, 12, 31, tzinfo=UTC))
    assert [reading.strftime("%m-%d") for reading in readings] == expected


@given(expression=expressions(minutes=st.just("30"), hours=st.just("12")))
def test_the_days_of_a_leap_year_and_of_the_next_are_those_that_are_found_one_by_one(expression: str) -> None:
    cron = parse_cron(expression)

    expected = [day for day in EVERY_DAY if naive_cron.asks_for_day(expression, day)]
    assert [reading.date() for reading in cron.readings(FIRST, LAST)] == expected
    backwards = [reading.date() for reading in cron.readings(FIRST, LAST, latest_first=True)]
    assert backwards == expected[::-1]


@given(
    expression=expressions(),
    first=st.datetimes(datetime(2027, 12, 1), datetime(2028, 3, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    span=st.timedeltas(timedelta(0), timedelta(hours=25)),
)
def test_the_readings_within_two_moments_are_those_that_are_found_one_by_one(
    expression: str, first: datetime, span: timedelta
) -> None:
    cron = parse_cron(expression)

    expected = naive_cron.starts(expression, UTC, first - datetime.resolution, first + span)
    assert list(cron.readings(first, first + span)) == expected
    assert list(cron.readings(first, first + span, latest_first=True)) == expected[::-1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it has 0 fields and needs 6: minute, hour, day-of-month, month, day-of-week, year"),
        ("0 10 * * ?", "it has 5 fields and needs 6"),
        ("0 0 10 * * ? *", "it has 7 fields and needs 6"),
        ("0 10 * * * *", "day-of-month is '*' and day-of-week is '*', but one of them"),
        ("0 10 ? * ? *", "day-of-month is '?' and day-of-week is '?', but one of them"),
        ("0 10 1 * MON *", "day-of-month is '1' and day-of-week is 'MON', but one of them has to be '?'"),
        ("60 10 * * ? *", "minute is '60', but '60' is not one of 0-59; it takes 0-59 and , - * /"),
        ("0 24 * * ? *", "hour is '24', but '24' is not one of 0-23; it takes 0-23 and , - * /"),
        ("0 8-25 * * ? *", "hour is '8-25', but '25' is not one of 0-23"),
        ("0 ? * * ? *", "hour is '?', but '?' is neither a value nor a range nor a step"),
        ("-5 0 * * ? *", "minute is '-5', but '-5' is neither a value nor a range nor a step"),
        ("0, 0 * * ? *", "minute is '0,', but '' is neither a value nor a range nor a step"),
        ("*/0 0 * * ? *", "minute is '*/0', but the step of '*/0' is not 1 or more"),
        ("*/x 0 * * ? *", "minute is '*/X', but '*/X' is neither a value nor a range nor a step"),
        ("0/5/5 0 * * ? *", "minute is '0/5/5', but '0/5/5' is neither"),
        ("1-2-3 0 * * ? *", "minute is '1-2-3', but '1-2-3' is neither"),
        ("0 0 0 * ? *", "day-of-month is '0', but '0' is not one of 1-31; it takes 1-31 and , - * ? / L W"),
        ("0 0 32 * ? *", "day-of-month is '32', but '32' is not one of 1-31"),
        ("0 0 32W * ? *", "day-of-month is '32W', but '32' is not one of 1-31"),
        ("0 0 W * ? *", "day-of-month is 'W', but 'W' is not one of 1-31"),
        ("0 0 L-31 * ? *", "day-of-month is 'L-31', but 'L' is not one of 1-31"),
        ("0 0 3#2 * ? *", "day-of-month is '3#2', but '3#2' is neither"),
        ("0 0 1 13 ? *", "month is '13', but '13' is not one of 1-12 or JAN-DEC; it takes 1-12 or"),
        ("0 0 1 january ? *", "month is 'JANUARY', but 'JANUARY' is not one of 1-12 or JAN-DEC"),
        ("0 0 1 MON ? *", "month is 'MON', but 'MON' is not one of 1-12 or JAN-DEC"),
        ("0 0 ? * 0 *", "day-of-week is '0', but '0' is not one of 1-7 or SUN-SAT; it takes 1-7 or SUN-SAT"),
        ("0 0 ? * 8 *", "day-of-week is '8', but '8' is not one of 1-7 or SUN-SAT"),
        ("0 0 ? * 15W *", "day-of-week is '15W', but '15W' is not one of 1-7 or SUN-SAT"),
        ("0 0 ? * 8L *", "day-of-week is '8L', but '8' is not one of 1-7 or SUN-SAT"),
        ("0 0 ? * 2#6 *", "day-of-week is '2#6', but '#' goes between one day and its number in the month"),
        ("0 0 ? * 3#1,6#3 *", "day-of-week is '3#1,6#3', but '#' goes between one day and its number"),
        ("0 0 1 1 ? 1969", "year is '1969', but '1969' is not one of 1970-2199; it takes 1970-2199 and ,"),
        ("0 0 1 1 ? 2200", "year is '2200', but '2200' is not one of 1970-2199"),
        ("0 0 1 1 ? 2030-2026", "year is '2030-2026', but '2030-2026' ends before it begins"),
        ("0 0 1 1 ? 26", "year is '26', but '26' is not one of 1970-2199"),
        ("\u0661 0 1 1 ? *", "minute is '\u0661', but '\u0661' is neither"),
    ],
)  # fmt: skip
def test_a_wrong_expression_is_refused_with_the_field_and_what_it_takes(text: str, reason: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011
        parse_cron(text)

    assert str(refusal.value).startswith(reason)


@given(text=st.lists(st.text("0123*/-,?LW#SUN", max_size=5), min_size=6, max_size=6).map(" ".join))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    try:
        cron = parse_cron(text)
    except ValueError:
        return

    assert next(cron.readings(FIRST, LAST), FIRST) >= FIRST
