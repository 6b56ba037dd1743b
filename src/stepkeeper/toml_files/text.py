"""Reads TOML, and says with line and column where it is none."""

import tomllib
from typing import Any

from stepkeeper.toml_files.refusal import RefusedFile


def parse_toml(content: bytes, *, file: str) -> dict[str, Any]:
    """What the content of the file of this name says. Raises RefusedFile."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _end(content[: error.start].decode("utf-8-sig"))
        raise RefusedFile(
            f"{file} is not in UTF-8: see line {line}, column {column}. Nothing was done."
        ) from None
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, but for a number of thousands of digits
        line, column = _end(text)
        why = str(error).replace("at end of document", f"at line {line}, column {column}, the end")
        raise RefusedFile(f"{file} is no TOML: {why}. Nothing was done.") from None


def _end(text: str) -> tuple[int, int]:
    """Line and column just after the text."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")
