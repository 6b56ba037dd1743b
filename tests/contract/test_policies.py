"""Every right is given by name, on a resource, for a reason that stands beside it."""

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

import pytest
import yaml

from tests.contract.stack import arn, properties, resources
from tests.template import PATH

Statement = dict[str, Any]

ON_EVERYTHING = {
    # AWS knows no resource for these two that is narrower.
    ("BucketCheckerFunction", "logs:DescribeLogGroups"),
    ("LogExporterFunction", "logs:DescribeExportTasks"),
    # In the policy of a key, "*" is that key.
    ("AlertKey", "kms:*"),
    ("AlertKey", "kms:GenerateDataKey"),
    ("AlertKey", "kms:Decrypt"),
}
EVERY_ACTION = {
    # Without it nobody could ever change the key's policy again.
    ("AlertKey", "kms:*")
}


def statements() -> Iterator[tuple[str, Statement]]:
    """Every statement of every policy in the template, with the resource that it stands in."""
    for name, resource in resources().items():
        for statement in _statements_in(resource["Properties"]):
            yield name, statement


def grants() -> Iterator[tuple[str, str, Any]]:
    """Every action that is allowed, with the resource of the template it stands in, and on what."""
    for name, statement in statements():
        if statement["Effect"] == "Allow" and statement["Action"] != "sts:AssumeRole":
            for action in as_list(statement["Action"]):
                yield name, action, as_list(statement["Resource"])


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _statements_in(value: Any) -> Iterator[Statement]:
    match value:
        case {"Effect": _, "Action": _}:
            yield value
        case dict():
            for item in value.values():
                yield from _statements_in(item)
        case list():
            for item in value:
                yield from _statements_in(item)


def test_actions_are_listed_one_by_one() -> None:
    assert {(name, action) for name, action, _ in grants() if "*" in action} == EVERY_ACTION


def test_rights_are_given_on_resources() -> None:
    assert {(name, action) for name, action, on in grants() if "*" in on} == ON_EVERYTHING


def test_nothing_is_allowed_by_exclusion() -> None:
    text = PATH.read_text(encoding="utf-8")

    assert not re.findall("NotAction|NotResource|NotPrincipal", text)


def test_only_service_principals_and_this_account_are_let_in() -> None:
    for name, statement in statements():
        if statement["Effect"] == "Allow" and "Principal" in statement:
            root = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
            assert "Service" in statement["Principal"] or statement["Principal"] == root, name


@pytest.mark.parametrize("action", ["kms:GenerateDataKey", "kms:Decrypt"])
def test_the_watchdog_may_use_the_key_of_its_topic_and_no_other(action: str) -> None:
    # A second witness: MiniStack by itself asks for no key.
    on = [on for name, granted, on in grants() if (name, granted) == ("ExecutionWatchdogFunction", action)]

    assert on == [[arn("AlertKey")]]


def test_a_role_is_passed_on_to_the_scheduler_alone() -> None:
    (statement,) = [it for _, it in statements() if "iam:PassRole" in it["Action"]]

    assert statement["Action"] == ["iam:PassRole"]
    assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


def test_no_role_comes_ready_made() -> None:
    owners = {**properties("AWS::Serverless::Function"), **properties("AWS::Serverless::StateMachine")}

    assert not [name for name, owner in owners.items() if "Role" in owner]
    written = [policy for owner in owners.values() for policy in owner.get("Policies", [])]
    assert all("Statement" in policy for policy in written)
    assert not [role for role in properties("AWS::IAM::Role").values() if "ManagedPolicyArns" in role]


def test_every_right_has_its_reason_beside_it() -> None:
    text = PATH.read_text(encoding="utf-8")
    lines = text.splitlines()

    beginnings = list(_beginnings_of_statements(yaml.compose(text, Loader=yaml.SafeLoader)))

    assert beginnings
    assert [lines[number] for number in beginnings if not _reason_above(lines, number)] == []


def _reason_above(lines: list[str], number: int) -> bool:
    """Whether the comment above a line begins with `why:`."""
    comment = list(takewhile(lambda line: line.strip().startswith("#"), reversed(lines[:number])))
    return bool(comment) and re.match(r"\s*# why: .{5,}", comment[-1]) is not None


def _beginnings_of_statements(document: yaml.Node) -> Iterator[int]:
    """The lines, counted from 0, where the statements of functions, state machines and roles begin."""
    for resource in _fields(_fields(document)["Resources"]).values():
        policies = _fields(_fields(resource)["Properties"]).get("Policies")
        for policy in policies.value if policies else []:
            statements = _fields(_fields(policy).get("PolicyDocument", policy))["Statement"]
            yield from (statement.start_mark.line for statement in statements.value)


def _fields(node: yaml.Node) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value}
