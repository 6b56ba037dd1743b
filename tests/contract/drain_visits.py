"""How often a run of drain_spool may come to each state that it can come back to, and how long it waits."""

import re
from collections.abc import Iterator
from itertools import islice

from tests.contract.machines import Definition, machine, states, ways_on

DRAIN = machine("DrainSpool").definition
REQUEST, RUN, LOOK = "Is the request understood?", "Run some again", "Look how they go"
PAUSE, LIMIT = "Let the first runs go on", "Is the history long?"


def calls(definition: Definition = DRAIN) -> int:
    """How many calls a run has behind it, at the most, when it goes on in a new execution."""
    again = definition["States"][LIMIT]["Choices"][0]
    assert again["Next"] == RUN
    assert ways_to(definition, RUN) == {REQUEST, LIMIT}
    for name in (RUN, LOOK):
        assert definition["States"][name]["Assign"]["calls"] == "{% $calls + 1 %}"
    return _number(r"\{% \$calls < (\d+) %\}", again["Condition"])


def looks(definition: Definition = DRAIN) -> int:
    """How often it looks at the first runs of a batch, at the most."""
    again = definition["States"]["Is the outage over?"]["Choices"][1]
    assert again["Next"] == PAUSE
    assert ways_to(definition, LOOK) == {PAUSE}
    assert definition["States"][RUN]["Assign"]["looks"] == 0
    assert definition["States"][LOOK]["Assign"]["looks"] == "{% $looks + 1 %}"
    return _number(r"\{% \$states\.input\.verdict = 'wait' and \$looks < (\d+) %\}", again["Condition"])


def visits(definition: Definition = DRAIN) -> dict[str, int]:
    """As if a run could both call and look as often as it may. It can't: looks are calls, too."""
    called, looked = calls(definition), calls(definition) + looks(definition)
    return {
        RUN: called,
        "What came of it?": called,
        "Wait for room": called,
        LIMIT: called,
        PAUSE: looked,
        LOOK: looked,
        "Is the outage over?": looked,
    }


def ways_to(definition: Definition, name: str) -> set[str]:
    """The states that may come right before this one."""
    return {before for before, state in states(definition) if name in ways_on(state)}


def patience_with_the_first_runs() -> int:
    """The seconds between a batch and the last look at its first runs."""
    return sum(islice(_pauses(), looks()))


def _pauses() -> Iterator[int]:
    assert DRAIN["States"][PAUSE]["Seconds"] == "{% $pause %}"
    longer = re.fullmatch(
        r"\{% \$min\(\[\$pause \+ (\d+), (\d+)\]\) %\}", DRAIN["States"][LOOK]["Assign"]["pause"]
    )
    pause, more, cap = DRAIN["States"][RUN]["Assign"]["pause"], *map(int, longer.groups())
    while True:
        yield pause
        pause = min(pause + more, cap)


def _number(pattern: str, text: str) -> int:
    found = re.fullmatch(pattern, text)
    assert found, f"not as the tests know it: {text}"
    return int(found[1])
