"""Lists that come page by page, each going on after the last key of the page before."""

import json
from collections.abc import Iterable
from random import Random
from typing import Any

from tests.simulated.refusal import Refusal

LARGEST_PAGE = 1_000
Keyed = tuple[list[Any], dict[str, Any]]


def page(
    name: str, keyed: Iterable[Keyed], sent: dict[str, Any], *, of: list[Any], short: Random | None = None
) -> dict[str, Any]:
    """One page, where `of` tells this list from others; with `short` it may have less than was asked for."""
    items = sorted(keyed, key=lambda each: each[0])
    if token := sent.get("nextToken"):
        last = _read(token, of)
        items = [each for each in items if each[0] > last]
    count = min(sent.get("maxResults") or 100, LARGEST_PAGE)
    if short:
        count = short.randint(1, count)
    shown = items[:count]
    answer: dict[str, Any] = {name: [item for _, item in shown]}
    if len(items) > count:
        answer["nextToken"] = json.dumps([of, shown[-1][0]])
    return answer


def _read(token: str, of: list[Any]) -> Any:
    """The key to go on after. Raises InvalidToken for the token of another list."""
    try:
        its, last = json.loads(token)
    except ValueError:
        its, last = None, None
    if its != of:
        raise Refusal("InvalidToken", f"Invalid Token: '{token}'")
    return last
