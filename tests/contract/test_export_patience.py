"""export_logs has the time that its exports may take."""

import math
import re
from itertools import islice

from tests.contract.test_state_machine_history import events_of_the_longest_run
from tests.contract.visits import EXPORT, checks, export_pauses, handed_over_after, visits_in_loops

LONGEST_EXPORT_SECONDS = 24 * 3600
"""CloudWatch Logs gives an export up after that (CloudWatch Logs User Guide, exporting to S3)."""


def test_an_export_is_given_the_time_it_may_take() -> None:
    patience = sum(islice(export_pauses(), checks()))

    assert patience >= LONGEST_EXPORT_SECONDS


def test_an_execution_has_time_for_as_many_exports_as_it_may_find() -> None:
    patience = sum(islice(export_pauses(), checks()))
    periods, _ = handed_over_after()

    assert periods * patience <= EXPORT["TimeoutSeconds"]


def test_an_execution_hands_over_long_before_its_history_is_full() -> None:
    assert events_of_the_longest_run(EXPORT, visits_in_loops()["ExportLogs"]) < 20_000


def test_a_hand_over_has_a_name_that_step_functions_takes_and_an_end() -> None:
    hand_over = EXPORT["States"]["Go on in a new execution"]["Arguments"]
    understood = EXPORT["States"]["Is the request understood?"]["Choices"][0]
    kept = int(re.search(r"Execution\.Name, 0, (\d+)\)", understood["Assign"]["name"])[1])
    first = EXPORT["States"]["Is a period left?"]["Choices"][0]["Condition"]
    hand_overs = int(re.search(r"\$continued < (\d+) %", first)[1])

    assert kept + len(f"-{hand_overs}") <= 80
    assert hand_over["Name"] == "{% $name & '-' & $string($continued + 1) %}"
    continuing, asked = re.search(r"\? \[(.*?)\] : \[(.*?)\]", understood["Condition"]).groups()
    assert set(re.findall(r"'(\w+)'", continuing)) == {*hand_over["Input"]}
    assert asked == "'again'"


def test_a_run_waits_out_the_longest_export_of_somebody_else() -> None:
    busy = EXPORT["States"]["Start the export"]["Retry"][0]
    assert busy["ErrorEquals"] == ["LimitExceededException"]

    delays = [
        min(busy["IntervalSeconds"] * busy["BackoffRate"] ** attempt, busy["MaxDelaySeconds"])
        for attempt in range(busy["MaxAttempts"])
    ]

    # Full jitter takes any part of a delay: half of it on average, and rarely much less in all.
    average = sum(delays) / 2
    spread = math.sqrt(sum(delay**2 / 12 for delay in delays))
    assert average - 3 * spread >= LONGEST_EXPORT_SECONDS
