"""Draws what an audit of the log exports answered.

`python -m local.heat_map audit.json` reads what `aws lambda invoke … audit.json` wrote for the action
`audit`, and writes `audit.svg` beside it.
"""

import json
import sys
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from stepkeeper.domain.audit import Audit
from stepkeeper.domain.heat_map import heat_map

USAGE = "Say which file holds the answer of an audit: make heatmap AUDIT=audit.json"
MOST_MISTAKES = 5


class NoAudit(Exception):
    """The file is not there, or holds something else than the answer of an audit."""


def drawn(answer: Path) -> Path:
    """Where the picture of the audit in the file `answer` was written; raises NoAudit."""
    audit = _read(answer)
    picture = answer.with_suffix(".svg")
    try:
        picture.write_text(heat_map(audit), encoding="utf-8")
    except ValueError as error:
        raise NoAudit(f"{answer} has a period that is not of its log group's unit: {error}") from error
    return picture


def _read(answer: Path) -> Audit:
    try:
        text = answer.read_bytes()
        audit = TypeAdapter(Audit).validate_json(text)
    except OSError as error:
        raise NoAudit(f"{answer} can not be read: {error.strerror}") from error
    except ValidationError as error:
        mistakes = [
            ": ".join([*filter(None, [".".join(map(str, each["loc"]))]), each["msg"]])
            for each in error.errors()[:MOST_MISTAKES]
        ]
        raise NoAudit(f"{answer} is not the answer of an audit: {'; '.join(mistakes)}") from error
    whole = json.loads(text)
    if not audit.groups and whole.get("counts"):
        raise NoAudit(
            f"{answer} was too large for an answer, and leaves the log groups out: draw {whole.get('table')}"
        )
    return audit


def main(arguments: list[str]) -> str | None:
    """Draw the one file that is named; returns what went wrong."""
    if len(arguments) != 1 or not arguments[0]:
        return USAGE
    try:
        print(f"Wrote {drawn(Path(arguments[0]))}")
    except NoAudit as error:
        return str(error)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
