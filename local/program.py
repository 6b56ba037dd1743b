"""A server program: what it is run with, and how its process is started."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.tools import REPOSITORY, tool


@dataclass(frozen=True)
class Program:
    """A module that serves on a port, in a tool environment of its own.

    `environment` gives all its variables for a directory and a port; `did_not_start` is what is raised
    when it does not come to answer.
    """

    tools: str
    module: str
    log: str
    environment: Callable[[Path, int], dict[str, str]]
    did_not_start: type[Exception]

    def spawn(self, directory: Path, port: int, flags: Sequence[str], stdin: int) -> subprocess.Popen[bytes]:
        """Start it as the leader of a process group, with its log in `directory`."""
        with (directory / self.log).open("ab") as log:
            return subprocess.Popen(
                [tool(self.tools), "-m", self.module, *flags],
                cwd=REPOSITORY,
                env=self.environment(directory, port),
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
