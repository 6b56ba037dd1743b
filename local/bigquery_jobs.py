"""Jobs of the local BigQuery: each id once, running for as long as is wished, failing to arrive on demand."""

import asyncio
import time
from collections import defaultdict, deque
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.bigquery_answers import Bqemulator, content, google_error

FAULTS = ("lost", "500", "refused")
# BigQuery waits this long for a job's results unless the request says how long.
DEFAULT_WAIT_MS = 10_000
# It may answer earlier, and this one does: a request that waits keeps the server from ending.
LONGEST_WAIT_SECONDS = 2.0
# Of a job's error, by its reason; all others are 400.
HTTP_CODES = {"accessDenied": 403, "duplicate": 409, "internalError": 500, "notFound": 404}


class Jobs:
    """What bqemulator does not know of its jobs. An answer of None is no answer: the connection closes."""

    def __init__(self, bqemulator: Bqemulator) -> None:
        self._bqemulator = bqemulator
        self._seconds = 0.0
        self._faults: deque[str] = deque()
        self._inserting: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._looks_done_at: dict[str, float] = {}

    def set_seconds(self, *, seconds: float) -> dict[str, Any]:
        """How long jobs that are inserted from now on look RUNNING."""
        self._seconds = float(seconds)
        return {"seconds": self._seconds}

    def set_faults(self, *, next: list[str]) -> dict[str, Any]:
        """What happens to the next inserts, one fault each."""
        if unknown := set(next).difference(FAULTS):
            raise ValueError(f"No fault {sorted(unknown)}; there are {FAULTS}")
        self._faults = deque(next)
        return {"next": next}

    async def insert(self, request: Request, job: str) -> Response | None:
        """Insert a job, unless there is one of that id already; a fault that is due happens to it."""
        fault = self._faults.popleft() if self._faults else None
        if fault == "refused":
            return None
        if fault == "500":
            return google_error(500, "backendError", "Error encountered during execution. Retrying may help.")
        answer = await self._insert_once(request, job)
        return None if fault == "lost" else answer

    async def get(self, request: Request, job: str) -> Response:
        """The job, RUNNING for as long as it is to look so."""
        answer = await self._bqemulator.answer(request)
        return _running(answer) if self._seconds_left(job) else answer

    async def results(self, request: Request, job: str) -> Response:
        """What a query gave, or its error, after having waited for it as BigQuery does."""
        wait = float(request.query_params.get("timeoutMs", DEFAULT_WAIT_MS)) / 1000
        await asyncio.sleep(min(wait, LONGEST_WAIT_SECONDS, self._seconds_left(job)))
        path = request.url.path.replace("/queries/", "/jobs/")
        asked = await self._bqemulator.get(path)
        if asked.status_code == 200 and self._seconds_left(job):
            reference = content(asked)["jobReference"]
            return JSONResponse({"jobReference": reference, "jobComplete": False})
        if asked.status_code == 200 and (error := content(asked)["status"].get("errorResult")):
            return google_error(HTTP_CODES.get(error["reason"], 400), error["reason"], error["message"])
        return await self._bqemulator.answer(request)

    async def _insert_once(self, request: Request, job: str) -> Response:
        async with self._inserting[job]:
            if job in self._looks_done_at:
                project = request.url.path.split("/")[4]
                return google_error(409, "duplicate", f"Already Exists: Job {project}:US.{job}")
            answer = await self._bqemulator.answer(request)
            if answer.status_code == 200:
                self._looks_done_at[job] = time.monotonic() + self._seconds
        return _running(answer) if self._seconds_left(job) else answer

    def _seconds_left(self, job: str) -> float:
        return max(0.0, self._looks_done_at.get(job, 0.0) - time.monotonic())


def _running(answer: Response) -> Response:
    job = content(answer)
    job["status"] = {"state": "RUNNING"}
    job["statistics"] = {name: job["statistics"].get(name) for name in ("creationTime", "startTime")}
    return JSONResponse(job)
