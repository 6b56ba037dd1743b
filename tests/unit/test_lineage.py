"""Lineages and the names of their attempts."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.lineage import Rerun, lineage_of, parse_rerun_name, rerun_name

ARN = "arn:aws:states:ap-northeast-1:123456789012:execution:nightly-orders:2026-11-21-0300"
LINEAGE = "9f2c4e7a1b3d5f60"

attempts = st.integers(1, 999_999_999)
lineages = st.text("0123456789abcdef", min_size=16, max_size=16)


def test_a_lineage_is_the_beginning_of_the_sha256_of_the_first_failed_executions_arn():
    digest = hashlib.sha256(ARN.encode()).hexdigest()

    lineage = lineage_of(ARN)

    assert lineage == digest[:16]
    assert re.fullmatch("[0-9a-f]{16}", lineage)


def test_two_executions_of_the_same_name_in_two_machines_have_two_lineages():
    assert lineage_of(ARN) != lineage_of(ARN.replace("nightly-orders", "nightly-returns"))


@pytest.mark.parametrize(
    ("original_name", "expected"),
    [
        ("2026-11-21-0300", f"r1-{LINEAGE}-2026-11-21-0300"),
        ("", f"r1-{LINEAGE}-"),
        ("nightly.orders v2", f"r1-{LINEAGE}-nightly-orders-v2"),
        ("注文処理-1121", f"r1-{LINEAGE}------1121"),
        ("émile_É", f"r1-{LINEAGE}--mile_-"),
        ("line\nbreak", f"r1-{LINEAGE}-line-break"),
        ("x" * 60, f"r1-{LINEAGE}-" + "x" * 60),
        ("a" + "x" * 60, f"r1-{LINEAGE}-" + "x" * 60),
    ],
    ids=["plain", "empty", "not allowed", "unicode", "accents", "line break", "just fits", "one too many"],
)
def test_a_rerun_is_named_for_its_attempt_its_lineage_and_the_end_of_the_original_name(
    original_name, expected
):
    name = rerun_name(attempt=1, lineage=LINEAGE, original_name=original_name)

    assert name == expected
    assert len(name) <= 80


def test_a_rerun_of_a_rerun_keeps_the_tail_and_counts_up():
    first = rerun_name(attempt=1, lineage=LINEAGE, original_name="2026-11-21-0300")

    second = rerun_name(attempt=2, lineage=LINEAGE, original_name=first)

    assert second == f"r2-{LINEAGE}-2026-11-21-0300"


def test_the_tenth_attempt_drops_one_more_character_of_a_long_name_and_nothing_else():
    ninth = rerun_name(attempt=9, lineage=LINEAGE, original_name="abc" + "x" * 77)

    tenth = rerun_name(attempt=10, lineage=LINEAGE, original_name=ninth)

    assert tenth == f"r10-{LINEAGE}-" + "x" * 59


@pytest.mark.parametrize(
    "name",
    [
        "",
        "2026-11-21-0300",
        f"r0-{LINEAGE}-x",
        f"r01-{LINEAGE}-x",
        f"r-1-{LINEAGE}-x",
        f"r1-{LINEAGE[:-1]}-x",
        f"r1-{LINEAGE.upper()}-x",
        f"r1-{LINEAGE}",
        f"r1{LINEAGE}-x",
        f"my-r1-{LINEAGE}-x",
        f"r1000000000-{LINEAGE}-x",
        f"r\u0661-{LINEAGE}-x",
    ],
)
def test_a_name_that_somebody_else_gave_is_no_rerun(name):
    assert parse_rerun_name(name) is None


@given(attempts, lineages, st.text(st.characters(exclude_categories=()), max_size=200))
def test_what_a_name_says_can_be_read_from_it_again(attempt, lineage, original_name):
    name = rerun_name(attempt=attempt, lineage=lineage, original_name=original_name)

    rerun = parse_rerun_name(name)

    assert re.fullmatch("[0-9A-Za-z_-]{1,80}", name)
    assert rerun is not None
    assert (rerun.attempt, rerun.lineage) == (attempt, lineage)


@given(st.text(max_size=200), st.integers(2, 20))
def test_however_often_it_fails_the_name_says_the_attempt_and_the_lineage(original_name, times):
    name = original_name

    for attempt in range(1, times + 1):
        name = rerun_name(attempt=attempt, lineage=LINEAGE, original_name=name)

    rerun = parse_rerun_name(name)
    assert rerun == Rerun(times, LINEAGE, name.split("-", 2)[2])
    assert len(name) <= 80
