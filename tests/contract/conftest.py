"""The built functions under Lambda's emulator, with the deployed stack for their AWS."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from shutil import copyfile, copytree
from typing import Any

import pytest

from local.deployed import Operator
from local.embedded_aws import running
from local.environment import ACCOUNT, REGION
from local.loads import SQL_BUCKET
from local.rie import EmulatedFunction, emulated
from local.stack import build, deploy
from tests.contract.load_world import make_what_a_load_names
from tests.contract.sample_world import (
    DEFAULT_MACHINE,
    EXPORTS,
    UNTOUCHED_MACHINE,
    make_what_the_samples_name,
    sample,
)

PARAMETERS = {
    "DeploySamples": "true",
    "SpoolMachines": UNTOUCHED_MACHINE,
    "DefaultStateMachineArn": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{DEFAULT_MACHINE}",
    "SqlBucket": SQL_BUCKET,
    "BigQueryProject": "our-project",
}


class EmulatedFunctions:
    """The functions of a deployed stack, each started when it is first needed, and then kept.

    They run what `sam build` made, with the variables that the stack gave to the deployed ones, and with
    the layer where those have it: Lambda has its `python` folder on the path, after the function's own code.
    """

    def __init__(self, operator: Operator, artifact: Path, layer: Path, ends: ExitStack) -> None:
        self.operator = operator
        self._artifact = artifact
        self._layer = layer
        self._ends = ends
        self._started: dict[str, EmulatedFunction] = {}

    def invoke(self, handler: str, event: object) -> Any:
        """What the function answers; for an error {"errorType", "errorMessage", …}."""
        return self._function(handler).invoke(json.dumps(event).encode())

    def feed(self, handler: str, name: str) -> Any:
        """The same for one of the sample events."""
        return self._function(handler).invoke(sample(name, self.operator.aws))

    def _function(self, handler: str) -> EmulatedFunction:
        if handler not in self._started:
            deployed = self.operator.client("lambda").get_function_configuration(
                FunctionName=self.operator.output(f"{handler}FunctionName")
            )
            path = {"PYTHONPATH": str(self._layer / "python")} if deployed.get("Layers") else {}
            self._started[handler] = self._ends.enter_context(
                emulated(
                    self.operator.aws,
                    self._artifact,
                    deployed["Handler"],
                    deployed["Environment"]["Variables"] | path,
                    timeout=timedelta(seconds=deployed["Timeout"]),
                )
            )
        return self._started[handler]


def silent(_text: str) -> None:
    """What the build and the deployment have to say is in their logs."""


@pytest.fixture(scope="session")
def functions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedFunctions]:
    """All functions of a stack with its samples, in an AWS that holds what the sample events name."""
    if sys.platform != "linux":
        pytest.skip("Lambda's emulator, as SAM has it, is a program for Linux")
    directory = tmp_path_factory.mktemp("functions")
    built = build(directory / "app", files={"exports.toml": EXPORTS}, say=silent)
    # All functions have one artifact. The build itself may be replaced at any time by somebody's next one.
    artifact = Path(copytree(built.directory / "RuleTogglerFunction", directory / "artifact"))
    copyfile(EXPORTS, artifact / EXPORTS.name)
    layer = Path(copytree(built.directory / "BigQueryLayer", directory / "layer"))
    with running(directory / "aws") as aws, ExitStack() as ends:
        operator = Operator(aws, deploy(aws, built, PARAMETERS, say=silent))
        make_what_the_samples_name(operator)
        make_what_a_load_names(operator)
        yield EmulatedFunctions(operator, artifact, layer, ends)
