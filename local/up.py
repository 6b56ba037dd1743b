"""`make up` and `make down`: an embedded AWS with the stack on it that stays until it is told to go.

`python -m local.up up|down`
"""

import json
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from local import server
from local.embedded_aws import EmbeddedAws
from local.stack import Stack, build, deploy
from local.tools import REPOSITORY

HOME = REPOSITORY / ".local"


@dataclass(frozen=True)
class Running:
    """What `make up` remembers of the server that it started."""

    pid: int
    endpoint: str

    def answers(self) -> bool:
        """Whether that very server is still there; its process id may be another program's by now."""
        return server.process_id(self.endpoint) == self.pid


def up(home: Path = HOME) -> int:
    """Start, build, deploy, and say how to reach it; everything is kept in `home`."""
    before = remembered(home)
    if before and before.answers():
        print(f"The embedded AWS is already up at {before.endpoint}. `make down` stops it.")
        return 1
    shutil.rmtree(home, ignore_errors=True)
    started = server.start(home / "aws")
    remember(home, Running(started.process.pid, started.endpoint))
    aws = EmbeddedAws(started.endpoint, home / "aws")
    try:
        stack = deploy(aws, build(home / "app"), {"DeploySamples": "true"})
    except BaseException:
        down(home)
        raise
    print(_how_to_reach(aws, stack))
    return 0


def down(home: Path = HOME) -> int:
    """Stop the server that `up` started and remove what it kept."""
    running = remembered(home)
    if running is None:
        print("There is nothing to stop: `make up` has not left an embedded AWS running.")
        return 0
    if running.answers():
        server.stop_group(running.pid, has_ended=lambda: server.has_ended(home / "aws"))
        print(f"Stopped the embedded AWS at {running.endpoint}.")
    else:
        print(f"The embedded AWS at {running.endpoint} was gone already.")
    shutil.rmtree(home)
    return 0


def remember(home: Path, running: Running) -> None:
    """Keep what `down` needs."""
    (home / "up.json").write_text(json.dumps(asdict(running)))


def remembered(home: Path) -> Running | None:
    """What was kept, None if nothing was."""
    state = home / "up.json"
    return Running(**json.loads(state.read_text())) if state.exists() else None


def _how_to_reach(aws: EmbeddedAws, stack: Stack) -> str:
    outputs = "\n".join(f"  {name:32} {value}" for name, value in sorted(stack.outputs.items()))
    machine = stack.outputs["GuardedPipelineArn"]
    return f"""
The embedded AWS is up at {aws.endpoint}, with the stack {stack.name} on it:

{outputs}

With the aws command line (SAM and boto3 read the same variables):

  export AWS_ENDPOINT_URL={aws.endpoint} AWS_DEFAULT_REGION={aws.region}
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
  aws stepfunctions start-execution --state-machine-arn {machine} --input '{{"key": "12345"}}'

With those variables, from Python:

  {_shown(Path(sys.executable))} -c 'import boto3; print(boto3.client("stepfunctions").list_state_machines())'

Its log is {_shown(aws.directory / server.SERVER_LOG)}. `make down` stops it."""


def _shown(path: Path) -> str:
    return str(path.relative_to(REPOSITORY) if path.is_relative_to(REPOSITORY) else path)


if __name__ == "__main__":
    commands = {"up": up, "down": down}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit("usage: python -m local.up up|down")
    sys.exit(commands[sys.argv[1]]())
