"""Serves on a free loopback port, which it prints, until its standard input ends; then it prints its tally.

Standard input holds the messages that wait on the spool, one body a line, and an empty line after the last.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from functools import partial

from bench.stand_in import dynamodb
from bench.stand_in.answer import Answer, Operations, refusal
from bench.stand_in.http import Call, converse
from bench.stand_in.quota import TokenBucket
from bench.stand_in.sqs import Sqs
from bench.stand_in.step_functions import StepFunctions

LINE_BYTES = 2_000_000
LIFETIME_SECONDS = 900
"""Nobody is to find it running, whatever happened to who has started it."""


async def serve(settings: argparse.Namespace) -> None:
    """Takes the messages, serves, and prints."""
    stdin = await _standard_input()
    sqs, step_functions = Sqs(), StepFunctions(TokenBucket(size=settings.bucket, refill=settings.refill))
    while body := (await stdin.readline()).decode().strip():
        sqs.queues[settings.spool].send(body, {})
    operations: Operations = {
        "Publish": lambda _request: Answer({"MessageId": "published"}),
        **sqs.operations,
        **step_functions.operations,
        **dynamodb.OPERATIONS,
    }
    calls: Counter[str] = Counter()

    async def answer(call: Call) -> Answer:
        calls[call.operation] += 1
        operation = operations.get(call.operation)
        if operation is None:
            return refusal("UnknownOperationException", f"the stand-in does not know {call.operation}")
        answered = operation(call.request)
        await asyncio.sleep(settings.delay_ms / 1000 + answered.after)
        return answered

    # Not to be waited for when it ends: a client may keep its connections for as long as it lives.
    server = await asyncio.start_server(partial(converse, answer=answer), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stdin.read()
    spool = sqs.queues[settings.spool]
    tally = {
        "calls": calls,
        "started": step_functions.started,
        "throttled": step_functions.throttled,
        "left": len(spool.waiting) + len(spool.received),
    }
    print(json.dumps(tally), flush=True)


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LINE_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    return reader


def main() -> None:
    """Reads the arguments."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--spool", required=True, help="the URL of the queue that holds the messages")
    parser.add_argument("--delay-ms", type=float, required=True, help="how late each answer is")
    parser.add_argument("--bucket", type=float, required=True, help="StartExecution's tokens when it is full")
    parser.add_argument("--refill", type=float, required=True, help="the tokens that come back in a second")
    asyncio.run(asyncio.wait_for(serve(parser.parse_args()), LIFETIME_SECONDS))


if __name__ == "__main__":
    main()
