"""Every right is given by name, on a resource, for a reason that stands beside it."""

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

import pytest
import yaml

from tests.contract.grants import grants, statements
from tests.contract.stack import arn, properties, ref
from tests.template import ACCOUNT, PATH, REGION, Template

ON_EVERYTHING = {
    # AWS knows no resource for these that is narrower.
    ("SpoolReconcilerFunction", "states:ListStateMachines"),
    ("BucketCheckerFunction", "logs:DescribeLogGroups"),
    ("BucketCheckerFunction", "tag:GetResources"),
    ("BucketCheckerFunction", "cloudwatch:GetMetricData"),
    ("LogExporterFunction", "logs:DescribeExportTasks"),
    # In the policy of a key, "*" is that key.
    ("AlertKey", "kms:*"),
    ("AlertKey", "kms:GenerateDataKey"),
    ("AlertKey", "kms:Decrypt"),
}
IF = "!If"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:stepkeeper/one-AbCdEf"
EVERY_ACTION = {
    # Without it nobody could ever change the key's policy again.
    ("AlertKey", "kms:*")
}


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
@pytest.mark.parametrize("function", ["ExecutionWatchdogFunction", "NotifierFunction", "ReprocessorFunction"])
def test_who_publishes_may_use_the_key_of_the_topics_and_no_other(function: str, action: str) -> None:
    # A second witness: MiniStack by itself asks for no key.
    on = [on for name, granted, on in grants() if (name, granted) == (function, action)]

    assert on == [[arn("AlertKey")]]


@pytest.mark.parametrize(
    ("parameter", "value", "function", "action", "on"),
    [
        ("SqlBucket", "our-sql", "QueryRunnerFunction", "s3:GetObject", "arn:aws:s3:::our-sql/*"),
        ("BigQuerySecretArn", SECRET, "QueryRunnerFunction", "secretsmanager:GetSecretValue", SECRET),
        ("SlackSecretArn", SECRET, "NotifierFunction", "secretsmanager:GetSecretValue", SECRET),
        ("HeartbeatSecretArn", SECRET, "ExecutionWatchdogFunction", "secretsmanager:GetSecretValue", SECRET),
    ],
)
def test_what_a_parameter_names_may_be_read_and_nothing_where_it_names_nothing(
    parameter: str, value: str, function: str, action: str, on: str
) -> None:
    def readable(template: Template) -> list[Any]:
        (policy,) = template.properties(function)["Policies"]
        return [it["Resource"] for it in policy["Statement"] if action in it["Action"]]

    assert readable(Template({parameter: value})) == [on]
    assert readable(Template()) == []


def test_queries_run_in_the_workgroup_that_a_parameter_names_and_in_no_other() -> None:
    on = {tuple(map(str, on)) for name, action, on in grants() if action.startswith("athena:")}

    workgroup = "arn:${AWS::Partition}:athena:${AWS::Region}:${AWS::AccountId}:workgroup/${AthenaWorkgroup}"
    assert on == {(str({"Fn::Sub": workgroup}),)}


def test_a_role_is_passed_on_to_the_scheduler_alone() -> None:
    passing = [(name, it) for name, it in statements() if "iam:PassRole" in it["Action"]]

    assert {name for name, _ in passing} == {"RuleTogglerFunction", "GateReconcilerFunction"}
    for _, statement in passing:
        assert statement["Action"] == ["iam:PassRole"]
        assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


def test_no_role_comes_ready_made() -> None:
    owners = {**properties("AWS::Serverless::Function"), **properties("AWS::Serverless::StateMachine")}

    assert not [name for name, owner in owners.items() if "Role" in owner]
    ready_made = {
        name: [policy for policy in owner.get("Policies", []) if "Statement" not in policy]
        for name, owner in owners.items()
    }
    # What the operator's tables need of it, the operator alone can say.
    operators_own = {"Fn::If": ["HasQueryPolicy", ref("QueryPolicyArn"), ref("AWS::NoValue")]}
    assert {name: policies for name, policies in ready_made.items() if policies} == {
        "QueryRunnerFunction": [operators_own]
    }
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
    """The lines, counted from 0, where the statements of functions, state machines and roles begin.

    One that is given only on a condition begins with its `!If`.
    """
    for resource in _fields(_fields(document)["Resources"]).values():
        policies = _fields(_fields(resource)["Properties"]).get("Policies")
        for policy in policies.value if policies else []:
            if policy.tag == IF:
                assert not [branch for branch in policy.value if isinstance(branch, yaml.MappingNode)]
                continue
            statements = _fields(_fields(policy).get("PolicyDocument", policy))["Statement"]
            for statement in statements.value:
                inside = [branch for branch in statement.value if isinstance(branch, yaml.MappingNode)]
                assert statement.tag != IF or len(inside) == 1, "one reason can not stand for two rights"
                yield statement.start_mark.line


def _fields(node: yaml.Node) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value}
