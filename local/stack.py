"""Builds the SAM application for the machine at hand and deploys it to an embedded AWS.

Both are the real `sam build` and `sam deploy`; between them `local.local_runtime` makes the copy that
runs here. The build output itself stays as it would go to AWS.
"""

import fcntl
import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.embedded_aws import EmbeddedAws
from local.local_runtime import copy_build
from local.server import LOG_TAIL_LINES
from local.tools import REPOSITORY, tool

BUILD_PYTHON = f"python3.{sys.version_info.minor}"
ARCHITECTURE = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


class SamFailed(Exception):
    """`sam build` or `sam deploy` did not succeed; the message holds the end of what it printed."""


@dataclass(frozen=True)
class Build:
    """What `sam build` made (`directory`) and the template that deploys its local copy (`template`)."""

    directory: Path
    template: Path


@dataclass(frozen=True)
class Stack:
    """A deployed stack and its outputs."""

    name: str
    outputs: dict[str, str]


def build(
    directory: Path,
    *,
    template: Path = REPOSITORY / "template.yaml",
    files: Mapping[str, Path] | None = None,
    say: Callable[[str], None] = print,
) -> Build:
    """Build every function, and write what is to be deployed here into `directory`.

    `files` are deployed instead of the operator's files of the same names in `src`.

    The build itself stays in `.aws-sam` beside the template, and is done again when the template or
    anything in `src` or `layers` beside it has changed.
    """
    directory, source = directory.resolve(), template.parent.resolve()
    workshop = source / ".aws-sam" / "local"
    for made in (directory, workshop):
        made.mkdir(parents=True, exist_ok=True)
    with (workshop / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built_from, now = workshop / "built-from", _digest([template, *_sources(source)])
        if built_from.exists() and built_from.read_text() == now:
            say("sam build: nothing has changed")
        else:
            say(f"sam build ({BUILD_PYTHON}, {ARCHITECTURE})")
            built_from.unlink(missing_ok=True)
            _sam_build(template.resolve(), workshop, directory / "sam-build.log")
            built_from.write_text(now)
        return Build(workshop / "build", copy_build(workshop / "build", directory / "deploy", files=files))


def deploy(
    aws: EmbeddedAws,
    built: Build,
    parameters: Mapping[str, str] | None = None,
    *,
    name: str = "stepkeeper",
    say: Callable[[str], None] = print,
) -> Stack:
    """Deploy with `parameters` over the ones every local run needs; returns when the stack is complete."""
    overrides = {"PythonRuntime": "provided.al2023", "Architecture": ARCHITECTURE, **(parameters or {})}
    say(f"sam deploy ({name} to {aws.endpoint})")
    _sam(
        ["deploy", "--template-file", built.template, "--stack-name", name, "--resolve-s3"],
        ["--no-confirm-changeset", "--no-progressbar", "--capabilities", "CAPABILITY_IAM"],
        ["--parameter-overrides", *(f"{key}={value}" for key, value in overrides.items())],
        environment={
            "AWS_ENDPOINT_URL": aws.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": aws.region,
            "AWS_CONFIG_FILE": str(aws.config_file),
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1",
        },
        directory=aws.directory,
        log=aws.directory / f"sam-deploy-{name}.log",
    )
    stacks = aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}
    return Stack(name, outputs)


def _sam_build(template: Path, workshop: Path, log: Path) -> None:
    _sam(
        ["build", "--template", template, "--build-dir", workshop / "build"],
        ["--cached", "--cache-dir", workshop / "cache"],
        ["--parameter-overrides", f"PythonRuntime={BUILD_PYTHON}", f"Architecture={ARCHITECTURE}"],
        # The interpreter that runs this one has pip, and is of the version that is built for.
        environment={"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        directory=workshop,
        log=log,
    )


def _sources(application: Path) -> Iterator[Path]:
    for part in ("src", "layers"):
        yield from (application / part).rglob("*")


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{BUILD_PYTHON} {ARCHITECTURE}".encode())
    for path in sorted(path for path in paths if path.is_file() and path.suffix != ".pyc"):
        digest.update(f"{path}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _sam(*arguments: list[str | Path], environment: Mapping[str, str], directory: Path, log: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAM_CLI_"))}
    settings = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "0.2"}
    with log.open("wb") as output:
        ended = subprocess.run(
            [tool("sam", "sam"), *(word for words in arguments for word in words)],
            cwd=directory,
            env=kept | settings | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])
        raise SamFailed(f"`sam {arguments[0][0]}` ended with status {ended.returncode}:\n{tail}")
