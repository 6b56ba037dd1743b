"""Scene 3: late, failed, missing: three alerts, and silence about a fourth pipeline that succeeded."""

import json
from datetime import datetime, timedelta
from typing import Any

from rich.markup import escape
from rich.panel import Panel

from local.demo.crossing import TOKYO
from local.demo.stage import Stage

BEHAVIOURS: dict[str, dict[str, Any]] = {
    "nightly-late": {"Type": "Wait", "Seconds": 86_400, "End": True},
    "nightly-failed": {"Type": "Fail", "Error": "DiskFull", "Cause": "No space left on the volume of orders"},
    "nightly-missing": {"Type": "Succeed"},
    "nightly-good": {"Type": "Succeed"},
}
ROLE = "pipelines"
SERVICES = ["states.amazonaws.com", "scheduler.amazonaws.com"]
WANTED = {"nightly-late": "late", "nightly-failed": "failed", "nightly-missing": "missing"}


def play(stage: Stage) -> None:
    """Three pipelines that do not succeed by 05:30 in Tokyo, and one that does."""
    inbox = _subscribe(stage)
    _create_role(stage)
    machines = {name: _create(stage, name, behaviour) for name, behaviour in BEHAVIOURS.items()}
    for name in ("nightly-late", "nightly-failed", "nightly-good"):
        stage.start(machines[name], name="tonight", input={})
    late = stage.runs(machines["nightly-late"])[0]["executionArn"]
    stage.say("Four pipelines, each watched by a schedule at 05:30 in Tokyo: did it succeed within 24 hours?")
    deadline = _watch(stage, machines)

    stage.say("05:30.")
    stage.aws.move_schedule_clock(deadline)
    alerts: dict[str, str] = {}
    stage.until("three alerts arrive", lambda: len(_read(stage, inbox, alerts)) >= len(WANTED))
    stage.until("the fourth is checked, too", lambda: _checks(stage) >= len(machines))
    stage.expect(
        "three alerts, and silence about nightly-good", seen=_read(stage, inbox, alerts), wanted=WANTED
    )
    stage.client("stepfunctions").stop_execution(executionArn=late)


def _subscribe(stage: Stage) -> str:
    """A queue that gets what people would get by e-mail."""
    sqs = stage.client("sqs")
    url = str(sqs.create_queue(QueueName="inbox")["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = stage.output("AlertTopicArn")
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    stage.client("sns").subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"FilterPolicy": json.dumps({"pipeline": [{"prefix": "nightly-"}]})},
    )
    return url


def _create_role(stage: Stage) -> None:
    """The role of the four pipelines and of the schedules that have them checked."""
    trust = {"Effect": "Allow", "Principal": {"Service": SERVICES}, "Action": "sts:AssumeRole"}
    stage.client("iam").create_role(
        RoleName=ROLE,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )


def _create(stage: Stage, name: str, behaviour: dict[str, Any]) -> str:
    definition = {"StartAt": "Work", "States": {"Work": behaviour}}
    answer = stage.client("stepfunctions").create_state_machine(
        name=name,
        definition=json.dumps(definition),
        roleArn=f"arn:aws:iam::{stage.aws.account}:role/{ROLE}",
    )
    return str(answer["stateMachineArn"])


def _watch(stage: Stage, machines: dict[str, str]) -> datetime:
    """Schedules a check of each pipeline, as the sample schedule in template.yaml does; gives its time."""
    deadline = (datetime.now(TOKYO) + timedelta(days=7)).replace(hour=5, minute=30, second=0, microsecond=0)
    function = stage.client("lambda").get_function_configuration(
        FunctionName=stage.output("ExecutionWatchdogFunctionName")
    )
    for name, arn in machines.items():
        stage.client("scheduler").create_schedule(
            Name=f"watch-{name}",
            ScheduleExpression=f"at({deadline:%Y-%m-%dT%H:%M:%S})",
            ScheduleExpressionTimezone="Asia/Tokyo",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={
                "Arn": function["FunctionArn"],
                "RoleArn": f"arn:aws:iam::{stage.aws.account}:role/{ROLE}",
                "Input": json.dumps({"SFN_ARN": arn, "within": "PT24H"}),
            },
        )
    return deadline


def _read(stage: Stage, inbox: str, alerts: dict[str, str]) -> dict[str, str]:
    """Shows the alerts that arrived, and adds them to `alerts`: pipeline → verdict."""
    sqs = stage.client("sqs")
    received = sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10, WaitTimeSeconds=1)
    for message in received.get("Messages", []):
        alert = json.loads(message["Body"])
        attributes = alert["MessageAttributes"]
        alerts[attributes["pipeline"]["Value"]] = attributes["verdict"]["Value"]
        stage.console.print(Panel(escape(alert["Message"]), title=escape(alert["Subject"]), width=100))
        sqs.delete_message(QueueUrl=inbox, ReceiptHandle=message["ReceiptHandle"])
    return alerts


def _checks(stage: Stage) -> int:
    """How many of the checks have looked at a pipeline's runs."""
    return sum(
        call.action == "ListExecutions" and "ExecutionWatchdog" in call.principal
        for call in stage.aws.calls()
    )
