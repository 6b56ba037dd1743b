"""Gates that can not be toggled: each is named, the others are toggled all the same."""

from typing import Any

import pytest

from stepkeeper.errors import InvalidGate, InvalidSettings, UnroutableEvent
from stepkeeper.handlers import rule_toggler
from stepkeeper.pipelines.errors import GatesFailed
from tests.conftest import FakeContext
from tests.handlers.toggled import BOTH, RULE, SCHEDULE, Toggled
from tests.template import ACCOUNT, REGION


def test_every_gate_is_tried_and_each_that_failed_is_named_with_why(toggled: Toggled) -> None:
    missing = ["rule/missing", "schedule/default/missing", "rule/no-such-bus/start-report"]

    with pytest.raises(GatesFailed) as failure:
        toggled.close(missing[0], RULE, missing[1], SCHEDULE, missing[2])

    message = str(failure.value)
    assert message.startswith("3 of 5 gates could not be toggled (disable); ")
    for gate in missing:
        assert f"{gate} (GateNotFound: " in message
    assert [toggled.state(gate) for gate in BOTH] == ["DISABLED", "DISABLED"]


def test_a_rule_that_an_aws_service_manages_is_refused_and_nothing_is_remembered_of_it(
    toggled: Toggled,
) -> None:
    events = toggled.stack.aws.client("events")
    events.create_archive(ArchiveName="orders", EventSourceArn=events.describe_event_bus()["Arn"])

    with pytest.raises(GatesFailed, match=r"GateManaged: .* managed by prod\.vhs\.events\.aws\.internal"):
        toggled.close("rule/Events-Archive-orders")

    assert events.describe_rule(Name="Events-Archive-orders")["State"] == "ENABLED"
    assert toggled.holds() == []


@pytest.mark.parametrize(
    "wrong",
    [
        "start-report",
        "schedule/start-mail",
        "rule/報告",
        f"arn:aws:events:us-east-1:{ACCOUNT}:rule/start-report",
        f"arn:aws:events:{REGION}:210987654321:rule/start-report",
    ],
)
def test_one_target_that_is_no_gate_of_ours_refuses_the_whole_list_before_anything_has_happened(
    toggled: Toggled, wrong: str
) -> None:
    with pytest.raises(InvalidGate):
        toggled.close(RULE, SCHEDULE, wrong)

    assert toggled.stack.aws.wire.calls == []
    assert [toggled.state(gate) for gate in BOTH] == ["ENABLED", "ENABLED"]


@pytest.mark.parametrize("targets", ["", ",", " , ,"])
def test_the_constant_input_without_any_gate_in_the_variable_is_a_mistake_and_not_a_success(
    toggled: Toggled, targets: str
) -> None:
    toggled.configure("RuleTogglerFunction", GateTargets=targets)

    with pytest.raises(InvalidGate, match="TARGETS names no gate"):
        toggled.close()


def test_the_variable_targets_may_have_spaces_and_line_breaks(toggled: Toggled) -> None:
    toggled.configure("RuleTogglerFunction", GateTargets=f" {RULE} ,\n  {SCHEDULE} ,")

    toggled.close()

    assert [toggled.state(gate) for gate in BOTH] == ["DISABLED", "DISABLED"]


@pytest.mark.parametrize("event", [{"detail": "disable"}, {"action": "disable", "targets": [RULE]}], ids=str)
def test_a_variable_targets_with_too_many_gates_to_see_to_in_time_is_named(
    toggled: Toggled, event: dict[str, Any]
) -> None:
    toggled.configure("RuleTogglerFunction", GateTargets=",".join(f"rule/r{n}" for n in range(101)))

    with pytest.raises(InvalidSettings, match=r"TARGETS: .* at most 100 items"):
        rule_toggler.handler(event, FakeContext())


@pytest.mark.parametrize(
    "event",
    [
        {"action": "disable", "targets": []},
        {"action": "disable", "targets": [RULE] * 101},
        {"action": "disable", "targets": RULE},
        {"action": "disable", "targets": [RULE, None]},
        {"action": "toggle", "targets": [RULE]},
        {"action": "disable", "targets": [RULE], "owner": ""},
        {"action": "disable", "targets": [RULE], "owner": "x" * 257},
        {"action": "disable", "targets": [RULE], "reason": "x" * 1025},
        {"detail": "disable", "targets": [RULE]},
        {"detail": "Disable"},
        {"detail": ["disable"]},
        {"detail": {"status": "FAILED"}},
    ],
    ids=lambda event: str(event)[:70],
)
def test_an_event_that_is_almost_right_toggles_nothing(toggled: Toggled, event: Any) -> None:
    with pytest.raises(UnroutableEvent):
        rule_toggler.handler(event, FakeContext())

    assert toggled.stack.aws.wire.calls == []


@pytest.mark.parametrize("event", [{"detail": "disable"}, {"action": "enable", "targets": [RULE]}], ids=str)
def test_without_the_state_table_nothing_is_toggled(
    toggled: Toggled, monkeypatch: pytest.MonkeyPatch, event: Any
) -> None:
    monkeypatch.delenv("STATE_TABLE")

    with pytest.raises(InvalidSettings, match="STATE_TABLE"):
        rule_toggler.handler(event, FakeContext())

    assert toggled.stack.aws.wire.calls == []


def test_a_state_table_that_can_not_be_read_fails_every_gate_and_closes_none(
    toggled: Toggled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_TABLE", "no-such-table")

    with pytest.raises(GatesFailed, match=r"^2 of 2 gates .*ResourceNotFoundException.*ResourceNotFoundEx"):
        toggled.close()

    assert [toggled.state(gate) for gate in BOTH] == ["ENABLED", "ENABLED"]
