"""The wrong orders of calls of `make mutants` must be changes to the source as it is."""

import ast
from pathlib import Path

import pytest

from tests.mutants.mutant import Mutant
from tests.mutants.orders import ORDERS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutant", ORDERS, ids=lambda mutant: mutant.name)
def test_a_mutant_can_be_made_and_is_python(mutant: Mutant) -> None:
    file, text = mutant.applied_to(ROOT)

    assert text != file.read_text()
    ast.parse(text)
