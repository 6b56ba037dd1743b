"""Toggles one gate as a person, or a rule or schedule with a constant input, wants it."""

from dataclasses import dataclass, field
from typing import Any, Literal, assert_never

from stepkeeper import clock
from stepkeeper.aws import gates, holds, told_holds
from stepkeeper.aws.clients import client
from stepkeeper.domain.gate import Gate, GateState
from stepkeeper.domain.hold import Hold
from stepkeeper.domain.rule_toggler import (
    Close,
    Decision,
    Forget,
    Join,
    LetGo,
    Nothing,
    Open,
    decide_close,
    decide_open,
)
from stepkeeper.errors import GateContended
from stepkeeper.pipelines.place import Place

DECISIONS_TRIED = 3


@dataclass(frozen=True)
class Toggling:
    """What is wanted of some gates, for whom, and why."""

    place: Place
    action: Literal["disable", "enable"]
    owner: str
    reason: str | None = None
    opened: set[Gate] = field(default_factory=set)
    """Gates of the map that it has opened so far."""

    def toggle(self, gate: Gate) -> dict[str, Any]:
        """Toggles a gate, deciding anew when others change it or its hold at the same time.

        Gives `{"gate", "before", "after", "changed", "reason"}`. Raises GateContended, and what reading the
        gate and setting its state raise.
        """
        first = before = gates.read_state(gate)
        decide = decide_close if self.action == "disable" else decide_open
        self._let_go_by_hand(gate)
        for _ in range(DECISIONS_TRIED):
            hold = holds.read_hold(client("dynamodb"), self.place.table, gate)
            decision = decide(before, hold, owner=self.owner)
            if isinstance(decision, Close | Forget) and hold and self._was_opened(gate, hold):
                continue
            after = self._act(gate, decision, before, hold)
            if after:
                return {
                    "gate": str(gate),
                    "before": first,
                    "after": after,
                    "changed": first != after,
                    "reason": decision.reason,
                }
            before = gates.read_state(gate)
        raise GateContended(
            f"{gate} was being toggled by others, {DECISIONS_TRIED} times in a row; try again."
        )

    def _let_go_by_hand(self, gate: Gate) -> None:
        """What is wrong with the owner until now is not to close the gate again, where it is a pipeline."""
        pipeline = self.place.map.of_gate(gate)
        if self.action == "enable" and pipeline and self.owner in self.place.map.upstream(pipeline.name):
            told_holds.release(client("dynamodb"), self.place.table, gate, owner=self.owner, at=clock.now())

    def _was_opened(self, gate: Gate, hold: Hold) -> bool:
        """Whether somebody had opened the gate of a pipeline past us, which ends its hold."""
        if self.place.map.of_gate(gate) is None or gates.read_state(gate) == "DISABLED":
            return False
        return gates.respect(self.place.table, gate, hold, now=clock.now())

    def _act(self, gate: Gate, decision: Decision, before: GateState, hold: Hold | None) -> GateState | None:
        """Does what was decided and gives the state that the gate is in then; None: decide anew."""
        table, owner, now = self.place.table, self.owner, clock.now()
        match decision:
            case Close(reason):
                why = self.reason or reason
                gates.close(table, gate, owner=owner, state_before=before, reason=why, now=now)
                return "DISABLED"
            case Join() if hold:
                return before if gates.join(table, gate, hold, owner=owner, now=now) else None
            case Open(state, reason) if hold:
                is_mapped = self.place.map.of_gate(gate) is not None or bool(hold.held_since)
                opened = gates.reopen(
                    table, gate, hold, owner=owner, now=now, is_mapped=is_mapped, reason=reason
                )
                if opened and is_mapped:
                    self.opened.add(gate)
                return state if opened else None
            case LetGo():
                return before if gates.let_go(table, gate, owner=owner) else None
            case Forget():
                gates.forget(table, gate, owner=owner)
                return before
            case Nothing():
                return before
            case Join() | Open():  # never without a hold
                return None
        assert_never(decision)
