"""Rules and schedules alike, for tests that look at gates and toggle them as a person would."""

from datetime import datetime

from stepkeeper.domain.gate import parse_gate
from tests.simulated.rules import Rules
from tests.simulated.schedules import Schedules
from tests.simulated.states import States
from tests.template import ACCOUNT, REGION


class Gates:
    """Each gate is given as an operator writes it: rule/NAME, rule/BUS/NAME, schedule/GROUP/NAME, or ARN."""

    def __init__(self, rules: Rules, schedules: Schedules) -> None:
        self._rules = rules
        self._schedules = schedules

    def state(self, text: str) -> str:
        return self._states(text).now

    def state_at(self, text: str, moment: datetime) -> str | None:
        """None where the gate was not there yet."""
        return self._states(text).at(moment)

    def states(self, text: str) -> list[tuple[datetime, str]]:
        """All states that were written, each with its moment, the oldest first."""
        return list(self._states(text).past)

    def set_state(self, text: str, state: str) -> None:
        """A person toggles the gate in the console, past the wire; nothing else of it changes."""
        self._states(text).set(state)

    def _states(self, text: str) -> States:
        gate = parse_gate(text, region=REGION, account=ACCOUNT)
        if gate.kind == "rule":
            return self._rules.rule(gate.name, gate.group).states
        return self._schedules.schedule(gate.name, gate.group).states
