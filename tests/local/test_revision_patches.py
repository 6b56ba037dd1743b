"""Revisions of a state machine are what they are on AWS; MiniStack alone counts and keeps them otherwise."""

import json
from typing import Any

from local.embedded_aws import EmbeddedAws
from tests.local.machines import WAITS, Machine, Mended, ended, redrive


def test_a_state_machine_has_a_revision_from_its_first_change_on(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    machine, in_bare = Machine(embedded, {"Wait": WAITS}), Machine(bare, {"Wait": WAITS})
    update = embedded.client("stepfunctions").update_state_machine
    reformatted = json.dumps(json.loads(machine.definition()), indent=2)

    created = _revision(embedded, machine.arn)
    update(stateMachineArn=machine.arn, definition=reformatted)
    unchanged = _revision(embedded, machine.arn)
    said = update(stateMachineArn=machine.arn, definition=machine.definition(Comment="changed"))
    changed = _revision(embedded, machine.arn)
    update(stateMachineArn=machine.arn, definition=machine.definition(Comment="again"))

    assert created is None
    assert unchanged is None
    assert changed == said["revisionId"]
    assert _revision(embedded, machine.arn) not in (None, changed)
    assert _revision(bare, in_bare.arn) is not None


def test_a_run_keeps_the_revision_that_it_was_started_with(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    def update_after_a_start(aws: EmbeddedAws) -> list[dict[str, Any]]:
        machine, states = Machine(aws, {"Wait": WAITS}), aws.client("stepfunctions")
        runs = [machine.start()]
        states.update_state_machine(
            stateMachineArn=machine.arn, definition=machine.definition(Comment="changed")
        )
        runs.append(machine.start())
        states.update_state_machine(
            stateMachineArn=machine.arn, definition=machine.definition(Comment="again")
        )
        return [states.describe_state_machine_for_execution(executionArn=run) for run in runs]

    old, new = update_after_a_start(embedded)
    of_bare = update_after_a_start(bare)

    assert "revisionId" not in old
    assert new["revisionId"]
    assert old["updateDate"] < new["updateDate"]
    assert [json.loads(each["definition"]).get("Comment") for each in (old, new)] == [None, "changed"]
    assert [json.loads(each["definition"]).get("Comment") for each in of_bare] == ["again", "again"]


def test_an_update_right_after_a_start_does_not_change_the_run(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    def result(aws: EmbeddedAws) -> str:
        machine = Machine(aws, {"Done": {"Type": "Pass", "Output": "old", "End": True}})
        run = machine.start()
        states = {"Done": {"Type": "Pass", "Output": "new", "End": True}}
        update = aws.client("stepfunctions").update_state_machine
        update(stateMachineArn=machine.arn, definition=machine.definition(States=states))
        return str(json.loads(ended(aws, run)["output"]))

    assert result(embedded) == "old"
    assert result(bare) == "new"


def test_a_redrive_runs_the_revision_of_the_start(embedded: EmbeddedAws) -> None:
    mended = Mended(embedded)
    machine = Machine(embedded, {"Task": mended.task()})
    run = machine.start()
    ended(embedded, run)
    states = {"Task": {"Type": "Pass", "Output": "new", "End": True}}
    update = embedded.client("stepfunctions").update_state_machine
    update(stateMachineArn=machine.arn, definition=machine.definition(States=states))

    mended.mend()
    redrive(embedded, run)

    assert json.loads(ended(embedded, run)["output"])["redrives"] == 1


def test_a_state_machine_can_be_made_older(embedded: EmbeddedAws) -> None:
    machine, states = Machine(embedded, {"Wait": WAITS}), embedded.client("stepfunctions")
    made = states.describe_state_machine(stateMachineArn=machine.arn)["creationDate"]

    embedded.control("state-machine", arn=machine.arn, older_by_seconds=120)

    older = states.describe_state_machine(stateMachineArn=machine.arn)["creationDate"]
    run = states.describe_state_machine_for_execution(executionArn=machine.start())
    assert (made - older).total_seconds() == 120
    assert run["updateDate"] == older


def _revision(aws: EmbeddedAws, machine: str) -> str | None:
    revision: str | None = (
        aws.client("stepfunctions").describe_state_machine(stateMachineArn=machine).get("revisionId")
    )
    return revision
