"""Which revision of a state machine is the present one, and which one an execution was started with."""

import json

from local.patches.patching import Answer, Function, Params, patch

CONFIGURATION = ("definition", "roleArn", "loggingConfiguration")


@patch("services.stepfunctions", "_update_state_machine")
def a_revision_is_a_change(original: Function) -> Function:
    """AWS makes a new revision of a state machine when an update changes it, and says which and when.

    MiniStack makes one with every update, and keeps to itself which and when.
    """

    def _update_state_machine(data: Params) -> Answer:
        from ministack.services import stepfunctions

        machine = stepfunctions._state_machines.get(data.get("stateMachineArn")) or {}
        before, revision = _configuration(machine), machine.get("revisionId")
        status, headers, body = original(data)
        if status != 200:
            return status, headers, body
        answer = json.loads(body)
        if _configuration(machine) == before:
            machine["revisionId"] = revision
        else:
            machine["updateDate"] = answer["updateDate"]
        return status, headers, json.dumps(answer | _revision(machine)).encode()

    return _update_state_machine


@patch("services.stepfunctions", "_describe_state_machine")
def a_new_state_machine_has_no_revision_yet(original: Function) -> Function:
    """On AWS the revision id of a state machine is null until its first update. MiniStack gives it one."""

    def _describe_state_machine(data: Params) -> Answer:
        from ministack.services import stepfunctions

        status, headers, body = original(data)
        machine = stepfunctions._state_machines.get(data.get("stateMachineArn"))
        if status != 200 or machine is None:
            return status, headers, body
        described = json.loads(body)
        described.pop("updateDate", None)
        described |= {"revisionId": None, **_revision(machine)}
        return status, headers, json.dumps(described).encode()

    return _describe_state_machine


@patch("services.stepfunctions", "_describe_state_machine_for_execution")
def a_run_tells_its_revision(original: Function) -> Function:
    """AWS describes the revision that an execution was started with, and when that one was made.

    MiniStack describes the present one, without its id, and says when the state machine was created.
    """

    def _describe_state_machine_for_execution(data: Params) -> Answer:
        from ministack.services import stepfunctions

        status, headers, body = original(data)
        machine = (stepfunctions._executions.get(data.get("executionArn")) or {}).get("machine")
        if status != 200 or machine is None:
            return status, headers, body
        described = json.loads(body) | {name: machine[name] for name in CONFIGURATION} | _revision(machine)
        described["updateDate"] = machine.get("updateDate", machine["creationDate"])
        return status, headers, json.dumps(described).encode()

    return _describe_state_machine_for_execution


def _revision(machine: Params) -> Params:
    return {"revisionId": machine["revisionId"]} if "updateDate" in machine else {}


def _configuration(machine: Params) -> list[object]:
    definition = machine.get("definition")
    try:
        meaning = json.loads(definition or "{}")
    except ValueError:
        meaning = definition
    return [meaning, *(machine.get(name) for name in CONFIGURATION[1:])]
