"""Speaks HTTP/1.1 as boto3's clients do: requests with a length, over connections that stay open."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs

from bench.stand_in.answer import Answer, Request

SNS_ANSWER = """<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
<PublishResult><MessageId>{}</MessageId></PublishResult></PublishResponse>"""


@dataclass(frozen=True)
class Call:
    """One request of a client. `by_query`: in SNS's protocol, which answers in XML."""

    operation: str
    request: Request
    by_query: bool


async def converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    answer: Callable[[Call], Awaitable[Answer]],
) -> None:
    """Answers one request after the other until the client closes the connection."""
    try:
        while True:
            call = await _read(reader)
            writer.write(_written(call, await answer(call)))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the client is gone
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Call:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[1:]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    if target := headers.get("x-amz-target"):
        return Call(target.rpartition(".")[2], json.loads(body), by_query=False)
    fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    return Call(fields.get("Action", ""), fields, by_query=True)


def _written(call: Call, answer: Answer) -> bytes:
    if call.by_query:
        content, kind = SNS_ANSWER.format(answer.content.get("MessageId", "")), "text/xml"
    else:
        content, kind = json.dumps(answer.content), "application/x-amz-json-1.0"
    head = (
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n"
        f"content-type: {kind}\r\ncontent-length: {len(content.encode())}\r\n\r\n"
    )
    return head.encode() + content.encode()
