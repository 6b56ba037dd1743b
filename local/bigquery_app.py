"""bqemulator as an ASGI app that asks for credentials, knows its jobs' ids, and lets the stage be set."""

import os
import re
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from local.bigquery_answers import Bqemulator
from local.bigquery_jobs import Jobs
from local.bigquery_tokens import Tokens

CONTROLS = "/_stepkeeper/"
API = re.compile(r"(/upload)?/bigquery/")
INSERT = re.compile(r"/bigquery/v2/projects/[^/]+/jobs")
JOB = re.compile(r"/bigquery/v2/projects/[^/]+/(?P<kind>jobs|queries)/(?P<job>[^/]+)")


class CorrectedBigQuery:
    """The local BigQuery; with `only_controls` it is bqemulator as it comes, beside controls and tokens."""

    def __init__(self, app: ASGIApp, tokens: Tokens, *, only_controls: bool) -> None:
        self._app = app
        self._tokens = tokens
        self._only_controls = only_controls
        self._bqemulator = Bqemulator(app)
        self._jobs = Jobs(self._bqemulator)
        self._calls: list[dict[str, Any]] = []
        self._controls: dict[str, Callable[..., dict[str, Any]]] = {
            "calls": lambda: {"calls": self._calls},
            "faults": self._jobs.set_faults,
            "instance": lambda: {"pid": os.getpid()},
            "jobs": self._jobs.set_seconds,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hang up."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope, receive)
        answer = await self._answer(request)
        if answer is None:
            return _hang_up(send)
        return await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response | None:
        path = request.url.path
        if path.startswith(CONTROLS):
            return await self._controlled(request, path.removeprefix(CONTROLS))
        if path == "/token":
            return self._tokens.give(await request.body())
        if self._only_controls or not API.match(path):
            return await self._bqemulator.answer(request)
        return await self._called(request)

    async def _called(self, request: Request) -> Response | None:
        """Answer a call of BigQuery's API, and keep a line of it."""
        job = await _job_id(request)
        call = {"method": request.method, "path": request.url.path, "status": None, "job_id": job}
        self._calls.append(call)
        answer = self._tokens.refusal(request) or await self._permitted(request, job)
        call["status"] = answer.status_code if answer else None
        return answer

    async def _permitted(self, request: Request, job: str | None) -> Response | None:
        if job and request.method == "POST" and INSERT.fullmatch(request.url.path):
            return await self._jobs.insert(request, job)
        found = JOB.fullmatch(request.url.path)
        if job and found and request.method == "GET":
            return await (self._jobs.get if found["kind"] == "jobs" else self._jobs.results)(request, job)
        return await self._bqemulator.answer(request)

    async def _controlled(self, request: Request, name: str) -> Response:
        control = self._controls.get(name)
        if request.method != "POST" or control is None:
            known = sorted(self._controls)
            return JSONResponse({"error": f"No control {request.method} {name}; there are {known}"}, 404)
        try:
            return JSONResponse(control(**await request.json()))
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)


async def _job_id(request: Request) -> str | None:
    """The id of the job that a request is about; a dry run makes no job."""
    if found := JOB.match(request.url.path):
        return found["job"]
    if request.method != "POST" or not INSERT.fullmatch(request.url.path):
        return None
    asked = await request.json()
    dry_run = asked.get("configuration", {}).get("dryRun")
    return None if dry_run else asked.get("jobReference", {}).get("jobId")


def _hang_up(send: Send) -> None:
    # ASGI has no word for it, so this reaches through to uvicorn's connection.
    connection: Any = getattr(send, "__self__")  # noqa: B009
    connection.transport.abort()
