"""Scene 4: an outage. Five runs fail and are kept; when it is over they are run again, a few at a time."""

import json
from typing import Any

from local.demo.stage import Stage

ORDERS = [{"key": str(12345 + n), "note": "注文"} for n in range(5)]


def play(stage: Stage) -> None:
    """Five failed runs become five green ones."""
    sqs, spool = stage.client("sqs"), stage.output("SpoolQueueUrl")
    pipeline = stage.output("GuardedPipelineArn")
    sqs.purge_queue(QueueUrl=spool)  # of what the first scene left

    stage.say("The outside system is down. Five runs of the pipeline start:")
    stage.set_outage(down=True)
    failed = [stage.start(pipeline, name=f"order-{order['key']}", input=order) for order in ORDERS]
    stage.watch(
        "five runs fail", lambda: _states(stage, failed), done=lambda s: set(s.values()) == {"FAILED"}
    )
    stage.expect("each tried its uncertain step twice", seen=_tries(stage, failed), wanted=[2] * 5)
    stage.expect("five inputs on the spool", seen=stage.depth("SpoolQueueUrl"), wanted=5)
    copy = _peek(stage)

    stage.say("The outage is over. The reprocessor runs two of them, to be careful:")
    stage.set_outage(down=False)
    first = stage.invoke("Reprocessor", {"max": 2})
    stage.say(f"  {json.dumps(first)}")
    stage.expect("two were started", seen=(first["success"], first["left"]), wanted=(2, 3))
    stage.watch(
        "two runs succeed", lambda: _reruns(stage), done=lambda s: list(s.values()) == ["SUCCEEDED"] * 2
    )
    stage.say("That went well. The rest:")
    rest = stage.invoke("Reprocessor", {})
    stage.say(f"  {json.dumps(rest)}")
    stage.watch(
        "five runs succeed", lambda: _reruns(stage), done=lambda s: list(s.values()) == ["SUCCEEDED"] * 5
    )
    inputs = [stage.describe(run["executionArn"])["input"] for run in _rerun(stage)]
    stage.expect(
        "five green runs, no input changed",
        seen=sorted(inputs, key=lambda order: order["key"]),
        wanted=ORDERS,
    )
    stage.expect("the spool is empty", seen=stage.depth("SpoolQueueUrl"), wanted=0)

    stage.say("SQS delivers one of the messages once more, as it may:")
    sqs.send_message(QueueUrl=spool, MessageBody=copy)
    again = stage.invoke("Reprocessor", {})
    stage.say(f"  {json.dumps(again)}")
    stage.expect("it was recognised, and nothing was started", seen=again["duplicates"], wanted=1)
    stage.expect("still five runs", seen=len(_rerun(stage)), wanted=5)


def _rerun(stage: Stage) -> list[dict[str, Any]]:
    """The runs that the reprocessor started in this scene."""
    names = tuple(f"-order-{order['key']}" for order in ORDERS)
    runs = stage.runs(stage.output("GuardedPipelineArn"))
    return [run for run in runs if run["name"].startswith("r") and run["name"].endswith(names)]


def _reruns(stage: Stage) -> dict[str, str]:
    return {run["name"]: run["status"] for run in _rerun(stage)}


def _states(stage: Stage, executions: list[str]) -> dict[str, str]:
    runs = map(stage.describe, executions)
    return {run["name"]: run["status"] for run in runs}


def _tries(stage: Stage, executions: list[str]) -> list[int]:
    """How often each run called the outside system."""
    return [[event["type"] for event in stage.history(arn)].count("TaskFailed") for arn in executions]


def _peek(stage: Stage) -> str:
    """The body of a message on the spool, which stays there."""
    received = stage.client("sqs").receive_message(
        QueueUrl=stage.output("SpoolQueueUrl"), VisibilityTimeout=0
    )
    return str(received["Messages"][0]["Body"])
