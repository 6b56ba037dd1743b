"""What becomes of a gate, for one of its upstreams."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from stepkeeper.domain.gate import GateState
from stepkeeper.domain.hold import Hold
from stepkeeper.domain.pipeline import Pipeline, Reopen, ReopenAt
from stepkeeper.domain.rule_toggler import Close, Forget, Join, LetGo, Nothing, Open
from stepkeeper.domain.settling import Finish, Keep, Release, Respect, Wait, Wish, decide, wish_of
from stepkeeper.domain.trouble import Trouble

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEEP, RELEASE, WAIT = Keep(NOON, "failed"), Release("is well"), Wait("lets go by hand")
CLOUDTRAIL: GateState = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


def held(*owners: str, state: GateState = "ENABLED", closed: bool = True) -> Hold:
    return Hold(frozenset(owners), state, closed_at=NOON if closed else None)


DECISIONS: dict[str, tuple[GateState, Hold | None, Wish, Any]] = {
    "it is to be closed": ("ENABLED", None, KEEP, Close),
    "it logs management events, and is to be closed": (CLOUDTRAIL, None, KEEP, Close),
    "somebody else has disabled it": ("DISABLED", None, KEEP, Nothing),
    "somebody else has disabled it, and all is well": ("DISABLED", None, RELEASE, Nothing),
    "all is well": ("ENABLED", None, RELEASE, Nothing),
    "who waits does not hold it": ("ENABLED", None, WAIT, Nothing),
    "it is closed already": ("DISABLED", held("ingest"), KEEP, Nothing),
    "it is closed for another": ("DISABLED", held("other"), KEEP, Join),
    "its closing broke off": ("DISABLED", held("ingest", closed=False), KEEP, Join),
    "its opening broke off, and it is in trouble again": ("DISABLED", held(), KEEP, Join),
    "the only one lets go": ("DISABLED", held("ingest", state=CLOUDTRAIL), RELEASE, Open),
    "the only one lets go after a closing that broke off": (
        "DISABLED",
        held("ingest", closed=False),
        RELEASE,
        Open,
    ),
    "its opening broke off": ("DISABLED", held(), RELEASE, Open),
    "another still holds it": ("DISABLED", held("ingest", "other"), RELEASE, LetGo),
    "it holds it not": ("DISABLED", held("other"), RELEASE, Nothing),
    "it lets go later": ("DISABLED", held("ingest"), WAIT, Nothing),
    "somebody has opened it": ("ENABLED", held("ingest"), KEEP, Respect),
    "somebody has opened what another holds": ("ENABLED", held("other"), RELEASE, Respect),
    "its opening has broken off at the end": ("ENABLED", held(), RELEASE, Finish),
    "its opening has broken off at the end, and it is to be closed": ("ENABLED", held(), KEEP, Close),
    "its closing broke off before it was closed": ("ENABLED", held("ingest", closed=False), KEEP, Close),
    "and is not needed any more": ("ENABLED", held("ingest", closed=False), RELEASE, Forget),
    "nor where it would wait": ("ENABLED", held("ingest", closed=False), WAIT, Forget),
    "another has it about to be closed": ("ENABLED", held("other", closed=False), RELEASE, Nothing),
    "another has it about to be closed, too": ("ENABLED", held("other", closed=False), KEEP, Close),
}


@pytest.mark.parametrize("case", DECISIONS)
def test_what_becomes_of_a_gate(case: str) -> None:
    state, hold, wish, decided = DECISIONS[case]

    settlement = decide(state, hold, wish, owner="ingest")

    assert type(settlement) is decided
    assert settlement.reason
    if isinstance(settlement, Open) and hold:
        assert settlement.state == hold.state_before


AT_SIX = ReopenAt(time(6), ZoneInfo("UTC"))
EARLIER, HELD = NOON - timedelta(hours=7), frozenset({"ingest"})

WISHES: dict[str, tuple[Reopen, bool, Hold | None, dict[str, datetime], type]] = {
    "it is in trouble": ("on-success", True, None, {}, Keep),
    "it is in trouble, and was let go of": ("on-success", True, held("ingest"), {"ingest": NOON}, Release),
    "it is well": ("on-success", False, held("ingest"), {}, Release),
    "it is well, and a person has to say so": ("by-hand", False, held("ingest"), {}, Wait),
    "it never held it": ("by-hand", False, held("other"), {}, Release),
    "nobody holds it": ("by-hand", False, None, {}, Release),
    "people opened it, and it holds it by hand": ("by-hand", True, held("ingest"), {"*": NOON}, Wait),
    "it is well before the time of day": (
        AT_SIX,
        False,
        Hold(HELD, "ENABLED", held_since={"ingest": NOON}),
        {},
        Wait,
    ),
    "it is well after the time of day": (
        AT_SIX,
        False,
        Hold(HELD, "ENABLED", held_since={"ingest": EARLIER}),
        {},
        Release,
    ),
    "it is in trouble before the time of day": (AT_SIX, True, None, {}, Keep),
}


@pytest.mark.parametrize("case", WISHES)
def test_what_an_upstream_wants_of_a_gate(case: str) -> None:
    reopen, is_troubled, hold, released, wanted = WISHES[case]
    ingest = Pipeline("ingest", "ingest", blocks=("report",), reopen=reopen)
    trouble = Trouble(NOON, "failed") if is_troubled else None

    assert type(wish_of(ingest, trouble, hold, released=released, now=NOON)) is wanted
