"""How a patch says what it replaces, so that one that no longer fits fails at start and not in a demo."""

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Function = Callable[..., Any]
# Headers, query parameters, records and the like of MiniStack's.
Params = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]


class PatchDoesNotFit(Exception):
    """MiniStack no longer has the function that a patch replaces, or calls it with other arguments."""


@dataclass(frozen=True)
class Patch:
    """A function of MiniStack's (`module`, `name`) and what makes its replacement from the original."""

    module: str
    name: str
    replacement_for: Callable[[Function], Function]

    def apply(self) -> None:
        """Put the replacement in place; raises PatchDoesNotFit."""
        module = importlib.import_module(self.module)
        original = getattr(module, self.name, None)
        if not callable(original):
            raise PatchDoesNotFit(f"{self} needs {self.module}.{self.name}, which is not there.")
        replacement = self.replacement_for(original)
        theirs, ours = _parameters(original), _parameters(replacement)
        if theirs != ours:
            raise PatchDoesNotFit(f"{self} takes {ours}, but {self.module}.{self.name} takes {theirs}.")
        setattr(module, self.name, replacement)

    def __str__(self) -> str:
        return f"The patch `{self.replacement_for.__name__}`"


def patch(module: str, name: str) -> Callable[[Callable[[Function], Function]], Patch]:
    """Make a Patch of a function that takes the original and returns a replacement of the same parameters."""
    return lambda replacement_for: Patch(f"ministack.{module}", name, replacement_for)


def _parameters(function: Function) -> list[str]:
    return list(inspect.signature(function).parameters)
