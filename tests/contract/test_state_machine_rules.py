"""Every state machine times out, gives way, keeps its errors and ends red."""

import json

import pytest

from tests.contract.asl_rules import (
    Rule,
    errors_are_kept,
    failures_end_red,
    nothing_runs_for_ever,
    numbers_are_numbers,
    only_names_are_substituted,
    retries_are_considered,
)
from tests.contract.machines import FILES, Machine, edit, machine, machines

RULES = [
    nothing_runs_for_ever,
    retries_are_considered,
    failures_end_red,
    errors_are_kept,
    numbers_are_numbers,
]
each_machine = pytest.mark.parametrize("it", machines(), ids=lambda it: it.logical_id)


@each_machine
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_state_machine_keeps_the_rule(it: Machine, rule: Rule) -> None:
    assert rule(it.definition) == []


@each_machine
def test_only_names_of_functions_are_substituted(it: Machine) -> None:
    as_written = json.loads(it.text)

    assert only_names_are_substituted(as_written) == []


@each_machine
def test_the_template_fills_every_placeholder_and_nothing_else(it: Machine) -> None:
    assert it.placeholders == set(it.substitutions)


def test_every_state_machine_in_the_folder_is_deployed() -> None:
    assert [path.name for path in FILES] == sorted(it.file.name for it in machines())


ENCODE = ("States", "Encode the order")
RETRY = (*ENCODE, "Retry", 1)
CATCH = (*ENCODE, "Catch", 0)
SPOOL = ("States", "Spool the failure")
FAILED = ("States", "Failed")

MISTAKES = {
    "a machine without a timeout": (nothing_runs_for_ever, edit("TimeoutSeconds", to=None)),
    "a task without a timeout": (nothing_runs_for_ever, edit(*ENCODE, "TimeoutSeconds", to=None)),
    "a task given up too early": (nothing_runs_for_ever, edit(*ENCODE, "TimeoutSeconds", to=119)),
    "everything retried": (retries_are_considered, edit(*RETRY, "ErrorEquals", to=["States.ALL"])),
    "no reason for everything": (retries_are_considered, edit(*SPOOL, "Retry", 0, "Comment", to=None)),
    "retries as often as before": (retries_are_considered, edit(*RETRY, "BackoffRate", to=1.0)),
    "no backoff": (retries_are_considered, edit(*RETRY, "BackoffRate", to=None)),
    "no cap": (retries_are_considered, edit(*RETRY, "MaxDelaySeconds", to=None)),
    "no count": (retries_are_considered, edit(*RETRY, "MaxAttempts", to=None)),
    "no jitter": (retries_are_considered, edit(*RETRY, "JitterStrategy", to="NONE")),
    "a Catch into a green end": (failures_end_red, edit(*CATCH, "Next", to="Publish the order")),
    "a Succeed at the end": (failures_end_red, edit(*FAILED, to={"Type": "Succeed"})),
    "an End on the way": (failures_end_red, edit(*SPOOL, "End", to=True)),
    "a Catch back to the start": (failures_end_red, edit(*SPOOL, "Next", to="Prepare the order")),
    "a Catch that drops the error": (errors_are_kept, edit(*CATCH, "Output", to="{% $states.input %}")),
    "a Catch that keeps the input": (errors_are_kept, edit(*CATCH, "Output", to=None)),
    "a Fail without a cause": (errors_are_kept, edit(*FAILED, "Cause", to=None)),
    "a quoted number": (numbers_are_numbers, edit(*ENCODE, "TimeoutSeconds", to="120")),
    "a quoted number in a Retry": (numbers_are_numbers, edit(*RETRY, "MaxAttempts", to="1")),
    "a substituted number": (only_names_are_substituted, edit(*ENCODE, "TimeoutSeconds", to="${Limit}")),
    "a placeholder in a text": (only_names_are_substituted, edit("Comment", to="Calls ${Task}")),
    "half a name": (only_names_are_substituted, edit(*ENCODE, "Arguments", "FunctionName", to="${It}-x")),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_state_machine_is_found(mistake: str) -> None:
    rule, make = MISTAKES[mistake]
    definition = machine("GuardedPipeline").definition

    make(definition)

    assert rule(definition) != []
