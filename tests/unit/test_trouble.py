"""Whether a pipeline is in such trouble that what depends on it must not start."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stepkeeper.domain.schedule import Schedule, parse_schedule
from stepkeeper.domain.standing import EndedRun, Standing
from stepkeeper.domain.trouble import trouble_of


def daily(clock: str) -> Schedule:
    return cron(f"{int(clock[3:])} {int(clock[:2])} * * ? *")


def cron(fields: str) -> Schedule:
    return parse_schedule(f"cron({fields})", time_zone=UTC)


def at(clock: str, day: int = 21) -> datetime:
    """On a day of November 2026; the 21st is a Saturday."""
    return datetime.fromisoformat(f"2026-11-{day}T{clock}").replace(tzinfo=UTC)


def stands(*runs: tuple[Any, datetime, datetime]) -> Standing:
    standing = Standing(listed=True)
    for status, started, stopped in runs:
        standing = standing.with_run(EndedRun("arn", status, started, stopped))
    return standing


WELL = stands(("SUCCEEDED", at("01:00"), at("01:20")))
YESTERDAY = stands(("SUCCEEDED", at("01:00", 20), at("01:20", 20)))
FAILED = stands(("FAILED", at("01:00"), at("01:20")))
ONE, THREE, HOURLY = daily("01:00"), daily("03:00"), cron("0 * * * ? *")

LATE: dict[str, tuple[Standing, Schedule | None, Schedule | None, datetime, datetime | None]] = {
    "it has succeeded": (WELL, ONE, THREE, at("03:00"), None),
    "it has not yet, but nothing starts so soon": (YESTERDAY, ONE, THREE, at("02:57:59"), None),
    "what depends on it starts in two minutes": (YESTERDAY, ONE, THREE, at("02:58"), at("01:00")),
    "it has never run": (Standing(listed=True), ONE, THREE, at("03:00"), at("01:00")),
    "it starts at the same time, so that the start before counts": (WELL, THREE, THREE, at("03:00"), None),
    "it started at the same time the day before": (
        stands(("SUCCEEDED", at("03:00", 20), at("03:20", 20))),
        THREE,
        THREE,
        at("03:00"),
        None,
    ),
    "it starts after what depends on it": (
        stands(("SUCCEEDED", at("04:00", 20), at("05:00", 20))),
        daily("04:00"),
        THREE,
        at("03:00"),
        None,
    ),
    "a run by hand before its start does not count": (
        stands(("SUCCEEDED", at("00:59:59"), at("01:20"))),
        ONE,
        THREE,
        at("03:00"),
        at("01:00"),
    ),
    "of hourly starts the last before counts": (WELL, HOURLY, THREE, at("03:00"), at("02:00")),
    "the last start of an hourly one that depends on it is long ago": (
        WELL,
        ONE,
        cron("30 2 ? * SUN *"),
        at("12:00"),
        None,
    ),
    "a weekly one on which a daily one depends": (
        stands(("SUCCEEDED", at("01:00", 15), at("02:00", 15))),
        cron("0 1 ? * SUN *"),
        THREE,
        at("12:00"),
        None,
    ),
    "it is to start within the two minutes itself": (WELL, daily("02:59"), THREE, at("02:58:30"), None),
    "it has no schedule": (Standing(listed=True), None, THREE, at("03:00"), None),
    "what depends on it has none": (Standing(listed=True), ONE, None, at("03:00"), None),
    "it has never been to start": (
        Standing(listed=True),
        parse_schedule("at(2026-11-22T00:00:00)", time_zone=UTC),
        THREE,
        at("03:00"),
        None,
    ),
}


@pytest.mark.parametrize("case", LATE)
def test_since_when_a_pipeline_is_late(case: str) -> None:
    standing, schedule, downstream, now, since = LATE[case]

    trouble = trouble_of(standing, schedule, downstream, until=now + timedelta(minutes=2), now=now)

    assert (trouble.since if trouble else None) == since


FAILURES: dict[str, tuple[Standing, Schedule | None, datetime, datetime | None, str]] = {
    "long ago": (FAILED, None, at("23:00", 28), at("01:20"), "failed at 2026-11-21 01:20 UTC"),
    "although nothing starts soon": (FAILED, ONE, at("01:20"), at("01:20"), "failed at 2026-11-21 01:20 UTC"),
    "and its next start has not succeeded either": (
        FAILED,
        ONE,
        at("03:00", 22),
        at("01:00", 22),
        "failed at 2026-11-21 01:20 UTC, and has not succeeded since its start at 2026-11-22 01:00 UTC",
    ),
    "a redrive has succeeded": (
        FAILED.with_run(EndedRun("arn", "SUCCEEDED", at("01:00"), at("02:00"), 1)),
        ONE,
        at("03:00"),
        None,
        "",
    ),
    "a redrive of a run before it": (
        FAILED.with_run(EndedRun("old", "SUCCEEDED", at("01:00", 20), at("02:00"), 1)),
        ONE,
        at("03:00"),
        at("01:20"),
        "failed at 2026-11-21 01:20 UTC",
    ),
    "it timed out": (
        stands(("TIMED_OUT", at("01:00"), at("01:20"))),
        None,
        at("03:00"),
        at("01:20"),
        "timed out at 2026-11-21 01:20 UTC",
    ),
    "it was aborted": (
        stands(("ABORTED", at("01:00"), at("01:20"))),
        None,
        at("03:00"),
        at("01:20"),
        "was aborted at 2026-11-21 01:20 UTC",
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_since_when_a_pipeline_has_failed(case: str) -> None:
    standing, schedule, now, since, reason = FAILURES[case]

    trouble = trouble_of(standing, schedule, THREE, until=now, now=now)

    assert (trouble.since, trouble.reason) == (since, reason) if trouble else since is None
