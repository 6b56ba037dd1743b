"""Status events say of redrives, time limits and large inputs what AWS's say; MiniStack's do not."""

import json
from typing import Any

from local.embedded_aws import EmbeddedAws
from tests.local.machines import REFUSES, WAITS, Machine, ended, history, redrive
from tests.local.support import Queue, new_name, poll

LIMIT_BYTES = 248 * 1024
FAILED = {
    "status": "FAILED",
    "error": "Refused",
    "cause": "as always",
    "input": '{"day": "Monday"}',
    "inputDetails": {"included": True},
    "output": None,
    "outputDetails": None,
    "redriveStatus": "REDRIVABLE",
    "redriveStatusReason": "Execution is FAILED and is redrivable",
    "stateMachineAliasArn": None,
    "stateMachineVersionArn": None,
}


def test_the_events_of_a_redriven_run_count_the_redrives(embedded: EmbeddedAws) -> None:
    events, machine = _StatusEvents(embedded), Machine(embedded, {"Refuse": REFUSES})
    run = machine.start({"day": "Monday"})
    ended(embedded, run)

    redrive(embedded, run)
    redriven = ended(embedded, run)
    running, failed, running_again, failed_again = events.of(run, 4)

    milliseconds = int(redriven["redriveDate"].timestamp() * 1000)
    assert (running["status"], running["redriveCount"], running["redriveDate"]) == ("RUNNING", 0, None)
    assert failed | FAILED | {"redriveCount": 0, "redriveDate": None} == failed
    assert running_again | {"status": "RUNNING", "stopDate": None, "error": None} == running_again
    assert running_again["redriveStatusReason"] == "Execution is RUNNING and cannot be redriven"
    assert failed_again | FAILED == failed_again
    for each in (running_again, failed_again):
        assert (each["redriveCount"], each["redriveDate"]) == (1, milliseconds)
    assert failed_again["startDate"] < failed_again["redriveDate"] <= failed_again["stopDate"]


def test_an_input_is_left_out_where_it_and_the_output_are_too_large_once_escaped(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    def included(aws: EmbeddedAws, state: dict[str, Any], text: str) -> tuple[bool, bool | None]:
        events = _StatusEvents(aws)
        run = Machine(aws, {"Only": state}).start(text)
        event = events.of(run, 2)[1]
        assert (event["input"] is not None) == event["inputDetails"]["included"]
        return event["inputDetails"]["included"], (event["outputDetails"] or {}).get("included")

    # The input is a JSON string: two quotes, which are escaped once more in the event.
    largest = LIMIT_BYTES - len('\\"\\"')
    succeeds = {"Type": "Succeed"}

    assert included(embedded, REFUSES, "x" * largest) == (True, None)
    assert included(embedded, REFUSES, "x" * (largest + 1)) == (False, None)
    assert included(embedded, REFUSES, '"' * (LIMIT_BYTES // 4)) == (False, None)
    assert included(embedded, succeeds, "x" * (LIMIT_BYTES // 2)) == (False, True)
    assert included(bare, succeeds, "x" * (LIMIT_BYTES // 2)) == (True, True)


def test_a_run_ends_when_the_time_of_its_machine_is_over_and_a_redrive_starts_that_time_anew(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    def start(aws: EmbeddedAws) -> str:
        return Machine(aws, {"Wait": WAITS | {"Seconds": 2}}, {"TimeoutSeconds": 1}).start()

    events, in_bare, run = _StatusEvents(embedded), start(bare), start(embedded)
    timed_out = ended(embedded, run)
    event = events.of(run, 2)[1]
    redrive(embedded, run)
    again = ended(embedded, run)

    assert (timed_out["status"], timed_out["redriveStatus"]) == ("TIMED_OUT", "REDRIVABLE")
    assert not {"error", "cause", "output"} & timed_out.keys()
    assert (event["status"], event["error"]) == ("TIMED_OUT", "States.Timeout")
    assert event["redriveStatusReason"] == "Execution is TIMED_OUT and is redrivable"
    assert (again["status"], again["redriveCount"]) == ("TIMED_OUT", 1)
    assert (again["stopDate"] - again["redriveDate"]).total_seconds() >= 1
    assert history(embedded, run)[1:] == [
        "WaitStateEntered",
        "ExecutionTimedOut",
        "ExecutionRedriven",
        "ExecutionTimedOut",
    ]
    assert ended(bare, in_bare)["status"] == "SUCCEEDED"


class _StatusEvents:
    """Status events from now on, as a rule delivers them."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self._queue, self._taken = Queue(aws), list[dict[str, Any]]()
        rule, events = new_name("rule"), aws.client("events")
        events.put_rule(Name=rule, EventPattern='{"source": ["aws.states"]}')
        events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": self._queue.arn}])

    def of(self, run: str, count: int) -> list[dict[str, Any]]:
        """The details of the first events of a run, as soon as there are so many."""

        def arrived() -> list[dict[str, Any]]:
            self._taken += [json.loads(body)["detail"] for body in self._queue.take()]
            mine = [detail for detail in self._taken if detail["executionArn"] == run]
            return mine if len(mine) >= count else []

        return poll(arrived)
