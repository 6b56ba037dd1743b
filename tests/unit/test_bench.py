"""What of the benchmark can be wrong without anybody seeing it in a table."""

import ast
from pathlib import Path

import pytest

from bench.report import verdicts
from bench.rounds import Drained, Round, speedup
from bench.startup import CLIENTS, Starts

PACKAGE = Path(__file__).parents[2] / "src" / "stepkeeper"
HANDLERS = sorted(path for path in (PACKAGE / "handlers").glob("*.py") if path.stem != "__init__")

FOLLOWED = ("aws", "deadlines", "engines", "exports", "pipelines", "spool")


def clients_made(module: Path, seen: set[Path] | None = None) -> set[str]:
    """The services for which a module, or what it uses of FOLLOWED, calls `client`."""
    seen = seen if seen is not None else set()
    made: set[str] = set()
    if module in seen:
        return made
    seen.add(module)
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="client"), args=[ast.Constant(value=str(service)), *_]):
                made.add(service)
            case ast.ImportFrom(module=str(name), names=names):
                imported = [module for alias in names for module in modules_of(name, alias.name)]
                made.update(*(clients_made(each, seen) for each in imported))
    return made


def modules_of(imported_from: str, name: str) -> list[Path]:
    """The files that `from imported_from import name` may run, as far as they are in FOLLOWED."""
    package = PACKAGE.parent.joinpath(*imported_from.split("."))
    if (package / name).is_dir():
        candidates = list((package / name).glob("*.py"))
    else:
        candidates = [package / f"{name}.py", package.with_suffix(".py")]
    return [path for path in candidates if path.exists() and path.parent.name in FOLLOWED]


def one_round(*, calls: float, naive: float, reprocessor: float) -> Round:
    return Round(naive=Drained(3, naive), reprocessor=Drained(calls, reprocessor))


@pytest.mark.parametrize("module", HANDLERS, ids=lambda path: path.stem)
def test_the_bare_function_makes_the_clients_that_the_handler_makes(module: Path) -> None:
    assert set(CLIENTS[module.stem].split()) == clients_made(module)


def test_the_speedup_is_that_of_the_middle_round_whatever_slowed_both_of_another() -> None:
    rounds = [
        one_round(calls=1.2, naive=50, reprocessor=150),
        one_round(calls=1.2, naive=10, reprocessor=25),
        one_round(calls=1.2, naive=40, reprocessor=400),
    ]

    assert speedup(rounds) == 3


def starts(*, whole: float, lean: list[float]) -> list[Starts]:
    return [
        Starts("reprocessor", "sqs", [50], [whole] * len(lean), lean),
        Starts("notifier", "sns", [50], [300], []),
    ]


@pytest.mark.parametrize(
    ("rounds", "whole", "reached"),
    [
        ([one_round(calls=1.25, naive=50, reprocessor=100)], 110, [True, True, True]),
        ([one_round(calls=1.26, naive=50, reprocessor=100)], 110, [False, True, True]),
        ([one_round(calls=1.25, naive=50, reprocessor=99)], 110, [True, False, True]),
        ([one_round(calls=1.25, naive=50, reprocessor=100)], 111, [True, True, False]),
    ],
)
def test_a_target_is_reached_exactly_at_its_limit(
    rounds: list[Round], whole: float, reached: list[bool]
) -> None:
    measured = starts(whole=whole, lean=[100.0])

    assert [verdict.reached for verdict in verdicts(rounds, measured)] == reached
