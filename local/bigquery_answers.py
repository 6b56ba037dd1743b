"""HTTP answers of the local BigQuery: Google's errors, and what bqemulator itself says."""

import json
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp


def google_error(code: int, reason: str, message: str) -> Response:
    """An error in the JSON that Google's clients read the reason from."""
    detail = {"message": message, "domain": "global", "reason": reason}
    return JSONResponse({"error": {"code": code, "message": message, "errors": [detail]}}, status_code=code)


class Bqemulator:
    """bqemulator itself, to be asked what it would answer; it does not see the client hang up."""

    def __init__(self, app: ASGIApp) -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def answer(self, request: Request) -> Response:
        """Its whole answer to a request."""
        headers, body = request.headers.raw, await request.body()
        return await self._asked(
            httpx.Request(request.method, str(request.url), headers=headers, content=body)
        )

    async def get(self, path: str) -> Response:
        """Its answer to a GET of ours."""
        return await self._asked(httpx.Request("GET", f"http://127.0.0.1{path}"))

    async def _asked(self, request: httpx.Request) -> Response:
        answer = await self._transport.handle_async_request(request)
        kind = answer.headers.get("content-type")
        return Response(await answer.aread(), status_code=answer.status_code, media_type=kind)


def content(answer: Response) -> dict[str, Any]:
    """The JSON object of an answer."""
    return dict(json.loads(bytes(answer.body)))
