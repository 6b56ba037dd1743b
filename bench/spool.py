"""Measures the reprocessor beside the naive loop: the same spool, role and memory, the same pipeline."""

import json
import secrets
import time
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from bench.network import away
from bench.rounds import Drained, Round
from local.deployed import Operator

MESSAGES = 300
ROUNDS = 5
ROUNDS_FROM_AFAR = 3
DISTANCE = timedelta(milliseconds=10)
BATCH = 10

NAIVE, REPROCESSOR = "NaiveLoop", "Reprocessor"


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
    answer = operator.invoke(function, {"max": messages})
    seconds = time.perf_counter() - began
    role = _configuration(operator, function)["Role"].rpartition("/")[2]
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
    bodies = [json.dumps(_envelope(state_machine_arn, number)) for number in range(messages)]
    for first in range(0, messages, BATCH):
        batch = enumerate(bodies[first : first + BATCH])
        operator.client("sqs").send_message_batch(
            QueueUrl=operator.output("SpoolQueueUrl"),
            Entries=[{"Id": str(number), "MessageBody": body} for number, body in batch],
        )


def _envelope(state_machine_arn: str, number: int) -> dict[str, object]:
    executions = state_machine_arn.replace(":stateMachine:", ":execution:")
    return {
        "version": 1,
        "lineage": secrets.token_hex(8),
        "attempt": 1,
        "state_machine_arn": state_machine_arn,
        "execution_arn": f"{executions}:order-{number}",
        "redrive_count": 0,
        "input": {"key": str(number)},
        "state": "Encode",
        "error": "Exception",
        "cause": "the outside system is down",
        "failed_at": "2026-11-21T03:04:05Z",
    }


def _configuration(operator: Operator, function: str) -> dict[str, Any]:
    name = operator.output(f"{function}FunctionName")
    return dict(operator.client("lambda").get_function_configuration(FunctionName=name))


def _set_endpoint(operator: Operator, function: str, endpoint: str) -> None:
    configuration = _configuration(operator, function)
    addresses = {"AWS_ENDPOINT_URL_SQS": endpoint, "AWS_ENDPOINT_URL_SFN": endpoint}
    operator.client("lambda").update_function_configuration(
        FunctionName=configuration["FunctionName"],
        Environment={"Variables": configuration["Environment"]["Variables"] | addresses},
    )
