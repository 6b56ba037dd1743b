"""Measures the reprocessor beside the naive loop: the same spool, role and memory, the same pipeline."""

import time
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from bench.envelopes import bodies
from bench.network import away
from bench.rounds import Drained, Round
from local.deployed import Operator

MESSAGES = 300
ROUNDS = 5
ROUNDS_FROM_AFAR = 3
DISTANCE = timedelta(milliseconds=10)
BATCH = 10

SERVICES = ("SQS", "SFN", "DYNAMODB", "SNS")
"""What the two call."""

NAIVE, REPROCESSOR = "NaiveLoop", "Reprocessor"

EVENTS: dict[str, dict[str, object]] = {
    NAIVE: {},
    # Without a brake: how fast it is, not how patient.
    REPROCESSOR: {"action": "run", "max_running": 1_000, "rate": 1_000},
}


class WorkNotDone(Exception):
    """A function left messages on the spool, so that its time means nothing."""


def compare(operator: Operator, *, rounds: int = ROUNDS) -> list[Round]:
    """Both in turn, each beginning every other round. Cold starts are not part of it."""
    for function in (NAIVE, REPROCESSOR):
        drain(operator, function, messages=1)
    compared = []
    for number in range(rounds):
        order = (NAIVE, REPROCESSOR) if number % 2 else (REPROCESSOR, NAIVE)
        drained = {function: drain(operator, function, messages=MESSAGES) for function in order}
        compared.append(Round(drained[NAIVE], drained[REPROCESSOR]))
    return compared


def compare_from_afar(operator: Operator) -> list[Round]:
    """The same with each call of both functions taking DISTANCE longer, as over a network."""
    with away(operator.aws.endpoint, DISTANCE) as endpoint:
        for function in (NAIVE, REPROCESSOR):
            _set_endpoint(operator, function, endpoint)
        return compare(operator, rounds=ROUNDS_FROM_AFAR)


def drain(operator: Operator, function: str, *, messages: int) -> Drained:
    """Fills the spool, lets a function empty it, and waits for the runs to end. Raises WorkNotDone."""
    report = operator.output("SampleReportArn")
    _fill(operator, report, messages)
    calls_before = len(operator.aws.calls())
    began = time.perf_counter()
    answer = operator.invoke(function, EVENTS[function] | {"max": messages})
    seconds = time.perf_counter() - began
    role = configuration(operator, function)["Role"].rpartition("/")[2]
    made = [call for call in operator.aws.calls()[calls_before:] if call.principal == role]
    started = sum(call.action == "StartExecution" and call.status == HTTPStatus.OK for call in made)
    if started != messages or operator.depth("SpoolQueueUrl"):
        raise WorkNotDone(f"{function} started {started} of {messages} runs, and answered {answer}.")
    operator.until("all runs have ended", lambda: not _running(operator, report))
    return Drained(len(made) / messages, messages / seconds)


def _running(operator: Operator, state_machine_arn: str) -> list[Any]:
    answer = operator.client("stepfunctions").list_executions(
        stateMachineArn=state_machine_arn, statusFilter="RUNNING"
    )
    return list(answer["executions"])


def _fill(operator: Operator, state_machine_arn: str, messages: int) -> None:
    filling = list(bodies(state_machine_arn, messages))
    for first in range(0, messages, BATCH):
        batch = enumerate(filling[first : first + BATCH])
        operator.client("sqs").send_message_batch(
            QueueUrl=operator.output("SpoolQueueUrl"),
            Entries=[{"Id": str(number), "MessageBody": body} for number, body in batch],
        )


def configuration(operator: Operator, function: str) -> dict[str, Any]:
    """What a function is deployed with."""
    name = operator.output(f"{function}FunctionName")
    return dict(operator.client("lambda").get_function_configuration(FunctionName=name))


def _set_endpoint(operator: Operator, function: str, endpoint: str) -> None:
    deployed = configuration(operator, function)
    addresses = {f"AWS_ENDPOINT_URL_{service}": endpoint for service in SERVICES}
    operator.client("lambda").update_function_configuration(
        FunctionName=deployed["FunctionName"],
        Environment={"Variables": deployed["Environment"]["Variables"] | addresses},
    )
