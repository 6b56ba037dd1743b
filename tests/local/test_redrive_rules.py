"""Which executions are redriven, and which requests are repeated ones: the edges of AWS's rules."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.patches.redrive_rules import answered_before, not_redrivable_because

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
MOMENT = timedelta(milliseconds=1)


def _date(ago: timedelta) -> str:
    return (NOW - ago).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("status", "ago", "events", "reason"),
    [
        ("FAILED", timedelta(days=14), 24_998, None),
        ("ABORTED", timedelta(0), 1, None),
        ("TIMED_OUT", timedelta(0), 1, None),
        ("FAILED", timedelta(days=14) + MOMENT, 1, "Execution redrivable period exceeded"),
        ("FAILED", timedelta(0), 24_999, "Execution history event limit exceeded"),
        ("RUNNING", timedelta(0), 1, "Execution is RUNNING and cannot be redriven"),
        ("SUCCEEDED", timedelta(0), 1, "Execution is SUCCEEDED and cannot be redriven"),
    ],
)
def test_what_is_redriven(status: str, ago: timedelta, events: int, reason: str | None) -> None:
    execution = {"status": status, "stopDate": _date(ago), "events": [{}] * events}

    assert not_redrivable_because(execution, NOW) == reason


def test_the_last_ten_tokens_are_known_for_fifteen_minutes() -> None:
    def answered(token: str, *agos: timedelta) -> str | None:
        redrives = [{"token": f"t{i}", "redriveDate": _date(ago)} for i, ago in enumerate(agos)]
        execution: dict[str, Any] = {"redrives": redrives}
        return answered_before(execution, token, NOW)

    minutes = timedelta(minutes=15)

    assert answered("t0") is None
    assert answered("t0", minutes) == _date(minutes)
    assert answered("t0", minutes + MOMENT) is None
    assert answered("t0", *[MOMENT] * 10) == _date(MOMENT)
    assert answered("t0", *[MOMENT] * 11) is None
    assert answered("t10", *[MOMENT] * 11) == _date(MOMENT)
