"""What a state machine waits for by name is raised by the very function that it calls there."""

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from stepkeeper import errors
from tests.contract.machines import Machine, function_of, machine, machines, states
from tests.contract.stack import HANDLERS
from tests.template import PATH

SRC = PATH.parent / "src"
MODULE_OF = {f"{name}Function": f"stepkeeper.handlers.{module}" for module, name in HANDLERS.items()}
ENGINES = sorted((SRC / "stepkeeper" / "engines").glob("*.py"))
"""Its modules are imported by the names that queries give, which no import statement shows."""


def awaited(it: Machine) -> set[tuple[str, str]]:
    """Each function that is called, with each of Stepkeeper's own errors that are waited for there."""
    return {
        (function_of(task), error)
        for _, task in states(it.definition, "Task")
        for field in ("Retry", "Catch")
        for each in task.get(field, [])
        for error in each["ErrorEquals"]
        if hasattr(errors, error)
    }


@cache
def raised_by(handler: str) -> frozenset[str]:
    """The errors that are raised in a module, or in one that it imports, and so on."""
    raised, seen, ahead = set(), set(), [SRC / f"{handler.replace('.', '/')}.py"]
    while ahead:
        path = ahead.pop()
        if path in seen:
            continue
        seen.add(path)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        raised |= {
            node.args[0].id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "outages.named"
            if isinstance(node.args[0], ast.Name)
        }
        raised |= {
            node.exc.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Raise)
            and isinstance(node.exc, ast.Call)
            and isinstance(node.exc.func, ast.Name)
        }
        ahead += [*_imported(tree), *(ENGINES if path in ENGINES else [])]
    return frozenset(raised)


def _imported(tree: ast.Module) -> Iterator[Path]:
    """The product's own modules that one of them imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stepkeeper"):
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                path = SRC / name.replace(".", "/")
                yield from (file for file in (path.with_suffix(".py"), path / "__init__.py") if file.exists())


@pytest.mark.parametrize("it", machines(), ids=lambda it: it.logical_id)
def test_a_state_machine_waits_for_what_its_function_raises(it: Machine) -> None:
    in_vain = {
        (function, error) for function, error in awaited(it) if error not in raised_by(MODULE_OF[function])
    }

    assert in_vain == set()


def test_the_load_waits_for_a_slow_check_a_busy_engine_and_a_claim_in_dispute() -> None:
    assert awaited(machine("LoadWhenReady")) == {
        ("LoadClaimerFunction", "AwsUnavailable"),
        ("LoadClaimerFunction", "ClaimContended"),
        ("QueryRunnerFunction", "EngineUnavailable"),
        ("QueryRunnerFunction", "QueryFailed"),
        ("QueryRunnerFunction", "QueryStillRunning"),
    }


def test_an_error_of_another_function_would_be_seen_as_waited_for_in_vain() -> None:
    assert "ClaimContended" not in raised_by(MODULE_OF["QueryRunnerFunction"])
    assert "QueryStillRunning" not in raised_by(MODULE_OF["LoadClaimerFunction"])


def test_a_query_that_failed_is_never_tried_again() -> None:
    definition = machine("LoadWhenReady").definition

    again = [
        name
        for name, task in states(definition, "Task")
        for retrier in task.get("Retry", [])
        if {"QueryFailed", "States.ALL", "States.TaskFailed"} & set(retrier["ErrorEquals"])
    ]

    assert again == []
    assert json.dumps(definition).count('"QueryFailed"') == 1
