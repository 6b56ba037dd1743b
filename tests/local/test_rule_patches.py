"""Rules answer as on AWS; each test also shows that MiniStack alone answers otherwise."""

from typing import Any

import pytest

from local.embedded_aws import EmbeddedAws
from tests.local.support import error_code, new_name


@pytest.mark.parametrize("operation", ["enable_rule", "disable_rule"])
def test_a_rule_that_is_not_there_is_not_found(
    embedded: EmbeddedAws, bare: EmbeddedAws, operation: str
) -> None:
    def toggle(aws: EmbeddedAws) -> str | None:
        return error_code(lambda: getattr(aws.client("events"), operation)(Name="no-such-rule"))

    assert toggle(embedded) == "ResourceNotFoundException"
    assert toggle(bare) is None


def test_put_rule_resets_what_it_does_not_name(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    def rule_after_careless_put(aws: EmbeddedAws) -> tuple[str, str | None]:
        events, name = aws.client("events"), new_name("rule")
        put: dict[str, Any] = {"Name": name, "ScheduleExpression": "rate(1 day)"}
        events.put_rule(**put, State="DISABLED", Description="kept for the audit")
        events.put_rule(**put)
        rule = events.describe_rule(Name=name)
        return rule["State"], rule.get("Description")

    assert rule_after_careless_put(embedded) == ("ENABLED", None)
    assert rule_after_careless_put(bare) == ("DISABLED", "kept for the audit")
