"""Any value that JSON can write, as it looks once it was read from JSON."""

import json
from typing import Any

from hypothesis import strategies as st

# All of Unicode, with halves of surrogate pairs: JSON can write those, escaped.
texts = st.text(st.characters(exclude_categories=()), max_size=20)

_leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts


def _as_read(value: Any) -> Any:
    return json.loads(json.dumps(value))


json_values: st.SearchStrategy[Any] = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=20,
).map(_as_read)


def nested(levels: int) -> list[Any]:
    """A list in a list in a list …"""
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value
