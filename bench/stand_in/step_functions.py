"""Executions, which may be started as fast as AWS's quota allows, and have succeeded at once."""

import time
import uuid

from bench.stand_in.answer import Answer, Operations, Request, refusal
from bench.stand_in.quota import TokenBucket


class StepFunctions:
    """Every state machine that is named exists. `started` are the moments at which a run was started."""

    def __init__(self, quota: TokenBucket) -> None:
        self.started: list[float] = []
        self.throttled = 0
        self._quota = quota
        self._executions: dict[str, float] = {}
        self.operations: Operations = {
            "StartExecution": self._start,
            "DescribeExecution": self._describe,
            "ListExecutions": self._list,
        }

    def _start(self, request: Request) -> Answer:
        now = time.monotonic()
        if not self._quota.take(now):
            self.throttled += 1
            return refusal("ThrottlingException", "Rate exceeded")
        state_machine = request["stateMachineArn"].replace(":stateMachine:", ":execution:")
        arn = f"{state_machine}:{request.get('name') or uuid.uuid4()}"
        if arn in self._executions:
            return refusal("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
        self.started.append(now)
        self._executions[arn] = time.time()
        return Answer({"executionArn": arn, "startDate": self._executions[arn]})

    def _describe(self, request: Request) -> Answer:
        arn = request["executionArn"]
        if arn not in self._executions:
            return refusal("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        moment = self._executions[arn]
        return Answer(
            {
                "executionArn": arn,
                "status": "SUCCEEDED",
                "startDate": moment,
                "stopDate": moment,
                "redriveCount": 0,
            }
        )

    def _list(self, request: Request) -> Answer:
        """Those that are running, of which there are none; the others are not asked for."""
        if request.get("statusFilter") != "RUNNING":
            return refusal("ValidationException", "the stand-in lists only what is RUNNING")
        return Answer({"executions": []})
