"""When a schedule starts its pipeline, over the years and over clock changes."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.schedule import Schedule, parse_schedule
from stepkeeper.errors import InvalidSchedule, ScheduleNotAnchored
from tests.unit import naive_cron
from tests.unit.cron_expressions import expressions, hours, minutes

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAWN = datetime.min.replace(tzinfo=UTC)
DOOM = datetime.max.replace(tzinfo=UTC)

CHANGES = [
    ("Europe/Berlin", "2026-03-29T01:00+00:00"),
    ("Europe/Berlin", "2026-10-25T01:00+00:00"),
    ("America/New_York", "2026-03-08T07:00+00:00"),
    ("America/New_York", "2026-11-01T06:00+00:00"),
    ("Australia/Lord_Howe", "2026-04-04T15:00+00:00"),
    ("Australia/Lord_Howe", "2026-10-03T15:30+00:00"),
    ("Africa/Cairo", "2026-04-23T22:00+00:00"),
    ("Africa/Cairo", "2026-10-29T21:00+00:00"),
    ("Asia/Tokyo", "2026-12-31T15:00+00:00"),
    ("UTC", "2028-02-29T00:00+00:00"),
    # Put back from 00:01 to 23:01 of the day before; by two hours; a whole day left out.
    ("America/Goose_Bay", "2010-11-07T03:01+00:00"),
    ("Antarctica/Troll", "2026-10-25T01:00+00:00"),
    ("Pacific/Apia", "2011-12-30T10:00+00:00"),
]
changes = st.sampled_from([(ZoneInfo(name), datetime.fromisoformat(at)) for name, at in CHANGES])
frequent = st.tuples(
    minutes,
    st.just("*") | hours,
    st.sampled_from(["* * ?", "? * *", "? * SUN", "? * 5-7", "25-31 * ?", "L * ?", "? * FRIL", "1 * ?"]),
    st.just("*"),
).map(" ".join)


def cron(fields: str, zone: str = "UTC") -> Schedule:
    return parse_schedule(f"cron({fields})", time_zone=ZoneInfo(zone))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def between(schedule: Schedule, after: str, until: str) -> list[str]:
    """In UTC, to the minute."""
    return [f"{start:%Y-%m-%dT%H:%M}" for start in schedule.starts_between(at(after), at(until))]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param("0 10 * * ? *", ["23T10:00", "24T10:00", "25T10:00"], id="every day"),
        pytest.param("15 12 * * ? *", ["22T12:15", "23T12:15", "24T12:15"], id="every day at a quarter past"),
        pytest.param("0 18 ? * MON-FRI *", ["23T18:00", "24T18:00", "25T18:00"], id="Monday to Friday"),
        pytest.param("0/15 * * * ? *", ["22T12:15", "22T12:30", "22T12:45"], id="every 15 minutes"),
        pytest.param("0/10 * ? * MON-FRI *", ["23T00:00", "23T00:10", "23T00:20"], id="from Monday on"),
        pytest.param("0/5 8-17 ? * MON-FRI *", ["23T08:00", "23T08:05", "23T08:10"], id="in working hours"),
        pytest.param("0/30 20-2 ? * MON-FRI *", ["23T00:00", "23T00:30", "23T01:00"], id="through midnight"),
        pytest.param("* * * * ? *", ["22T12:01", "22T12:02", "22T12:03"], id="every minute"),
    ],
)
def test_the_examples_of_aws_start_when_its_guide_says(fields: str, expected: list[str]) -> None:
    starts = cron(fields).starts_between(NOON, NOON + timedelta(days=9))

    assert [f"{start:%dT%H:%M}" for start in islice(starts, 3)] == expected


@pytest.mark.parametrize(
    ("fields", "previous", "following"),
    [
        ("0 8 1 * ? *", "2026-11-01T08:00", "2026-12-01T08:00"),
        ("15 10 ? * 6L 2022-2023", "2023-12-29T10:15", None),
        ("0 0 1 1 ? *", "2026-01-01T00:00", "2027-01-01T00:00"),
        ("0 0 L * ? *", "2026-10-31T00:00", "2026-11-30T00:00"),
        ("0 0 29 2 ? *", "2024-02-29T00:00", "2028-02-29T00:00"),
        ("0 0 29 2 ? 2096-2199", None, "2096-02-29T00:00"),
        ("0 0 29 2 ? 2097-2199", None, "2104-02-29T00:00"),
        ("0 0 ? 2 1#5 *", "2004-02-29T00:00", "2032-02-29T00:00"),
        ("0 0 31 2 ? *", None, None),
        ("0 0 31 4,6,9,11 ? *", None, None),
        ("59 23 31 12 ? 2199", None, "2199-12-31T23:59"),
        ("0 0 1 1 ? 1970", "1970-01-01T00:00", None),
        ("0 12 22 11 ? 2026", "2026-11-22T12:00", None),
    ],
)
def test_a_start_is_found_years_away_and_what_never_comes_is_none(
    fields: str, previous: str | None, following: str | None
) -> None:
    schedule = cron(fields)

    assert schedule.previous_start(NOON) == (at(previous) if previous else None)
    assert schedule.next_start(NOON) == (at(following) if following else None)


@pytest.mark.parametrize(
    ("zone", "fields", "after", "until", "expected"),
    [
        pytest.param("Europe/Berlin", "30 2 * * ? *", "2026-03-28T00:00", "2026-03-31T00:00",
                     ["2026-03-28T01:30", "2026-03-30T00:30"], id="Berlin: 02:30 does not exist"),
        pytest.param("Europe/Berlin", "0/30 1-3 29 3 ? *", "2026-03-28T00:00", "2026-03-31T00:00",
                     ["2026-03-29T00:00", "2026-03-29T00:30", "2026-03-29T01:00", "2026-03-29T01:30"],
                     id="Berlin: from 01:30 right to 03:00"),
        pytest.param("Europe/Berlin", "30 2 * * ? *", "2026-10-24T12:00", "2026-10-26T12:00",
                     ["2026-10-25T00:30", "2026-10-26T01:30"], id="Berlin: 02:30 comes twice"),
        pytest.param("Europe/Berlin", "0/30 * * * ? *", "2026-10-24T23:59", "2026-10-25T02:00",
                     ["2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T02:00"],
                     id="Berlin: nothing in the repeated hour"),
        pytest.param("America/New_York", "0 2 8 3 ? *", "2026-01-01T00:00", "2027-12-31T00:00",
                     ["2027-03-08T07:00"], id="New York: 02:00 is the first that does not exist"),
        pytest.param("America/New_York", "0 3 8 3 ? *", "2026-01-01T00:00", "2026-12-31T00:00",
                     ["2026-03-08T07:00"], id="New York: 03:00 exists"),
        pytest.param("America/New_York", "0,59 0-2 1 11 ? *", "2026-01-01T00:00", "2026-12-31T00:00",
                     ["2026-11-01T04:00", "2026-11-01T04:59", "2026-11-01T05:00", "2026-11-01T05:59",
                      "2026-11-01T07:00", "2026-11-01T07:59"], id="New York: 01:00 and 01:59 once"),
        pytest.param("Australia/Lord_Howe", "0/15 2 4 10 ? *", "2026-01-01T00:00", "2026-12-31T00:00",
                     ["2026-10-03T15:30", "2026-10-03T15:45"], id="Lord Howe: half an hour is skipped"),
        pytest.param("Australia/Lord_Howe", "0/15 1 5 4 ? *", "2026-01-01T00:00", "2026-12-31T00:00",
                     ["2026-04-04T14:00", "2026-04-04T14:15", "2026-04-04T14:30", "2026-04-04T14:45"],
                     id="Lord Howe: half an hour is repeated"),
        pytest.param("Africa/Cairo", "0 0 * * ? *", "2026-04-22T12:00", "2026-04-25T12:00",
                     ["2026-04-22T22:00", "2026-04-24T21:00"], id="Cairo: a day without midnight"),
        pytest.param("Africa/Cairo", "30 23 * * ? *", "2026-10-28T12:00", "2026-10-30T22:00",
                     ["2026-10-28T20:30", "2026-10-29T20:30", "2026-10-30T21:30"],
                     id="Cairo: 23:30 comes twice"),
        pytest.param("Asia/Tokyo", "0 0 1 1 ? *", "2026-01-01T00:00", "2027-12-01T00:00",
                     ["2026-12-31T15:00"], id="Tokyo: the year before in UTC"),
        pytest.param("Pacific/Apia", "0 9 30 12 ? *", "2010-12-31T00:00", "2012-12-31T00:00",
                     ["2012-12-29T19:00"], id="Apia: a day that was left out"),
    ],
)  # fmt: skip
def test_a_clock_change_skips_what_does_not_exist_and_repeats_nothing(
    zone: str, fields: str, after: str, until: str, expected: list[str]
) -> None:
    schedule = cron(fields, zone)

    assert between(schedule, after, until) == expected


@pytest.mark.parametrize(
    ("zone", "fields", "moment", "previous", "following"),
    [
        pytest.param("Europe/Berlin", "* * * * ? *", "2026-10-25T01:30", "2026-10-25T00:59",
                     "2026-10-25T02:00", id="Berlin: 02:30 again"),
        pytest.param("Australia/Lord_Howe", "0/5 * * * ? *", "2026-04-04T15:10", "2026-04-04T14:55",
                     "2026-04-04T15:30", id="Lord Howe: 01:40 again"),
        pytest.param("America/Goose_Bay", "0 0 * * ? *", "2010-11-07T03:20", "2010-11-07T03:00",
                     "2010-11-08T04:00", id="Goose Bay: 23:20 again, of a day that was over"),
    ],
)  # fmt: skip
def test_in_a_repeated_hour_the_previous_start_is_from_before_and_the_next_from_after_it(
    zone: str, fields: str, moment: str, previous: str, following: str
) -> None:
    schedule = cron(fields, zone)

    assert schedule.previous_start(at(moment)) == at(previous)
    assert schedule.next_start(at(moment)) == at(following)
    assert between(schedule, previous, following) == [following]


def test_what_a_clock_change_always_skips_never_starts() -> None:
    schedule = cron("30 2 ? 3 1L 1996-2199", "Europe/Berlin")

    assert schedule.next_start(NOON) is None
    assert schedule.previous_start(NOON) is None


@given(
    change=changes,
    fields=frequent,
    later=st.timedeltas(timedelta(hours=-2), timedelta(hours=3)),
    span=st.timedeltas(timedelta(0), timedelta(hours=5)),
)
def test_around_clock_changes_the_starts_are_those_that_are_found_minute_by_minute(
    change: tuple[ZoneInfo, datetime], fields: str, later: timedelta, span: timedelta
) -> None:
    zone, changed_at = change
    until = changed_at + later
    after = until - span
    schedule = parse_schedule(f"cron({fields})", time_zone=zone)

    expected = naive_cron.starts(fields, zone, after, until)
    following, previous = schedule.next_start(after), schedule.previous_start(until)
    assert list(schedule.starts_between(after, until)) == expected
    assert following == expected[0] if expected else following is None or following > until
    assert previous == expected[-1] if expected else previous is None or previous <= after


@given(
    change=changes,
    fields=expressions(),
    moment=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_between_a_start_and_the_next_there_is_none(
    change: tuple[ZoneInfo, datetime], fields: str, moment: datetime
) -> None:
    zone, _ = change
    schedule = parse_schedule(f"cron({fields})", time_zone=zone)

    following = schedule.next_start(moment)
    last_before = schedule.previous_start((following or DOOM) - datetime.resolution)
    assert last_before == schedule.previous_start(moment)
    if following:
        assert following > moment
        assert naive_cron.asks_for(fields, following.astimezone(zone))
        assert schedule.previous_start(following) == following


def test_the_starts_between_are_without_the_first_moment_and_with_the_last() -> None:
    schedule = cron("0 * * * ? *")

    assert between(schedule, "2026-11-22T12:00", "2026-11-22T14:00") == [
        "2026-11-22T13:00",
        "2026-11-22T14:00",
    ]
    assert between(schedule, "2026-11-22T14:00", "2026-11-22T12:00") == []
    assert between(schedule, "2026-11-22T11:59:59.999999", "2026-11-22T12:00") == ["2026-11-22T12:00"]


def test_the_starts_of_two_centuries_are_found_as_they_are_asked_for() -> None:
    starts = cron("* * * * ? *").starts_between(
        datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    )

    assert next(starts) == at("1970-01-01T00:00")


def test_the_first_and_the_last_start_are_those_that_the_years_allow() -> None:
    schedule = cron("0 0 1 1 ? *", "Asia/Tokyo")

    assert schedule.next_start(DAWN) == at("1969-12-31T15:00")
    assert schedule.previous_start(DAWN) is None
    assert schedule.previous_start(DOOM) == at("2198-12-31T15:00")
    assert schedule.next_start(DOOM) is None


@pytest.mark.parametrize("expression", ["cron(0 0 * * ? *)", "rate(1 day)"])
def test_nothing_starts_before_the_start_date_or_after_the_end_date(expression: str) -> None:
    schedule = parse_schedule(
        expression, time_zone=UTC, starts_at=at("2026-11-01T00:00"), ends_at=at("2026-11-03T00:00")
    )

    starts = ["2026-11-01T00:00", "2026-11-02T00:00", "2026-11-03T00:00"]
    assert between(schedule, "2026-01-01T00:00", "2027-01-01T00:00") == starts
    assert schedule.previous_start(at("2026-10-31T23:59")) is None
    assert schedule.next_start(at("2026-01-01T00:00")) == at("2026-11-01T00:00")
    assert schedule.previous_start(NOON) == at("2026-11-03T00:00")
    assert schedule.next_start(at("2026-11-03T00:00")) is None


def test_a_start_date_within_a_day_leaves_the_earlier_starts_of_that_day_out() -> None:
    schedule = parse_schedule("cron(0 0/6 * * ? *)", time_zone=UTC, starts_at=at("2026-11-01T06:00:01"))

    assert schedule.next_start(at("2026-01-01T00:00")) == at("2026-11-01T12:00")
    assert schedule.previous_start(at("2026-11-01T11:59")) is None


@pytest.mark.parametrize(
    ("rate", "starts"),
    [
        ("1 minute", ["2026-10-24T22:30", "2026-10-24T22:31", "2026-10-24T22:32"]),
        ("5 minutes", ["2026-10-24T22:30", "2026-10-24T22:35", "2026-10-24T22:40"]),
        ("1 hour", ["2026-10-24T22:30", "2026-10-24T23:30", "2026-10-25T00:30"]),
        ("36 hours", ["2026-10-24T22:30", "2026-10-26T10:30", "2026-10-27T22:30"]),
        ("1 day", ["2026-10-24T22:30", "2026-10-25T22:30", "2026-10-26T22:30"]),
        ("1 days", ["2026-10-24T22:30", "2026-10-25T22:30", "2026-10-26T22:30"]),
        ("5 days", ["2026-10-24T22:30", "2026-10-29T22:30", "2026-11-03T22:30"]),
    ],
)
def test_a_rate_counts_from_its_anchor_whatever_the_clock_does(rate: str, starts: list[str]) -> None:
    anchor = datetime(2026, 10, 25, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    schedule = parse_schedule(f"rate({rate})", time_zone=anchor.tzinfo or UTC, anchor=anchor)

    found = schedule.starts_between(at("2020-01-01T00:00"), at("2030-01-01T00:00"))
    assert [f"{start:%Y-%m-%dT%H:%M}" for start in islice(found, 3)] == starts
    assert schedule.previous_start(at(starts[1])) == at(starts[1])
    assert schedule.previous_start(at(starts[1]) - datetime.resolution) == at(starts[0])
    assert schedule.previous_start(at(starts[0]) - datetime.resolution) is None
    assert schedule.next_start(at(starts[1])) == at(starts[2])


def test_the_start_date_of_a_rate_is_its_first_start() -> None:
    schedule = parse_schedule(
        "rate(2 hours)", time_zone=UTC, starts_at=at("2026-11-22T12:30"), anchor=at("2026-01-01T00:00")
    )

    assert schedule.next_start(at("2026-01-01T00:00")) == at("2026-11-22T12:30")
    assert schedule.next_start(at("2026-11-22T12:30")) == at("2026-11-22T14:30")


def test_a_rate_whose_first_start_nobody_knows_is_refused() -> None:
    with pytest.raises(ScheduleNotAnchored, match=r"rate\(5 minutes\) .* Give the gate a cron expression"):
        parse_schedule("rate(5 minutes)", time_zone=UTC)


@pytest.mark.parametrize(
    ("zone", "reading", "start"),
    [
        ("UTC", "2026-11-22T13:00:30", "2026-11-22T13:00:30"),
        ("Asia/Tokyo", "2026-11-22T13:00:00", "2026-11-22T04:00"),
        ("Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30"),
        ("Europe/Berlin", "2026-03-29T02:30:00", None),
    ],
)
def test_a_single_start_is_on_the_clock_of_its_time_zone(zone: str, reading: str, start: str | None) -> None:
    schedule = parse_schedule(f"at({reading})", time_zone=ZoneInfo(zone))

    expected = at(start) if start else None
    assert schedule.next_start(at("2026-01-01T00:00")) == expected
    assert schedule.previous_start(at("2027-01-01T00:00")) == expected


def test_a_single_start_comes_once_and_heeds_no_start_date_or_end_date() -> None:
    schedule = parse_schedule(
        "at(2026-11-22T12:00:00)",
        time_zone=UTC,
        starts_at=at("2027-01-01T00:00"),
        ends_at=at("2027-02-01T00:00"),
    )

    assert schedule.previous_start(NOON) == NOON
    assert schedule.next_start(NOON) is None
    assert schedule.previous_start(NOON - datetime.resolution) is None


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("", "'' is no schedule expression: it is written 'cron(FIELDS)', 'rate(VALUE UNIT)' or 'at("),
        ("0 10 * * ? *", "'0 10 * * ? *' is no schedule expression: it is written 'cron(FIELDS)'"),
        ("cron 0 10 * * ? *", "it is written 'cron(FIELDS)'"),
        ("every(5 minutes)", "it is written 'cron(FIELDS)'"),
        (f"cron({'0,' * 200}0 10 * * ? *)", "in at most 256 characters"),
        (
            "cron(0 25 * * ? *)",
            "'cron(0 25 * * ? *)' is no schedule expression: hour is '25', but '25' is not",
        ),
        ("rate(5 minute)", "'5 minute' is not '1 minute', '1 hour' or '1 day', nor a whole number from 2"),
        ("rate(0 minutes)", "'0 minutes' is not"),
        ("rate(-1 minutes)", "'-1 minutes' is not"),
        ("rate(1.5 hours)", "'1.5 hours' is not"),
        ("rate(5 seconds)", "'5 seconds' is not"),
        ("rate(5)", "'5' is not"),
        ("rate(1000000 days)", "from 2 to 999999 of minutes, hours or days"),
        ("at(2026-11-22)", "a moment is written yyyy-mm-ddThh:mm:ss, in the time zone of the schedule"),
        ("at(2026-11-22T12:00:00Z)", "a moment is written yyyy-mm-ddThh:mm:ss"),
        ("at(2026-02-30T12:00:00)", "'at(2026-02-30T12:00:00)' is no schedule expression: day"),
    ],
)
def test_what_eventbridge_would_not_take_is_refused_with_the_reason(expression: str, reason: str) -> None:
    with pytest.raises(InvalidSchedule) as refusal:
        parse_schedule(expression, time_zone=UTC, anchor=NOON)

    assert reason in str(refusal.value)
