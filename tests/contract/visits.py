"""How often a run may come to each state that it can come back to, by the numbers in its definition."""

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from stepkeeper.load_input import LONGEST_WAIT
from tests.contract import drain_visits
from tests.contract.machines import Definition, machine

EXPORT = machine("ExportLogs").definition
LOAD = machine("LoadWhenReady").definition
ROUNDED: dict[str, Callable[[float], int]] = {"ceil": math.ceil, "floor": math.floor}


def numbers_in(pattern: str, text: str) -> list[int]:
    """The numbers at the groups of a pattern, which the text has to fit."""
    found = re.fullmatch(pattern, text)
    assert found, f"not as the tests know it: {text}"
    return [int(group) for group in found.groups()]


def handed_over_after() -> tuple[int, int]:
    """After how many periods, and after how many looks, a run of exports goes on in a new execution."""
    choices = EXPORT["States"]["Is a period left?"]["Choices"]
    assert [choice["Next"] for choice in choices[:2]] == ["Go on in a new execution", "Start the export"]
    periods, looks = numbers_in(
        r"\{% \$states\.input\.state = 'export' and \$periods < (\d+) and \$looks < (\d+) "
        r"and \$millis\(\) < \$until %\}",
        choices[1]["Condition"],
    )
    assert choices[1]["Assign"]["periods"] == "{% $periods + 1 %}"
    assert EXPORT["States"]["Check the export"]["Assign"]["looks"] == "{% $looks + 1 %}"
    return periods, looks


def checks() -> int:
    """How often the machine looks at one export before it gives it up."""
    again = EXPORT["States"]["Has the export ended?"]["Choices"][0]
    assert again["Next"] == "Wait for the export"
    return int(re.search(r"\$checks < (\d+)", again["Condition"])[1])


def looks() -> int:
    """How often the machine looks at one load before it gives it up."""
    again = LOAD["States"]["Is it loaded?"]["Choices"][1]
    assert again["Next"] == "Wait for the load"
    (limit,) = numbers_in(
        r"\{% \$states\.input\.state = 'running' and \$looks < (\d+) %\}", again["Condition"]
    )
    assert LOAD["States"]["Look at the load"]["Assign"]["looks"] == "{% $looks + 1 %}"
    return limit


def poll_seconds() -> int:
    """How long the machine waits between two checks for the data; only the last wait may be shorter."""
    left = r"\$ceil\(\(\$plan\.latest_ms - \$millis\(\)\) / 1000\)"
    wait = LOAD["States"]["Wait for the data"]["Seconds"]
    (seconds,) = numbers_in(rf"\{{% \$max\(\[1, \$min\(\[(\d+), {left}\]\)\]\) %\}}", wait)
    return seconds


def polls() -> int:
    """How often it looks for the data: at once, every time after a wait, and at the latest time."""
    ends = LOAD["States"]["How much is there?"]["Choices"][1]
    assert ends["Condition"] == "{% $states.input.rows = 0 and $millis() >= $plan.latest_ms %}"
    return math.ceil(LONGEST_WAIT.total_seconds() / poll_seconds()) + 2


def polls_between_notices() -> int:
    """Which checks people are told of: the first, and then one in so many."""
    told = LOAD["States"]["How much is there?"]["Choices"][2]
    assert told["Next"] == "Tell: still waiting"
    assert LOAD["States"]["Is the data there?"]["Assign"]["polls"] == "{% $polls + 1 %}"
    (every,) = numbers_in(r"\{% \$states\.input\.rows = 0 and \$polls % (\d+) = 1 %\}", told["Condition"])
    return every


def pauses(first: Any, longer: str) -> Iterator[int]:
    """The seconds that a machine waits before one look after another."""
    rule = r"\{% \$min\(\[\$(ceil|floor)\(\$pause \* ([\d.]+)\), (\d+)\]\) %\}"
    rounding, factor, cap = re.fullmatch(rule, longer).groups()
    pause = int(first)
    while True:
        yield pause
        pause = min(ROUNDED[rounding](pause * float(factor)), int(cap))


def pauses_of(definition: Definition, wait: str, begin: Any, look: str) -> Iterator[int]:
    """The pauses of a state machine: where it waits, where its first pause is set, and where the next."""
    assert definition["States"][wait]["Seconds"] == "{% $pause %}"
    return pauses(begin["Assign"]["pause"], definition["States"][look]["Assign"]["pause"])


def export_pauses() -> Iterator[int]:
    begin = EXPORT["States"]["Is a period left?"]["Choices"][1]
    return pauses_of(EXPORT, "Wait for the export", begin, "Check the export")


def load_pauses() -> Iterator[int]:
    return pauses_of(LOAD, "Wait for the load", LOAD["States"]["Start the load"], "Look at the load")


def visits_in_loops() -> dict[str, dict[str, int]]:
    """How often a run may come to each state that it can come back to, by machine."""
    periods, few_looks = handed_over_after()
    export_looks = few_looks - 1 + checks()
    return {
        "DrainSpool": drain_visits.visits(),
        "ExportLogs": {
            "Find the next period": periods + 1,
            "Is a period left?": periods + 1,
            "Start the export": periods,
            "Wait for the export": export_looks,
            "Check the export": export_looks,
            "Has the export ended?": export_looks,
        },
        "LoadWhenReady": {
            "Is the data there?": polls(),
            "How much is there?": polls(),
            "Tell: still waiting": math.ceil(polls() / polls_between_notices()),
            "Wait for the data": polls(),
            "Wait for the load": looks(),
            "Look at the load": looks(),
            "Is it loaded?": looks(),
        },
    }
