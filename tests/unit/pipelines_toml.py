"""Writes maps of pipelines as their operator would."""

import json
from collections.abc import Mapping, Sequence


def table(name: str, **keys: object) -> str:
    """A table with a state machine and a gate of its own, and with what is given; None leaves a key out."""
    all_keys = {"state_machine": f"{name}-machine", "started_by": f"rule/{name}"} | keys
    lines = [f"{key} = {json.dumps(value)}" for key, value in all_keys.items() if value is not None]
    return "\n".join([f"[pipelines.{name}]", *lines, ""])


def content(*tables: str) -> bytes:
    """A file of these tables."""
    return "\n".join(tables).encode()


def blocking(blocks: Mapping[str, Sequence[str]]) -> bytes:
    """A file with these pipelines, and what each blocks."""
    return content(*(table(name, blocks=list(blocked)) for name, blocked in blocks.items()))
