"""Does what is decided about one gate for one of its upstreams, deciding anew when others get in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from stepkeeper.aws import gates, holds, told_holds
from stepkeeper.aws.clients import client
from stepkeeper.domain.gate import Gate, GateState
from stepkeeper.domain.gate_news import Change, What
from stepkeeper.domain.gate_seen import GateSeen
from stepkeeper.domain.hold import Hold
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.rule_toggler import Close, Forget, Join, LetGo, Nothing, Open
from stepkeeper.domain.settling import (
    NOT_OURS,
    Finish,
    Keep,
    Release,
    Respect,
    Settlement,
    Wait,
    decide,
    wish_of,
)
from stepkeeper.domain.trouble import Trouble
from stepkeeper.errors import GateContended

DECISIONS_TRIED = 3


@dataclass(frozen=True)
class OneGate:
    """A gate, and the upstream for whose sake it is looked at.

    Unless it `is_sure` that there is no other trouble, the gate is not opened.
    """

    table: str
    upstream: Pipeline
    trouble: Trouble | None
    pipeline: str
    gate: Gate
    now: datetime
    is_sure: bool = True

    def settle(self, seen: GateSeen) -> Change:
        """What became of the gate, and why. Raises GateContended, and what setting its state raises."""
        state = seen.state
        for _ in range(DECISIONS_TRIED):
            hold = holds.read_hold(client("dynamodb"), self.table, self.gate)
            settlement, wish = self._decide(state, hold)
            if self._needs_another_look(settlement, hold):
                # The state was read before the hold, and the two do not fit together.
                state = gates.read_state(self.gate)
                hold = holds.read_hold(client("dynamodb"), self.table, self.gate) if hold is None else hold
                settlement, wish = self._decide(state, hold)
            what = self._act(settlement, state, hold, wish.since if isinstance(wish, Keep) else None)
            if what:
                after = _after(settlement, state)
                return Change(self.pipeline, self.gate, what, settlement.reason, seen.state, after)
            state = gates.read_state(self.gate)
        raise GateContended(
            f"{self.gate} was being toggled by others, {DECISIONS_TRIED} times in a row; try again."
        )

    def _decide(self, state: GateState, hold: Hold | None) -> tuple[Settlement, object]:
        released = self._released() if self.trouble else {}
        wish = wish_of(self.upstream, self.trouble, hold, released=released, now=self.now)
        if isinstance(wish, Release) and not self.is_sure:
            wish = Wait(f"it can not be told whether {self.upstream.name} is late")
        return decide(state, hold, wish, owner=self.upstream.name), wish

    def _released(self) -> Mapping[str, datetime]:
        return told_holds.read_released(client("dynamodb"), self.table, [self.gate])[self.gate]

    def _needs_another_look(self, settlement: Settlement, hold: Hold | None) -> bool:
        if isinstance(settlement, Respect | Finish):
            return True
        return hold is None and settlement == Nothing(NOT_OURS)

    def _act(
        self, settlement: Settlement, state: GateState, hold: Hold | None, since: datetime | None
    ) -> What | None:
        """Does what was decided; None: decide anew."""
        table, gate, owner, now = self.table, self.gate, self.upstream.name, self.now
        match settlement:
            case Close(reason):
                gates.close(table, gate, owner=owner, state_before=state, reason=reason, now=now, since=since)
                return "closed"
            case Join() if hold:
                joined = gates.join(table, gate, hold, owner=owner, now=now, since=since)
                return "joined" if joined else None
            case Open(reason=reason) if hold:
                opened = gates.reopen(table, gate, hold, owner=owner, now=now, is_mapped=True, reason=reason)
                return "opened" if opened else None
            case LetGo():
                return "let go" if gates.let_go(table, gate, owner=owner) else None
            case Forget():
                gates.forget(table, gate, owner=owner)
                return "nothing"
            case Finish(reason):
                ended = told_holds.end_hold_untold(
                    client("dynamodb"), table, gate, opened_at=now, reason=reason
                )
                return "opened" if ended else None
            case Respect() if hold:
                return "respected" if gates.respect(table, gate, hold, now=now) else None
            case Nothing():
                return "nothing"
            case Join() | Open() | Respect():  # never without a hold
                return None
        assert_never(settlement)


def _after(settlement: Settlement, state: GateState) -> GateState:
    match settlement:
        case Close():
            return "DISABLED"
        case Open(state=before):
            return before
        case _:
            return state
