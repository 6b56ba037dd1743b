"""What a request of one of AWS's protocols says, for patches that look into it."""

import json
from typing import Any

from local.patches.patching import Params


def fields(body: bytes) -> dict[str, Any]:
    """The fields of a JSON request; none where it is no JSON object."""
    try:
        named = json.loads(body or b"{}")
    except ValueError:
        return {}
    return named if isinstance(named, dict) else {}


def operation(headers: Params) -> str:
    """The operation that a request of a JSON protocol names, else the empty string."""
    return str(headers.get("x-amz-target", "").rpartition(".")[2])


def first(params: Params, name: str) -> str:
    """The first value of a query or form parameter, else the empty string."""
    value = params.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value or "")
