"""Which attempt at an execution a thread works for: a redrive leaves the threads of earlier ones behind."""

import contextvars

from local.patches.patching import Params

_attempt = contextvars.ContextVar("stepkeeper_attempt", default=("", 0))


def begin(execution: Params) -> None:
    """The thread, and those that it starts, work from now on for the present attempt at the execution."""
    _attempt.set((execution["executionArn"], execution.get("redriveCount", 0)))


def is_left_behind(execution: Params) -> bool:
    """Whether the thread works for an earlier attempt; then it must not touch the execution any more."""
    arn, redrives = _attempt.get()
    return bool(arn == execution["executionArn"]) and redrives != execution.get("redriveCount", 0)


def is_under_way(execution: Params) -> bool:
    """Whether the attempt that the thread works for is still running."""
    return bool(execution["status"] == "RUNNING") and not is_left_behind(execution)
