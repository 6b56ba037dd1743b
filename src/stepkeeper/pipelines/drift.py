"""Finds gates that are not as they were left, and changes that nobody was told of."""

from dataclasses import dataclass, field
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from stepkeeper.aws import drifts, gates, holds, told_holds
from stepkeeper.aws.clients import client
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.gate_news import write_drift
from stepkeeper.domain.gate_reconciler import is_untold
from stepkeeper.errors import StepkeeperError
from stepkeeper.pipelines.place import Place


@dataclass
class Inspection:
    """What was seen of the gates of the map. `found` is what people are to be told."""

    place: Place
    now: datetime
    found: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unread: set[Gate] = field(default_factory=set)

    def inspect(self) -> None:
        """Looks at every gate, and tells of what is new: one that somebody else disabled, what broke off."""
        table, state_table = self.place.table, client("dynamodb")
        all_gates = [pipeline.started_by for pipeline in self.place.map.pipelines if pipeline.started_by]
        known = drifts.read_drifts(state_table, table, all_gates)
        held = holds.read_holds(state_table, table, all_gates)
        untold = [
            gate
            for gate, hold in held.items()
            if is_untold(hold, now=self.now) and (hold.closed_at or hold.opened_at or self._is_closed(gate))
        ]
        drifted = [gate for gate in all_gates if self._has_drifted(gate)]
        new = [gate for gate in drifted if gate not in known]
        for gate in untold:
            over = "opened" if held[gate].opened_at else "closed"
            self.found.append(f"{self._name(gate)} was {over}: {held[gate].reason}.")
        for gate in new:
            self.found.append(
                f"{self._name(gate)} is disabled, and not by Stepkeeper: its pipeline does not start until "
                "whoever disabled it enables it again."
            )
        if self.found:
            self.place.tell(None, write_drift(self.found, at=self.now))
        for gate in untold:
            told_holds.mark_told(state_table, table, gate)
        for gate in new:
            drifts.put_drift(state_table, table, gate, at=self.now)
        for gate in known - set(drifted) - self.unread:
            drifts.drop_drift(state_table, table, gate)

    def _has_drifted(self, gate: Gate) -> bool:
        try:
            # Twice: a gate that is being closed or opened looks like that for a moment.
            return self._looks_drifted(gate) and self._looks_drifted(gate)
        except (StepkeeperError, ClientError, BotoCoreError) as error:
            self.problems.append(f"{self._name(gate)} ({type(error).__name__}: {error})")
            self.unread.add(gate)
            return False

    def _looks_drifted(self, gate: Gate) -> bool:
        return (
            gates.read_state(gate) == "DISABLED"
            and holds.read_hold(client("dynamodb"), self.place.table, gate) is None
        )

    def _is_closed(self, gate: Gate) -> bool:
        """Whether a closing that broke off has come to anything."""
        try:
            return gates.read_state(gate) == "DISABLED"
        except (StepkeeperError, ClientError, BotoCoreError):
            return False  # `_has_drifted` says why

    def _name(self, gate: Gate) -> str:
        pipeline = self.place.map.of_gate(gate)
        return f"{pipeline.name if pipeline else ''} ({gate})"
