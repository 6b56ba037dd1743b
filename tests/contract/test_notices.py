"""Telling people never holds up or fails a run, and says nothing of how Slack is reached."""

import re

import pytest

from tests.contract.asl_notices import (
    is_notice,
    notices_are_handed_over,
    notices_fail_nothing,
    notices_hide_no_error,
)
from tests.contract.asl_rules import Rule, errors_are_kept, failures_end_red, nothing_runs_for_ever
from tests.contract.machines import Machine, edit, machine, machines, states, ways_on
from tests.contract.stack import template
from tests.template import PATH

RULES = [notices_are_handed_over, notices_fail_nothing, notices_hide_no_error]
SLACK = re.compile(r"hooks\.slack(?:-gov)?\.com")


@pytest.mark.parametrize("it", machines(), ids=lambda it: it.logical_id)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_state_machine_keeps_the_rule(it: Machine, rule: Rule) -> None:
    assert rule(it.definition) == []


def test_people_are_told_of_every_end_of_a_load_that_this_run_was_at() -> None:
    definition = machine("LoadWhenReady").definition
    ends = {name for name, state in states(definition) if state["Type"] in ("Succeed", "Fail")}

    untold = {name for name, state in states(definition) if not is_notice(state) and ways_on(state) & ends}

    # There was nothing to do, and another run tells of that load.
    assert untold == {"Is it ours to load?"}
    assert ways_on(definition["States"]["Is it ours to load?"]) & ends == {"Nothing to load"}


def test_no_state_machine_knows_a_webhook() -> None:
    assert [it.logical_id for it in machines() if SLACK.search(it.text)] == []


def test_the_template_has_a_webhook_only_as_an_example_in_a_description() -> None:
    described = template().document["Parameters"]["SlackSecretArn"]["Description"]

    text = PATH.read_text(encoding="utf-8")

    assert len(SLACK.findall(text)) == len(SLACK.findall(described)) == 1
    assert "https://hooks.slack.com/services/…" in described


LOADED = ("States", "Tell: loaded")
CATCH = (*LOADED, "Catch", 0)
LOOK = ("States", "Look at the load", "Catch", 1)

MISTAKES = {
    "a notice that is waited for": (
        notices_are_handed_over,
        edit(*LOADED, "Arguments", "InvocationType", to=None),
    ),
    "a load that is not waited for": (
        notices_are_handed_over,
        edit("States", "Look at the load", "Arguments", "InvocationType", to="Event"),
    ),
    "a notice without a Catch": (notices_fail_nothing, edit(*LOADED, "Catch", to=None)),
    "a notice that fails the run": (notices_fail_nothing, edit(*CATCH, "Next", to="Load failed")),
    "a notice whose Catch misses an error": (
        notices_fail_nothing,
        edit(*CATCH, "ErrorEquals", to=["States.Timeout"]),
    ),
    "a Catch with another output": (
        notices_fail_nothing,
        edit(*CATCH, "Output", to="{% $states.errorOutput %}"),
    ),
    "a Catch that goes elsewhere": (failures_end_red, edit(*CATCH, "Next", to="Nothing to load")),
    "a Catch that skips a step": (
        failures_end_red,
        edit("States", "Tell: the data is there", "Catch", 0, "Next", to="Loaded"),
    ),
    "a Catch that forgets why": (errors_are_kept, edit(*CATCH, "Assign", to=None)),
    "a Catch that forgets why and goes on": (failures_end_red, edit(*CATCH, "Assign", to=None)),
    "a notice in the place of the error": (
        notices_hide_no_error,
        edit("States", "Tell: it failed", "Catch", 0, "Assign", to={"error": "{% $states.errorOutput %}"}),
    ),
    "a failed load that ends green": (failures_end_red, edit(*LOOK, "Next", to="Tell: loaded")),
    "a failed notice of a task that waits": (
        failures_end_red,
        edit(*LOADED, "Arguments", "InvocationType", to="RequestResponse"),
    ),
    "a notice without a timeout": (nothing_runs_for_ever, edit(*LOADED, "TimeoutSeconds", to=None)),
    "a notifier given up too early": (
        nothing_runs_for_ever,
        edit(*LOADED, "Arguments", "InvocationType", to="RequestResponse"),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(mistake: str) -> None:
    rule, make = MISTAKES[mistake]
    definition = machine("LoadWhenReady").definition
    assert rule(definition) == []

    make(definition)

    assert rule(definition) != []
