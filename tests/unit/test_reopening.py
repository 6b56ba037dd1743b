"""Who holds a gate that it has closed, and for how long."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from stepkeeper.domain.hold import ANYBODY
from stepkeeper.domain.pipeline import Reopen, ReopenAt
from stepkeeper.domain.trouble import Trouble, is_wanted, lets_go, next_opening

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-21T{clock}").replace(tzinfo=UTC)


TROUBLE = Trouble(at("01:20"), "failed")
SIX = ReopenAt(at("06:00").time(), ZoneInfo("UTC"))

WANTED: dict[str, tuple[Reopen, dict[str, datetime], datetime, bool]] = {
    "nobody has let go": ("on-success", {}, at("12:00"), True),
    "it was let go of at that very moment": ("on-success", {"ingest": at("01:20")}, at("12:00"), False),
    "it was let go of before": ("on-success", {"ingest": at("01:20") - SECOND}, at("12:00"), True),
    "another was let go of": ("on-success", {"other": at("12:00")}, at("12:00"), True),
    "somebody has opened the gate": (
        "by-hand",
        {ANYBODY: at("02:00"), "ingest": at("00:00")},
        at("12:00"),
        False,
    ),
    "it is not yet time": (SIX, {}, at("06:00") - SECOND, True),
    "it is time": (SIX, {}, at("06:00"), False),
}


@pytest.mark.parametrize("case", WANTED)
def test_whether_trouble_holds_a_gate(case: str) -> None:
    reopen, released, now, wanted = WANTED[case]

    assert is_wanted(TROUBLE, owner="ingest", reopen=reopen, released=released, now=now) == wanted
    assert not is_wanted(None, owner="ingest", reopen=reopen, released=released, now=now)


@pytest.mark.parametrize(
    ("reopen", "held_since", "now", "goes"),
    [
        ("on-success", at("01:00"), at("01:00"), True),
        ("by-hand", at("01:00"), at("01:00") + 9 * DAY, False),
        (SIX, at("05:00"), at("06:00") - SECOND, False),
        (SIX, at("05:00"), at("06:00"), True),
        (SIX, at("06:00"), at("07:00"), False),
        (SIX, None, at("01:00"), True),
    ],
)
def test_who_is_well_again_lets_go(
    reopen: Reopen, held_since: datetime | None, now: datetime, goes: bool
) -> None:
    assert lets_go(reopen, held_since=held_since, now=now) == goes


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("clock", "zone", "since", "opening"),
    [
        ("06:00", "UTC", "2026-11-21T06:00:00Z", "2026-11-22T06:00:00Z"),
        ("06:00", "UTC", "2026-11-21T05:59:59.999Z", "2026-11-21T06:00:00Z"),
        ("06:00", "UTC", "2026-12-31T07:00:00Z", "2027-01-01T06:00:00Z"),
        ("06:00", "Asia/Tokyo", "2026-11-21T20:59:59Z", "2026-11-21T21:00:00Z"),
        ("06:00", "Asia/Tokyo", "2026-11-21T21:00:00Z", "2026-11-22T21:00:00Z"),
        # The clock goes from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25 October.
        ("06:00", "Europe/Berlin", "2026-03-28T05:30:00Z", "2026-03-29T04:00:00Z"),
        ("06:00", "Europe/Berlin", "2026-10-24T04:30:00Z", "2026-10-25T05:00:00Z"),
        ("02:30", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"),
        ("02:30", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
        ("02:30", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        ("02:30", "Europe/Berlin", "2026-10-25T01:10:00Z", "2026-10-26T01:30:00Z"),
    ],
)
def test_the_next_time_of_day(clock: str, zone: str, since: str, opening: str) -> None:
    reopen = ReopenAt(datetime.strptime(clock, "%H:%M").time(), ZoneInfo(zone))  # noqa: DTZ007

    assert next_opening(reopen, moment(since)) == moment(opening)
