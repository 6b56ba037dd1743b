"""The naive reprocessor, as a Lambda function: receive one message, start its run, delete it, and so on."""

import json
import os
from typing import Any

import boto3

SQS = boto3.client("sqs")
STEP_FUNCTIONS = boto3.client("stepfunctions")


def handler(event: dict[str, int], _context: object) -> dict[str, Any]:
    """Runs up to `max` messages of the spool again."""
    spool = os.environ["SPOOL_QUEUE_URL"]
    started = 0
    while started < event["max"]:
        messages = SQS.receive_message(QueueUrl=spool).get("Messages", [])
        if not messages:
            break
        envelope = json.loads(messages[0]["Body"])
        STEP_FUNCTIONS.start_execution(
            stateMachineArn=envelope["state_machine_arn"], input=json.dumps(envelope["input"])
        )
        SQS.delete_message(QueueUrl=spool, ReceiptHandle=messages[0]["ReceiptHandle"])
        started += 1
    return {"success": started}
