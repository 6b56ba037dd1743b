"""Writes files of exports as their operator would."""

import json


def table(name: str, **keys: object) -> str:
    """A table that takes a log group of its own, and with what is given; None leaves a key out."""
    all_keys = {"log_groups": [f"/{name}"]} | keys
    lines = [f"{key} = {_value(value)}" for key, value in all_keys.items() if value is not None]
    return "\n".join([f"[exports.{name}]", *lines, ""])


def content(*tables: str) -> bytes:
    """A file of these tables."""
    return "\n".join(tables).encode()


def _value(value: object) -> str:
    if isinstance(value, dict):
        pairs = ", ".join(f"{json.dumps(key)} = {_value(each)}" for key, each in value.items())
        return f"{{{pairs}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)
