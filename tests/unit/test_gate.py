"""How an operator writes down a gate, and what is no gate."""

import pytest

from stepkeeper.domain.gate import Gate, parse_gate, parse_gates
from stepkeeper.errors import InvalidGate

REGION = "ap-northeast-1"
ACCOUNT = "123456789012"
RULE_ARN = f"arn:aws:events:{REGION}:{ACCOUNT}:rule"
SCHEDULE_ARN = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule"


def parse(text: str) -> Gate:
    return parse_gate(text, region=REGION, account=ACCOUNT)


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("rule/start-report", Gate("rule", "default", "start-report")),
        ("rule/default/start-report", Gate("rule", "default", "start-report")),
        ("rule/orders/start-report", Gate("rule", "orders", "start-report")),
        ("rule/aws.partner/shop.example/7/sales", Gate("rule", "aws.partner/shop.example/7", "sales")),
        ("schedule/default/start-mail", Gate("schedule", "default", "start-mail")),
        ("schedule/night/start.mail_2", Gate("schedule", "night", "start.mail_2")),
        (f"{RULE_ARN}/start-report", Gate("rule", "default", "start-report")),
        (f"{RULE_ARN}/orders/start-report", Gate("rule", "orders", "start-report")),
        (f"{SCHEDULE_ARN}/default/start-mail", Gate("schedule", "default", "start-mail")),
        ("  rule/start-report\n", Gate("rule", "default", "start-report")),
        (f"rule/{'n' * 64}", Gate("rule", "default", "n" * 64)),
        (f"rule/{'b' * 256}/n", Gate("rule", "b" * 256, "n")),
        (f"schedule/{'g' * 64}/{'n' * 64}", Gate("schedule", "g" * 64, "n" * 64)),
    ],
)
def test_a_gate_is_written_as_the_end_of_its_arn_or_as_its_arn(text: str, gate: Gate) -> None:
    assert parse(text) == gate


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        " ",
        "rule",
        "rule/",
        "rule/bus/",
        "schedule/start-mail",
        "schedule//start-mail",
        "schedule/default/",
        "schedule/a/b/c",
        "start-report",
        "Rule/start-report",
        "rules/start-report",
        "stateMachine/start-report",
        f"rule/{'n' * 65}",
        f"rule/{'b' * 257}/n",
        f"schedule/{'g' * 65}/n",
        f"schedule/g/{'n' * 65}",
        "rule//start-report",
        "rule/start report",
        "rule/start*",
        "rule/報告",
        "rule/nai\u0308ve",
        "rule/\u0661",
        "schedule/夜/mail",
        "rule/start\u200breport",
        "rule/start\x00",
        "rule/start;schedule/default/x",
        pytest.param("x" * 1_000_000, id="huge"),
        "arn:",
        "arn:aws:events",
        f"arn:aws:events:{REGION}:{ACCOUNT}:",
        f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/orders",
        f"arn:aws:events:{REGION}:{ACCOUNT}:schedule/default/start-mail",
        f"arn:aws:scheduler:{REGION}:{ACCOUNT}:rule/start-report",
        f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/default",
        f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:nightly-orders",
        f"arn:aws:lambda:{REGION}:{ACCOUNT}:None/x",
        f"{RULE_ARN}/{'n' * 65}",
    ],
)
def test_what_is_no_gate_is_refused_and_the_refusal_shows_how_one_is_written(text: str) -> None:
    with pytest.raises(InvalidGate) as refusal:
        parse(text)

    assert "'schedule/GROUP/NAME'" in str(refusal.value)
    assert len(str(refusal.value)) < 500


@pytest.mark.parametrize(
    "text",
    [
        f"arn:aws:events:us-east-1:{ACCOUNT}:rule/start-report",
        f"arn:aws:events:{REGION}:210987654321:rule/start-report",
        f"arn:aws:scheduler:{REGION}:210987654321:schedule/default/start-mail",
        "arn:aws:events:::rule/start-report",
    ],
)
def test_a_gate_of_another_account_or_region_is_refused_and_the_refusal_names_both(text: str) -> None:
    with pytest.raises(InvalidGate, match=f"{text}.*{ACCOUNT}, {REGION}"):
        parse(text)


@pytest.mark.parametrize(
    ("gate", "text"),
    [
        (Gate("rule", "default", "start-report"), "rule/start-report"),
        (Gate("rule", "orders", "start-report"), "rule/orders/start-report"),
        (Gate("schedule", "default", "start-mail"), "schedule/default/start-mail"),
    ],
)
def test_a_gate_is_always_shown_in_the_one_form_that_is_read_back_as_the_same_gate(
    gate: Gate, text: str
) -> None:
    assert str(gate) == text
    assert parse(text) == gate


def test_a_gate_that_is_listed_several_times_in_several_forms_is_one_gate_in_the_first_place() -> None:
    texts = ["rule/b", f"{RULE_ARN}/a", "rule/default/b", "rule/a", f"{RULE_ARN}/b", "schedule/default/a"]

    gates = parse_gates(texts, region=REGION, account=ACCOUNT)

    assert [str(gate) for gate in gates] == ["rule/b", "rule/a", "schedule/default/a"]


def test_one_wrong_gate_in_a_list_refuses_the_whole_list() -> None:
    with pytest.raises(InvalidGate, match="'rule/'"):
        parse_gates(["rule/a", "rule/"], region=REGION, account=ACCOUNT)
