"""A closing, an opening and a reconciliation that break off at any call come to the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mapped import Mapped
from tests.promises_of_gates.interruption import Call, Scenario, visit
from tests.promises_of_gates.well import HOUR, INGEST, MAIL, MINUTE, REPORT, made_up
from tests.simulated.simulation import Simulation

NAMES = {REPORT: f"report ({REPORT})", MAIL: f"mail ({MAIL})"}
MADE_UP = "20261122T030000Z"


def fails(mapped: Mapped) -> Call:
    (run,) = mapped.pass_time(2 * HOUR)
    event = mapped.end(run, "FAILED")
    return lambda: mapped.tell(event)


def succeeds(mapped: Mapped) -> Call:
    """After the report has missed its start at 03:00; it is 03:34:05."""
    fails(mapped)()
    mapped.pass_time(2 * HOUR + 30 * MINUTE)
    event = mapped.end(mapped.start("ingest", "again"), "SUCCEEDED")
    return lambda: mapped.tell(event)


def succeeds_untold(mapped: Mapped) -> Call:
    succeeds(mapped)
    return lambda: _reconcile(mapped)


def fails_untold(mapped: Mapped) -> Call:
    fails(mapped)
    return lambda: _reconcile(mapped)


def is_opened_by_a_person(mapped: Mapped) -> Call:
    fails(mapped)()
    mapped.pass_time(MINUTE)
    mapped.world.gates.set_state(REPORT, "ENABLED")
    return lambda: _reconcile(mapped)


def a_person_lets_go(mapped: Mapped) -> Call:
    fails(mapped)()
    mapped.pass_time(2 * HOUR + 30 * MINUTE)
    request = {"action": "enable", "targets": [REPORT], "owner": "ingest"}
    return lambda: mapped.simulation.invoke("rule_toggler", request)


def _reconcile(mapped: Mapped) -> object:
    return mapped.reconcile()


def wrong(mapped: Mapped, states: str, owners: list[set[str]], starts: list[str], *told: str) -> list[str]:
    """`states` are those of the report and the mail; `told` is what notices say."""
    seen = "".join(state[0] for state in mapped.states(REPORT, MAIL))
    found = [] if seen == states else [f"the gates are {seen}"]
    found += [] if mapped.states(INGEST) == ["ENABLED"] else ["the gate of the ingest was closed"]
    holding = [mapped.owners(gate) for gate in (REPORT, MAIL)]
    found += [] if holding == owners else [f"they are held for {holding}"]
    found += [] if made_up(mapped) == starts else [f"made up for {made_up(mapped)}"]
    text = "\n".join(mapped.told)
    return found + [f"nobody was told: {each}" for each in told if not _says(text, each)]


def _says(text: str, what: str) -> bool:
    word, name = what.split(" ", 1)
    if word == "Closed" and _says(text, f"Opened {name}"):
        return True  # and why it was closed with it
    return f"{word}: {name}" in text or f"{name} was {word.lower()}" in text


BOTH = [{"ingest"}, {"ingest"}]
CLOSED = [f"Closed {name}" for name in NAMES.values()]
OPENED = [f"Opened {name}" for name in NAMES.values()]

SCENARIOS = {
    "a closing": Scenario(10, fails, lambda mapped: wrong(mapped, "DD", BOTH, [], *CLOSED)),
    "a closing by the reconciler": Scenario(
        20, fails_untold, lambda mapped: wrong(mapped, "DD", BOTH, [], *CLOSED)
    ),
    "an opening": Scenario(
        15, succeeds, lambda mapped: wrong(mapped, "EE", [set(), set()], [MADE_UP], *CLOSED, *OPENED)
    ),
    "an opening by the reconciler": Scenario(
        25, succeeds_untold, lambda mapped: wrong(mapped, "EE", [set(), set()], [MADE_UP], *CLOSED, *OPENED)
    ),
    "a person's opening": Scenario(
        20, is_opened_by_a_person, lambda mapped: wrong(mapped, "ED", [set(), {"ingest"}], [], *CLOSED)
    ),
    "a person's request": Scenario(
        5, a_person_lets_go, lambda mapped: wrong(mapped, "ED", [set(), {"ingest"}], [MADE_UP])
    ),
}
NOBODY_ELSE_REPEATS = {"a person's request"}


@pytest.mark.parametrize("is_repeated", [True, False])
@pytest.mark.parametrize("name", SCENARIOS)
def test_what_breaks_off_at_any_call_is_repaired(
    name: str, is_repeated: bool, simulation: Simulation, visited: Callable[..., None], tmp_path: Path
) -> None:
    if not is_repeated and name in NOBODY_ELSE_REPEATS:
        pytest.skip("who asked is told that it failed, and asks again")
    visited(points=visit(simulation, tmp_path / "map", SCENARIOS[name], is_repeated=is_repeated))
