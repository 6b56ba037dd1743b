"""Where the pipelines of the map are, and what is remembered of them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field

from stepkeeper.aws import functions
from stepkeeper.aws.clients import client
from stepkeeper.domain.arn import Home, parse_arn
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.pipeline_map import PipelineMap
from stepkeeper.pipelines.errors import PipelineUnknown
from stepkeeper.pipelines_file import read_pipelines
from stepkeeper.settings import Settings

MAP = "pipelines.toml"


class PlaceSettings(Settings):
    """`lambda_task_root` is where Lambda has put the artifact, with the map in it."""

    state_table: str = Field(min_length=3)
    notifier_function_name: str = Field(min_length=1)
    lambda_task_root: Path


@dataclass(frozen=True)
class Place:
    """What a handler knows before it looks at any pipeline. `notifier` is the name of that function."""

    map: PipelineMap
    table: str
    notifier: str
    partition: str
    home: Home

    def named(self, name: str) -> Pipeline:
        """The pipeline of this name. Raises PipelineUnknown."""
        try:
            return self.map.named(name)
        except KeyError:
            known = ", ".join(pipeline.name for pipeline in self.map.pipelines[:20]) or "none at all"
            raise PipelineUnknown(
                f"The map has no pipeline {name[:80]!r}; nothing was done. It has: {known}."
            ) from None

    def state_machine_arn(self, pipeline: Pipeline) -> str:
        """The ARN of a state machine that the map names by its name or ARN."""
        given = pipeline.state_machine
        if ":" in given:
            return given
        return f"arn:{self.partition}:states:{self.home.region}:{self.home.account}:stateMachine:{given}"

    def tell(self, pipeline: Pipeline | None, text: str) -> None:
        """Sends a notice to the pipeline's channel, or to the notifier's default one, without waiting."""
        channel = {"channel": pipeline.channel} if pipeline and pipeline.channel else {}
        functions.invoke(client("lambda"), self.notifier, {"text": text, **channel})


def place_of(function_arn: str, settings: PlaceSettings, *, without_map: bool = False) -> Place:
    """The place of the function with this ARN. Raises InvalidPipelines, but `without_map`."""
    arn = parse_arn(function_arn)
    home = Home(arn.region, arn.account)
    return Place(
        map=PipelineMap() if without_map else _read_once(settings.lambda_task_root / MAP, home),
        table=settings.state_table,
        notifier=settings.notifier_function_name,
        partition=arn.partition,
        home=home,
    )


@cache
def _read_once(path: Path, home: Home) -> PipelineMap:
    return read_pipelines(path, home=home)
