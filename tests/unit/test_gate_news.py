"""What people are told when gates close or open."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from stepkeeper.domain.gate import Gate
from stepkeeper.domain.gate_news import Change, MadeUp, What, what_opens, write_changes, write_drift
from stepkeeper.domain.pipeline import Pipeline, Reopen, ReopenAt

GATE = Gate("rule", "default", "start-report")
REPORT = Pipeline("report", "report", GATE)
RUN = "arn:aws:states:ap-northeast-1:123456789012:execution:ingest:nightly"
BY_HAND = '{"action": "enable", "targets": ["rule/start-report"], "owner": "ingest"}'


def ingest(reopen: Reopen = "on-success") -> Pipeline:
    return Pipeline("ingest", "ingest", blocks=("report",), reopen=reopen)


def change(what: What) -> Change:
    return Change("report", GATE, what, "a reason", "ENABLED", "DISABLED" if what == "closed" else "ENABLED")


def lines(*changes: Change, made_up: tuple[MadeUp, ...] = (), run: str | None = None) -> list[str]:
    text = write_changes(ingest(), "failed", changes, made_up, blocked=[REPORT], run_arn=run)
    return text.splitlines()


def test_a_closing_says_what_is_blocked_what_opens_it_and_where_to_look() -> None:
    told = lines(change("closed"), change("nothing"), run=RUN)

    assert told[:4] == [
        "ingest failed.",
        "Closed: report (rule/start-report): a reason.",
        "Not touched: report (rule/start-report): a reason.",
        "Blocked by ingest: report.",
    ]
    assert told[4] == f"They open when ingest has succeeded; sooner: invoke rule_toggler with {BY_HAND}."
    assert told[5].startswith("Look at it: https://")
    assert RUN in told[5]


def test_an_opening_says_what_is_made_up_for() -> None:
    made_up = (MadeUp("report", missed=2, runs=1), MadeUp("mail", missed=0, runs=0))

    assert lines(change("opened"), change("nothing"), made_up=made_up) == [
        "ingest failed.",
        "Opened: report (rule/start-report): a reason.",
        "report missed 2 starts; 1 run makes up for them.",
    ]


def test_what_people_opened_is_left_open() -> None:
    assert lines(change("respected"))[1:] == ["Left open: report (rule/start-report): a reason."]


@pytest.mark.parametrize(
    ("missed", "runs", "says"),
    [
        (1, 0, "report missed 1 start; no run makes up for it"),
        (1, 1, "report missed 1 start; 1 run makes up for it"),
        (3, 0, "report missed 3 starts; no run makes up for them"),
        (3, 3, "report missed 3 starts; 3 runs make up for them"),
    ],
)
def test_how_many_starts_were_missed(missed: int, runs: int, says: str) -> None:
    assert str(MadeUp("report", missed, runs)) == says


@pytest.mark.parametrize(
    ("reopen", "says"),
    [
        ("on-success", "when ingest has succeeded; sooner: invoke"),
        ("by-hand", "when you say so: invoke"),
        (
            ReopenAt(time(6), ZoneInfo("Asia/Tokyo")),
            "at 06:00 Asia/Tokyo, whatever becomes of ingest; sooner: invoke",
        ),
    ],
)
def test_what_opens_a_gate(reopen: Reopen, says: str) -> None:
    assert what_opens(ingest(reopen), [GATE]) == f"{says} rule_toggler with {BY_HAND}."


@pytest.mark.parametrize(
    ("what", "is_news"),
    [
        ("closed", True),
        ("opened", True),
        ("respected", True),
        ("joined", False),
        ("let go", False),
        ("nothing", False),
    ],
)
def test_what_is_news(what: What, is_news: bool) -> None:
    assert change(what).is_news == is_news


def test_an_answer_says_whether_the_state_was_changed() -> None:
    assert change("closed").answer == {
        "gate": "rule/start-report",
        "before": "ENABLED",
        "after": "DISABLED",
        "changed": True,
        "reason": "a reason",
    }
    assert change("opened").answer["changed"] is False


def test_drift_is_told_with_the_time() -> None:
    assert write_drift(["one", "two"], at=datetime(2026, 11, 21, 12, tzinfo=UTC)).splitlines() == [
        "Gates are not as Stepkeeper left them (2026-11-21 12:00 UTC).",
        "one",
        "two",
    ]
