"""A patch that no longer fits says so at once."""

import json
import re
from pathlib import Path

import pytest

from local.patches import PATCHES
from local.patches.patching import Function, Patch, PatchDoesNotFit
from local.tools import REPOSITORY


def _always_nothing(original: Function) -> Function:
    def dumps(obj: object) -> str:
        return str(original(obj))[:0]

    return dumps


@pytest.mark.parametrize(
    ("module", "name", "complaint"),
    [
        ("json", "no_such_function", "needs json.no_such_function, which is not there"),
        ("json", "dumps", "takes ['obj'], but json.dumps takes ['obj', 'skipkeys'"),
    ],
    ids=["moved away", "other parameters"],
)
def test_a_patch_that_does_not_fit_is_refused_and_changes_nothing(
    module: str, name: str, complaint: str
) -> None:
    original = json.dumps

    with pytest.raises(PatchDoesNotFit, match=re.escape(complaint)):
        Patch(module, name, _always_nothing).apply()

    assert json.dumps is original


def test_every_patch_says_what_aws_does_and_is_in_the_docs() -> None:
    documented = Path(REPOSITORY, "docs", "local-aws.md").read_text()

    for each in PATCHES:
        assert each.replacement_for.__doc__
        assert f"`{each.replacement_for.__name__}`" in documented
