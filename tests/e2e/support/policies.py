"""The actions that template.yaml grants to each function, and a way to take one of them away for a while."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local.deployed import Operator
from tests.e2e.support.resources import function
from tests.template import Template

SUFFIX = "Function"
GIVEN = ("BigQuerySecretArn", "HeartbeatSecretArn", "SlackSecretArn", "SqlBucket")
"""The parameters of the deployed stack that a statement depends on; without them it would not be there."""


def granted() -> dict[str, list[str]]:
    """The actions of each function's own policies, each once, by the name of its handler."""
    template = Template(overrides=dict.fromkeys(GIVEN, "given"))
    functions = {
        name.removesuffix(SUFFIX): template.properties(name)
        for name, resource in template.document["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    return {
        name: list(
            dict.fromkeys(
                action
                for policy in properties["Policies"]
                if policy
                for statement in policy["Statement"]
                if statement
                for action in statement["Action"]
            )
        )
        for name, properties in functions.items()
        if "Policies" in properties
    }


def role_of(operator: Operator, handler: str) -> str:
    """The name of a function's role."""
    return str(function(operator, handler)["Role"].rpartition("/")[2])


@contextmanager
def without(operator: Operator, handler: str, action: str) -> Iterator[None]:
    """Takes an action away from a function's role, and gives it back."""
    iam = operator.client("iam")
    role = role_of(operator, handler)
    # The names that SAM gives to the policies of template.yaml; there is another for the failure destination.
    own = re.compile(f"{handler}{SUFFIX}RolePolicy[0-9]+")
    [name] = filter(own.fullmatch, iam.list_role_policies(RoleName=role)["PolicyNames"])
    policy = {"RoleName": role, "PolicyName": name}
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
