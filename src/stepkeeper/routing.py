"""Turns an event into exactly one typed value and calls the function registered for that type."""

import logging
import os
from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, ValidationError

from stepkeeper.errors import UnroutableEvent

NAMESPACE = "Stepkeeper"
PROBLEMS_SHOWN = 5
"""An error message must stay readable, whatever the event holds."""


class Event(BaseModel):
    """An event that people or state machines write: unknown fields are mistakes.

    The first line of a model's docstring shows the event as it is written; an error message quotes it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def correlation_id(self) -> str | None:
        """What all log lines of this invocation carry: the ARN of the execution it is about."""
        return None


E = TypeVar("E", bound=Event)
R = TypeVar("R")
Function = Callable[[E, LambdaContext], R]


class EventRouter:
    """A Lambda handler that takes several shapes of event.

    Sets up the logger, the metrics and (where POWERTOOLS_TRACE_DISABLED is "false") the tracer, so
    that a handler module only registers one function per event model and says
    `handler = router`.
    """

    def __init__(self, service: str) -> None:
        self.logger = Logger(service=service)
        # Where the function's own level is DEBUG, botocore logs whole answers, secrets among them.
        logging.getLogger("botocore").setLevel(logging.INFO)
        self.metrics = Metrics(namespace=NAMESPACE, service=service)
        self._service = service
        self._functions: dict[type[Event], Function[Any, Any]] = {}
        self._entry: Callable[[Any, LambdaContext], Any] | None = None

    def on(self, model: type[E]) -> Callable[[Function[E, R]], Function[E, R]]:
        """Registers the function that handles events of this model."""

        def register(function: Function[E, R]) -> Function[E, R]:
            self._functions[model] = function
            return function

        return register

    def __call__(self, event: Any, context: LambdaContext) -> Any:
        """What Lambda calls. Raises UnroutableEvent before anything has happened."""
        if self._entry is None:
            self._entry = self._observed()
        return self._entry(event, context)

    def _observed(self) -> Callable[[Any, LambdaContext], Any]:
        entry: Callable[[Any, LambdaContext], Any]
        entry = self.metrics.log_metrics(capture_cold_start_metric=True)(self._route)
        entry = self.logger.inject_lambda_context(clear_state=True)(entry)
        if os.environ.get("POWERTOOLS_TRACE_DISABLED", "true") != "false":
            return entry
        # Imported only when used: it costs a cold start that is paid for nothing otherwise.
        from aws_lambda_powertools import Tracer

        # AWS calls alone: a trace of any other request would hold its URL, and a webhook's is a secret.
        tracer = Tracer(service=self._service, patch_modules=["botocore"])
        traced: Callable[[Any, LambdaContext], Any] = tracer.capture_lambda_handler(entry)
        return traced

    def _route(self, event: Any, context: LambdaContext) -> Any:
        outcome = "Failed"
        try:
            parsed, function = self._parse(event)
            if parsed.correlation_id:
                self.logger.set_correlation_id(parsed.correlation_id)
            self.logger.info("event", extra={"shape": type(parsed).__name__})
            answer = function(parsed, context)
            outcome = "Succeeded"
            return answer
        finally:
            self.metrics.add_metric(name=outcome, unit=MetricUnit.Count, value=1)

    def _parse(self, event: Any) -> tuple[Event, Function[Any, Any]]:
        fitting: list[tuple[Event, Function[Any, Any]]] = []
        problems: list[str] = []
        for model, function in self._functions.items():
            try:
                fitting.append((model.model_validate(event), function))
            except ValidationError as error:
                problems.append(f"{_shape(model)} (no: {problems_of(error)})")
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            names = " and ".join(type(parsed).__name__ for parsed, _ in fitting)
            raise UnroutableEvent(f"{self._service}: the event fits {names}, and may fit only one of them.")
        raise UnroutableEvent(
            f"{self._service} does not know this event; nothing was done. It takes: {'; or '.join(problems)}."
        )


def _shape(model: type[Event]) -> str:
    """The first line of a model's docstring, which shows how such an event is written."""
    return (model.__doc__ or model.__name__).splitlines()[0]


def problems_of(error: ValidationError) -> str:
    """What is wrong with which field, in one line: never the whole of what was given."""
    problems = error.errors(include_input=False, include_url=False)
    shown = [
        f"{'.'.join(str(part)[:60] for part in problem['loc']) or 'the event'}: {problem['msg']}"
        for problem in problems[:PROBLEMS_SHOWN]
    ]
    more = len(problems) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
