"""An AWS that is simulated in memory, for tests that need thousands of calls of the real boto3 clients.

No HTTP happens: a call is answered inside botocore, after it has been checked and serialised, and takes
about 0.2 ms. What the simulation does not know (an operation, a parameter, a function in an expression)
it refuses with NotImplementedError, so that no test passes on a guess.

    @pytest.fixture  # conftest.py here has it; elsewhere it takes these three lines
    def simulation(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Simulation:
        return Simulation(aws.wire, monkeypatch)

    def test_a_failed_run_is_started_again(simulation):
        world = simulation.world
        pipeline = world.step_functions.add_machine("nightly-orders")
        run = simulation.start(pipeline, "2026-11-21", input='{"key": 1}')
        failed = world.step_functions.end(run, "FAILED", error="OutsideSystemDown")
        simulation.invoke("error_spooler", status_change(failed))   # tests.simulated.notices

        answer = simulation.invoke("reprocessor", {"max": 10})

        assert [each.name for each in world.step_functions.runs] == [...]

What the world has, tests.simulated.world tells.
`simulation.client("sqs")` gives the product's own client.
`simulation.begin(seed)` makes a new world (for the next example of a property test); with a seed, queues
give any of their messages in any order, and old receipt handles may or may not delete.
`simulation.wire` breaks calls off (tests.wire): `with simulation.wire.breaking(call, "crash after")`.
`simulation.template.overrides["MaxReprocess"] = "2"` sets a parameter of template.yaml.
A function whose time is over by the world's clock crashes at its next call, as under Lambda.
"""

import json
from importlib import import_module
from threading import Lock
from typing import Any, Literal

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.model import OperationModel

from stepkeeper.aws import clients
from tests.simulated.clock import stand_ins
from tests.simulated.invocation import Invocation
from tests.simulated.refusal import Refusal
from tests.simulated.world import World, name_resources
from tests.template import Template
from tests.wire import Crash, Wire

Service = Literal[
    "cloudwatch", "dynamodb", "events", "lambda", "logs", "resourcegroupstaggingapi", "s3", "scheduler",
    "sns", "sqs", "stepfunctions",
]  # fmt: skip


class Simulation:
    """Answers all calls of boto3's default session, which `wire` has made, and runs handlers on it.

    `hurried` leaves out what takes most of a call's time: botocore does not check and serialise parameters,
    and finds no endpoint. For tests of many thousand calls that others have checked.
    """

    def __init__(self, wire: Wire, monkeypatch: pytest.MonkeyPatch, *, hurried: bool = False) -> None:
        self.wire = wire
        self.template = Template()
        self._resources = name_resources(self.template)
        self.world = World(self._resources)
        self._known_variables: dict[Any, dict[str, str]] = {}
        self._lock = Lock()
        self._invocation: Invocation | None = None
        time, datetime = stand_ins(lambda: self.world.clock)
        monkeypatch.setattr("stepkeeper.clock.time", time)
        monkeypatch.setattr("stepkeeper.clock.datetime", datetime)
        session = boto3._get_default_session()
        # To compose its own name is half of what a call takes botocore.
        session._session.set_default_client_config(
            Config(user_agent="simulated", parameter_validation=not hurried)
        )
        if hurried:
            session.events.register("creating-client-class", self._take_the_short_way)
        session.events.register("before-parameter-build", _keep)
        session.events.register("before-call", self._answer)

    def begin(self, seed: int | None = None) -> World:
        """A new world, in which nothing has happened yet."""
        self.world = World(self._resources, seed)
        self.wire.calls.clear()
        return self.world

    def client(self, service: Service) -> Any:
        """A client as the product has it, for tests to call by themselves."""
        of_service: Any = clients.client  # whose overloads each take one service
        return of_service(service)

    def start(self, state_machine_arn: str, name: str, input: str = "{}") -> str:
        """Starts an execution as its schedule would, past the wire; gives its ARN."""
        sent = {"stateMachineArn": state_machine_arn, "name": name, "input": input}
        return str(self.world.step_functions.start_execution(sent)["executionArn"])

    def invoke(self, handler: str, event: Any, *, request_id: str | None = None) -> Any:
        """Calls `stepkeeper.handlers.<handler>` as Lambda does, with the variables of template.yaml.

        Where Lambda itself repeats an invocation, it gives the same `request_id` again.
        """
        function = handler.title().replace("_", "") + "Function"
        module = import_module(f"stepkeeper.handlers.{handler}")
        before = self._invocation
        self._invocation = Invocation(self.template, function, self.world.clock, request_id)
        try:
            with pytest.MonkeyPatch.context() as environment:
                for name, value in self._variables(function).items():
                    environment.setenv(name, value)
                return json.loads(json.dumps(module.handler(json.loads(json.dumps(event)), self._invocation)))
        finally:
            self._invocation = before

    def _variables(self, function: str) -> dict[str, str]:
        """What template.yaml gives a function; to work it out takes longer than most calls."""
        known = function, self.template.task_root, *sorted(self.template.overrides.items())
        if known not in self._known_variables:
            self._known_variables[known] = self.template.variables(function)
        return self._known_variables[known]

    def _take_the_short_way(self, class_attributes: dict[str, Any], **_: Any) -> None:
        """A call is answered without being made a request of; the wire and botocore's defaults see it."""

        def call(client: Any, operation: str, sent: dict[str, Any]) -> Any:
            model, context = client._service_model.operation_model(operation), {}
            name = f"{client._service_model.service_id.hyphenize()}.{operation}"
            client.meta.events.emit(
                f"before-parameter-build.{name}", params=sent, model=model, context=context
            )
            http, parsed = self._answer(model, context)
            client.meta.events.emit(
                f"after-call.{name}", http_response=http, parsed=parsed, model=model, context=context
            )
            if http.status_code >= 300:
                raise client.exceptions.from_code(parsed["Error"]["Code"])(parsed, operation)
            return parsed

        class_attributes["_make_api_call"] = call

    def _answer(self, model: OperationModel, context: dict[str, Any], **_: Any) -> Any:
        if self._invocation and self._invocation.is_over:
            raise Crash(f"{self._invocation.function_name} timed out")
        self.world.clock.now()  # from here on this call may wait, side by side with others
        status = 200
        with self._lock:
            try:
                parsed = self.world.call(model.service_model.service_name, model.name, context["sent"])
            except Refusal as refusal:
                status, parsed = refusal.status, refusal.parsed
        metadata = {"HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}
        return AWSResponse("https://aws.invalid", status, {}, None), {**parsed, "ResponseMetadata": metadata}


def _keep(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    """Lets `_answer` see the parameters as they were before they were serialised."""
    context["sent"] = params
