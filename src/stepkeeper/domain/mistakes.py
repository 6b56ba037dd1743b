"""What is wrong with a file of the operator's."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Mistake:
    """Something wrong with a key of a table; without a key, with its name or the whole table.

    Without a table it is about a key outside of all tables.
    """

    table: str | None
    key: str | None
    why: str


def near_match(given: object, known: Sequence[str]) -> str:
    """A sentence that suggests what was meant, with a space before it; empty where nothing is near."""
    near = get_close_matches(given, known, n=1, cutoff=0.7) if isinstance(given, str) else []
    return f" Did you mean {near[0]!r}?" if near else ""
