"""Finds the tool environments that `make` creates under `.tools/` (or under `STEPKEEPER_TOOLS`)."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


class ToolMissing(Exception):
    """A tool environment has not been made yet."""


def tool(environment: str, program: str = "python") -> Path:
    """The path of `program` in the tool environment of that name; raises ToolMissing."""
    tools = Path(os.environ.get("STEPKEEPER_TOOLS", REPOSITORY / ".tools"))
    path = tools.absolute() / environment / "bin" / program
    if not path.exists():
        raise ToolMissing(f"{path} does not exist. Run `make setup` first.")
    return path
