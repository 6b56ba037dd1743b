"""Scene 5: one glance: what failed without a Catch is planned, drained, and looked back at."""

import json
from typing import Any

from rich.table import Table

from local.demo.deadlines import ROLE
from local.demo.stage import Stage

PIPELINE = "weekly-invoices"
RUNS = 16
PATIENTLY = {"IntervalSeconds": 10, "BackoffRate": 1.0, "MaxAttempts": 99}
FIRST = 10
"""As many as drain_spool runs before it looks how they go."""


def play(stage: Stage) -> None:
    """Runs of a state machine that knows nothing of Stepkeeper fail; a drain stops, and another succeeds."""
    pipeline = _create(stage)
    stage.say(f"{PIPELINE} has no Catch, and knows nothing of Stepkeeper. Its system is down:")
    stage.set_outage(down=True)
    failed = [stage.start(pipeline, name=f"invoice-{n}", input={"invoice": n}) for n in range(RUNS)]
    stage.until("all runs fail", lambda: _count(stage, pipeline, "FAILED") == RUNS)
    stage.until("all are spooled", lambda: stage.depth("SpoolQueueUrl") >= RUNS)
    stage.expect(f"{RUNS} runs on the spool, told by their events", seen=_spooled(stage), wanted=RUNS)

    stage.say('{"action": "plan"}: what waits, in groups, and what is best for each')
    plan = _plan(stage)
    stage.expect("all can go on where they failed", seen=_verdicts(plan), wanted={"redrive": RUNS})

    stage.say("Too early: drain_spool lets the first ten go on, and looks how they fare.")
    drain = stage.start(stage.output("DrainSpoolArn"), name="too-early", input={"plan": plan["plan"]})
    ended = stage.finished(drain)
    stage.expect(
        "the drain ended red", seen=(ended["status"], ended["error"]), wanted=("FAILED", "RunsFailingAgain")
    )
    stage.until("those that failed again are spooled", lambda: _spooled(stage) == RUNS)
    stage.expect(f"it tried {FIRST}, and nothing is lost", seen=_redriven(stage, failed), wanted=FIRST)
    plan = _plan(stage)
    stage.expect("until the outage is over the verdict is wait", seen=_verdicts(plan), wanted={"wait": RUNS})

    stage.say(
        'The system is back, and you know it: {"action": "plan", "override": "redrive"}, and drain that'
    )
    stage.set_outage(down=False)
    plan = _plan(stage, override="redrive")
    drain = stage.start(stage.output("DrainSpoolArn"), name="in-time", input={"plan": plan["plan"]})
    ended = stage.finished(drain)
    stage.expect("the drain ended green", seen=ended["status"], wanted="SUCCEEDED")
    stage.until("all runs succeed", lambda: _count(stage, pipeline, "SUCCEEDED") == RUNS)
    stage.expect("the spool is empty", seen=stage.depth("SpoolQueueUrl"), wanted=0)
    stage.expect("no run did its first step twice", seen=_first_steps(stage, failed), wanted={1})

    twice = next(arn for arn in failed if stage.describe(arn)["redriveCount"] > 1)
    lineage = _lineage(stage, twice)
    stage.say(f'{{"action": "history", "lineage": "{lineage}"}}')
    told = stage.invoke("Reprocessor", {"action": "history", "lineage": lineage})
    for event in told["events"]:
        stage.say(f"    {event['at'][11:19]}  {event['what']}")
    stage.expect("the history ends well", seen=told["state"], wanted="succeeded")


def _create(stage: Stage) -> str:
    """Two steps: the first is done and paid for when the second fails."""
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": stage.output("UncertainTaskFunctionName"), "Payload.$": "$"},
        "TimeoutSeconds": 60,
        # The embedded AWS runs eight functions at a time.
        "Retry": [{**PATIENTLY, "ErrorEquals": ["Lambda.TooManyRequestsException"]}],
        "End": True,
    }
    states = {"Draw up the invoice": {"Type": "Pass", "Next": "Send it"}, "Send it": task}
    answer = stage.client("stepfunctions").create_state_machine(
        name=PIPELINE,
        definition=json.dumps({"StartAt": "Draw up the invoice", "States": states}),
        roleArn=f"arn:aws:iam::{stage.aws.account}:role/{ROLE}",
    )
    return str(answer["stateMachineArn"])


def _plan(stage: Stage, **more: str) -> dict[str, Any]:
    """Makes a plan, and shows it as a person sees it."""
    plan: dict[str, Any] = stage.invoke("Reprocessor", {"action": "plan", **more})
    table = Table("state machine", "error", "verdict", "runs", "oldest failed at", "because")
    for group in plan["groups"]:
        oldest = (group["oldest_failed_at"] or "")[11:19]
        row = (group["state_machine"], group["error"], group["verdict"], str(group["count"]), oldest)
        table.add_row(*row, group["reason"])
    stage.console.print(table)
    return plan


def _verdicts(plan: dict[str, Any]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for group in plan["groups"]:
        counts[group["verdict"]] = counts.get(group["verdict"], 0) + group["count"]
    return counts


def _count(stage: Stage, pipeline: str, status: str) -> int:
    return sum(run["status"] == status for run in stage.runs(pipeline))


def _spooled(stage: Stage) -> int:
    return stage.depth("SpoolQueueUrl")


def _redriven(stage: Stage, executions: list[str]) -> int:
    return sum(stage.describe(arn)["redriveCount"] > 0 for arn in executions)


def _first_steps(stage: Stage, executions: list[str]) -> set[int]:
    """How often each run entered its first step."""
    return {[event["type"] for event in stage.history(arn)].count("PassStateEntered") for arn in executions}


def _lineage(stage: Stage, execution_arn: str) -> str:
    """The lineage that began with an execution, as the state table knows it."""
    pages = stage.client("dynamodb").get_paginator("scan").paginate(TableName=stage.output("StateTableName"))
    items = [item for page in pages for item in page["Items"]]
    found = next(item for item in items if item.get("execution_arn", {}).get("S") == execution_arn)
    return str(found["pk"]["S"]).removeprefix("lineage#")
