"""A life of gates: people toggle them, Stepkeeper is called; the promises hold."""

import sys
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.promises_of_gates.drawn import NUMBERS, Disturbance, disturbances, go, pick
from tests.promises_of_gates.life_of_runs import LifeOfRuns
from tests.promises_of_gates.oracle import wrong_gates
from tests.promises_of_gates.promises import broken_by, untold
from tests.promises_of_gates.starts import doubled, left_out, wrong_inputs
from tests.simulated.simulation import Simulation


class Life(LifeOfRuns):
    """`seen` is how many states of each gate were looked at."""

    lives = 0
    steps = 0
    reconciled = 0

    def __init__(self, simulation: Simulation, folder: Path) -> None:
        super().__init__(simulation, folder)
        self.seen: dict[str, int] = {}
        type(self).lives += 1

    @rule(number=NUMBERS)
    def somebody_toggles_a_gate(self, number: int) -> None:
        """A person, or a deployment. Where a closing or opening broke off, nobody can tell whose that was."""
        ledger = self.stage.ledger
        for gate in pick(self.stage.gates, number):
            hold = self.stage.hold(gate)
            if self.stage.world.gates.state(gate) == "ENABLED":
                if not hold and number % 3 == 0:
                    ledger.shut.add(gate)
                    self._set(gate, "DISABLED")
            elif not hold:
                ledger.shut.discard(gate)
                self._set(gate, "ENABLED")
            elif "closed_at" in hold and "owners" in hold:
                ledger.opened[gate] = self.stage.now
                ledger.asked.discard(gate)
                self._set(gate, "ENABLED")

    @rule(number=NUMBERS, whose=NUMBERS, disable=st.booleans(), disturbance=disturbances())
    def a_person_asks(self, number: int, whose: int, disable: bool, disturbance: Disturbance) -> None:
        """To close a gate, or to let go of it; again, where that broke off."""
        for each in pick(self.stage.blocked, number):
            owner = "operator"
            if not disable and whose % 3 == 0:
                owner = pick(self.stage.upstream[each.name], whose // 3)[0].name
            action = "disable" if disable else "enable"
            request = {"action": action, "targets": [each.gate], "owner": owner}
            before = len(self.stage.world.gates.states(each.gate))
            if not go(self.stage, lambda: self.stage.toggle(request), disturbance):  # noqa: B023
                self.stage.toggle(request)
            after = len(self.stage.world.gates.states(each.gate))
            self.stage.ledger.asked_for(each.gate, owner, disable=disable, at=self.stage.now)
            for state in range(before, after):
                self.stage.ledger.by_request.add((each.gate, state))

    @rule(disturbance=disturbances())
    def the_reconciler_runs(self, disturbance: Disturbance) -> None:
        before = {
            each.gate: (self.stage.hold(each.gate), self.stage.world.gates.state(each.gate))
            for each in self.stage.blocked
        }
        if disturbance[0] != "none":
            go(self.stage, lambda: self.simulation.invoke("gate_reconciler", {}), disturbance)
            return
        self.simulation.invoke("gate_reconciler", {})
        type(self).reconciled += 1
        wrong = wrong_gates(self.stage, before)
        assert not wrong, "\n".join(wrong)

    @invariant()
    def the_promises_hold(self) -> None:
        type(self).steps += 1
        self.stage.note_told()
        broken = [*broken_by(self.stage, self.seen), *doubled(self.stage)]
        assert not broken, "\n".join(broken)

    def teardown(self) -> None:
        if sys.exc_info()[0] is None:
            self._come_to_rest()

    def _come_to_rest(self) -> None:
        for pause in (timedelta(minutes=2), timedelta(minutes=6)):
            self.stage.pass_time(pause)
            self.the_reconciler_runs(("none", 0))
            self.the_promises_hold()
        broken = [*left_out(self.stage), *wrong_inputs(self.stage), *untold(self.stage)]
        assert not broken, "\n".join(broken)

    def _set(self, gate: str, state: str) -> None:
        self.stage.ledger.by_people.add((gate, len(self.stage.world.gates.states(gate))))
        self.stage.world.gates.set_state(gate, state)
