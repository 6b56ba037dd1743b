"""Slack's incoming webhooks. A webhook's URL is a secret: no error and no log line may hold it."""

import http
import logging
from http.client import HTTPException

from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler, ServerErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.webhook import WebhookClient, WebhookResponse

from stepkeeper.domain.notifier import refusal_explained, slacks_reason
from stepkeeper.errors import NotificationDelayed, NotificationRefused

TIMEOUT_SECONDS = 10
ATTEMPTS_MORE = 3
DELIVERED = "ok"
LONGEST_RETRY_AFTER_SECONDS = 60

SILENT = logging.Logger("slack_sdk", level=logging.CRITICAL + 1)
"""The SDK logs the URL when it tries again, and what it logs would reach the function's log."""


class WaitAsToldWithinReason(RateLimitErrorRetryHandler):
    """429: waits for as long as Slack's Retry-After says, where the function has the time."""

    def _can_retry(
        self,
        *,
        state: RetryState,  # noqa: ARG002
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002
    ) -> bool:
        if response is None or response.status_code != http.HTTPStatus.TOO_MANY_REQUESTS:
            return False
        told = {name.lower(): values for name, values in response.headers.items()}.get("retry-after", ["1"])
        return str(told[0]).isdecimal() and int(told[0]) <= LONGEST_RETRY_AFTER_SECONDS


class AnyServerError(ServerErrorRetryHandler):
    """5xx: Slack did not take the message. The SDK's own handler knows 500 and 503 alone."""

    def _can_retry(
        self,
        *,
        state: RetryState,  # noqa: ARG002
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002
    ) -> bool:
        return response is not None and response.status_code >= http.HTTPStatus.INTERNAL_SERVER_ERROR


def post(url: str, payload: dict[str, str], *, channel: str) -> None:
    """Posts a message. Tries again after 429 and 5xx alone: after a broken connection it may have arrived.

    Raises NotificationRefused with Slack's reason, and NotificationDelayed.
    """
    answer = _send(url, payload)
    if isinstance(answer, str):
        raise NotificationDelayed(
            f"Slack did not answer ({answer}); the message to {channel} may have arrived."
        )
    # A redirect is followed, and what stands there answers 200 too.
    if answer.status_code == http.HTTPStatus.OK and answer.body.strip() == DELIVERED:
        return
    reason = slacks_reason(answer.body)
    said = f"{answer.status_code} {reason}"
    if answer.status_code == http.HTTPStatus.TOO_MANY_REQUESTS or answer.status_code >= 500:
        raise NotificationDelayed(f"Slack does not take the message to {channel} now: {said}")
    raise NotificationRefused(f"Slack refused the message to {channel}: {said}. {refusal_explained(reason)}")


def _send(url: str, payload: dict[str, str]) -> WebhookResponse | str:
    """The answer, or the name of the error that came instead: errors of urllib carry the URL with them."""
    webhook = WebhookClient(
        url,
        timeout=TIMEOUT_SECONDS,
        logger=SILENT,
        retry_handlers=[
            WaitAsToldWithinReason(max_retry_count=ATTEMPTS_MORE),
            AnyServerError(max_retry_count=ATTEMPTS_MORE),
        ],
    )
    try:
        return webhook.send_dict(dict(payload))
    except (OSError, HTTPException, SlackClientError, ValueError, LookupError) as error:
        return type(error).__name__
