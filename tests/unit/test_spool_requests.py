"""What people and drain_spool may ask of the reprocessor, and what is refused before anything happens."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from stepkeeper.domain.breaker import WatchedRun
from stepkeeper.domain.failure import FailureKey
from stepkeeper.domain.plan import Filters
from stepkeeper.spool_requests import Drop, Edit, Look, LookBack, MakePlan, Run, Watched
from tests.unit.failed_runs import EXECUTION, LINEAGE, STATE_MACHINE

MODELS = (Run, MakePlan, Look, Edit, Drop, LookBack)
RUN: dict[str, Any] = {}
PLAN: dict[str, Any] = {"action": "plan"}
EDIT: dict[str, Any] = {"action": "edit", "lineage": LINEAGE, "input": {}, "reason": "why"}
DROP: dict[str, Any] = {"action": "drop", "lineage": LINEAGE, "reason": "why"}
HISTORY: dict[str, Any] = {"action": "history", "lineage": LINEAGE}
WATCHED: dict[str, Any] = {
    "lineage": LINEAGE,
    "attempt": 1,
    "state_machine_arn": STATE_MACHINE,
    "execution_arn": EXECUTION,
}
LOOK: dict[str, Any] = {"action": "look", "watched": [WATCHED]}


def fitting(event: Any) -> list[type]:
    """The models that take an event; the router wants one."""
    found = []
    for model in MODELS:
        try:
            model.model_validate(event)
        except ValidationError:
            continue
        found.append(model)
    return found


@pytest.mark.parametrize(
    ("event", "model"),
    [
        (RUN, Run),
        ({"action": "run"}, Run),
        ({"max": 1}, Run),
        ({"plan": "1f0c2a9b", "max": 5000, "max_running": 1000, "rate": 1000, "trusted": []}, Run),
        ({"trusted": [STATE_MACHINE]}, Run),
        (PLAN, MakePlan),
        (PLAN | {"error": "", "attempt": 1, "older_than": "PT0S", "from": "quarantine"}, MakePlan),
        (PLAN | {"override": "wait"}, MakePlan),
        (LOOK, Look),
        (LOOK | {"watched": []}, Look),
        (LOOK | {"trusted": [STATE_MACHINE], "patient": False}, Look),
        (EDIT, Edit),
        (EDIT | {"input": None}, Edit),
        (DROP, Drop),
        (DROP | {"reason": "x" * 256}, Drop),
        (HISTORY, LookBack),
    ],
)
def test_an_event_is_one_request(event, model):
    assert fitting(event) == [model]


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        {"action": "delete"},
        {"max": 0},
        {"max": True},
        {"max": "10"},
        {"max_running": 0},
        {"max_running": 1001},
        {"rate": 0},
        {"rate": 1001},
        {"plan": ""},
        {"plan": "A#B"},
        {"plan": "x" * 65},
        {"maximum": 10},
        {"trusted": ["nightly-orders"]},
        PLAN | {"attempt": 0},
        PLAN | {"state_machine": ""},
        PLAN | {"older_than": "-PT1H"},
        PLAN | {"older_than": 3600},
        PLAN | {"from": "dead letters"},
        PLAN | {"override": "retry"},
        PLAN | {"max": 10},
        {"action": "look"},
        LOOK | {"watched": [WATCHED | {"execution_arn": "order-1"}]},
        LOOK | {"watched": [WATCHED] * 1001},
        {name: value for name, value in EDIT.items() if name != "input"},
        {name: value for name, value in EDIT.items() if name != "reason"},
        EDIT | {"reason": ""},
        DROP | {"reason": "x" * 257},
        DROP | {"lineage": LINEAGE.upper()},
        DROP | {"lineage": LINEAGE[1:]},
        HISTORY | {"lineage": f"{LINEAGE}\n"},
    ],
)
def test_anything_else_is_refused(event):
    assert fitting(event) == []


def test_a_plan_is_about_what_its_filters_say():
    ages = {"older_than": "PT2H", "younger_than": "P1D"}

    asked = MakePlan.model_validate(PLAN | {"state_machine": "nightly-*", "error": "", "attempt": 2} | ages)

    assert asked.filters == Filters("nightly-*", "", 2, timedelta(hours=2), timedelta(days=1))
    assert (asked.source, asked.override) == ("spool", None)


def test_without_filters_a_plan_is_about_everything():
    assert MakePlan.model_validate(PLAN).filters == Filters()


def test_of_a_watched_run_nothing_is_known_yet():
    run = Watched.model_validate(WATCHED).run()

    assert run == WatchedRun(FailureKey(LINEAGE, 1), STATE_MACHINE, EXECUTION, status="RUNNING")
