"""What a start of an execution answers, and what the execution is started with."""

import json

from local.patches.patching import Answer, Function, Params, patch


@patch("services.stepfunctions", "_start_execution")
def a_repeated_start_is_the_same_run(original: Function) -> Function:
    """AWS answers a start with the name and input of a run that is under way with that run.

    MiniStack answers ExecutionAlreadyExists, as for one that has ended.
    """

    def _start_execution(data: Params) -> Answer:
        from ministack.core.responses import json_response
        from ministack.services import stepfunctions

        machine = _machine(data)
        if machine and machine["type"] == "STANDARD":
            executions = machine["stateMachineArn"].replace(":stateMachine:", ":execution:")
            run = stepfunctions._executions.get(f"{executions}:{data.get('name')}")
            if run and run["status"] == "RUNNING" and run["input"] == data.get("input", "{}"):
                known: Answer = json_response({key: run[key] for key in ("executionArn", "startDate")})
                return known
        started: Answer = original(data)
        return started

    return _start_execution


@patch("services.stepfunctions", "_start_execution")
def a_run_keeps_its_revision(original: Function) -> Function:
    """AWS runs an execution, and every redrive of it, by the state machine as it was at the start.

    MiniStack looks the state machine up when the first state begins, and forgets which one it was.
    """

    def _start_execution(data: Params) -> Answer:
        from ministack.services import stepfunctions

        machine = dict(_machine(data) or {})
        answer: Answer = original(data)
        if answer[0] == 200:
            # The thread that runs it waits for longer than this takes before it looks.
            execution = stepfunctions._executions[json.loads(answer[2])["executionArn"]]
            execution.setdefault("machine", machine)
        return answer

    return _start_execution


def _machine(data: Params) -> Params | None:
    from ministack.services import stepfunctions

    arn = stepfunctions._resolve_state_machine_arn(data.get("stateMachineArn", "").partition("#")[0])
    machine: Params | None = stepfunctions._state_machines.get(arn) if arn else None
    return machine
