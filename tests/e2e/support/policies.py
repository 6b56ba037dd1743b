"""The actions that template.yaml grants to each function, and a way to take one of them away for a while."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local.deployed import Operator
from tests.e2e.support.resources import function
from tests.template import load

SUFFIX = "Function"


def granted() -> dict[str, list[str]]:
    """The actions of each function's own policies, by the name of its handler."""
    functions = {
        name.removesuffix(SUFFIX): resource["Properties"]
        for name, resource in load()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    return {
        name: [
            action
            for policy in properties["Policies"]
            for statement in policy["Statement"]
            for action in statement["Action"]
        ]
        for name, properties in functions.items()
        if "Policies" in properties
    }


@contextmanager
def without(operator: Operator, handler: str, action: str) -> Iterator[None]:
    """Takes an action away from a function's role, and gives it back."""
    iam = operator.client("iam")
    # The name that SAM gives to the policy of template.yaml; there is another for the failure destination.
    policy = {
        "RoleName": function(operator, handler)["Role"].rpartition("/")[2],
        "PolicyName": f"{handler}{SUFFIX}RolePolicy0",
    }
    document = iam.get_role_policy(**policy)["PolicyDocument"]
    left = _without(document["Statement"], action)
    if left:
        iam.put_role_policy(**policy, PolicyDocument=json.dumps(document | {"Statement": left}))
    else:
        iam.delete_role_policy(**policy)
    try:
        yield
    finally:
        iam.put_role_policy(**policy, PolicyDocument=json.dumps(document))


def _without(statements: list[dict[str, Any]], action: str) -> list[dict[str, Any]]:
    kept = [
        statement | {"Action": [granted for granted in statement["Action"] if granted != action]}
        for statement in statements
    ]
    assert kept != statements, f"no statement grants {action}"
    return [statement for statement in kept if statement["Action"]]
