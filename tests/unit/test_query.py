"""A query: its token, the pauses between two looks at it, and its result as JSON."""

import json
import math
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.query import FIRST_PAUSE, LONGEST_PAUSE, json_value, next_pause, query_token

EXECUTION = "arn:aws:states:ap-northeast-1:123456789012:execution:load_when_ready:2026-11-26"
ANY_TEXT = st.text(st.characters(codec=None))


def test_each_try_of_one_state_of_one_run_has_the_same_token_for_ever() -> None:
    token = query_token(EXECUTION, "Start the load")

    assert token == "stepkeeper-56fe6d8ba2aa63aab1bd8a2085b19547721dcda5"


@given(ANY_TEXT, ANY_TEXT)
def test_both_engines_take_the_token_whatever_a_run_and_a_state_are_called(
    execution: str, state: str
) -> None:
    token = query_token(execution, state)

    assert re.fullmatch("[a-z0-9-]{32,128}", token)


@pytest.mark.parametrize(
    ("execution", "state"),
    [
        (EXECUTION, "Start the load "),
        (EXECUTION, "start the load"),
        (EXECUTION, ""),
        (f"{EXECUTION}0", "Start the load"),
        ("Start the load", EXECUTION),
        (f"{EXECUTION}Start the load", ""),
        (f'{EXECUTION}", "Start the load', ""),
        ("", f"{EXECUTION}Start the load"),
    ],
)
def test_another_state_or_another_run_has_another_token(execution: str, state: str) -> None:
    assert query_token(execution, state) != query_token(EXECUTION, "Start the load")


def test_pauses_grow_to_three_seconds_and_no_further() -> None:
    pauses = [FIRST_PAUSE]
    for _ in range(20):
        pauses.append(next_pause(pauses[-1]))

    assert pauses[:3] == [timedelta(milliseconds=ms) for ms in (250, 375, 562.5)]
    assert all(longer >= shorter for shorter, longer in pairwise(pauses))
    assert pauses[-1] == LONGEST_PAUSE == timedelta(seconds=3)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, None),
        (True, True),
        (False, False),
        (0, 0),
        (2**63 - 1, 2**63 - 1),
        (10**40, 10**40),
        ("", ""),
        ("12", "12"),
        ("夜 'it'", "夜 'it'"),
        (1.5, 1.5),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "nan"),
        (Decimal("12.00"), 12),
        (Decimal("-0.0"), 0),
        (Decimal("1E+3"), 1000),
        (Decimal("12.10"), "12.10"),
        (Decimal("99999999999999999999999999999.9"), "99999999999999999999999999999.9"),
        (Decimal("NaN"), "NaN"),
        (Decimal("-Infinity"), "-Infinity"),
        (date(2026, 11, 26), "2026-11-26"),
        (time(9, 30), "09:30:00"),
        (datetime(2026, 11, 26, 0, 30, tzinfo=UTC), "2026-11-26T00:30:00+00:00"),
        (b"\x00\xff", "AP8="),
        ([1, [Decimal("1.5"), None]], [1, ["1.5", None]]),
        ((1, 2), [1, 2]),
        ({"day": date(2026, 11, 26), 3: b""}, {"day": "2026-11-26", "3": ""}),
        (timedelta(days=1), "1 day, 0:00:00"),
    ],
)
def test_a_value_of_a_result_is_said_in_json_without_losing_anything(value: object, said: object) -> None:
    answer = json_value(value)

    assert (type(answer), answer) == (type(said), said)
    assert json.loads(json.dumps(answer, allow_nan=False)) == said
