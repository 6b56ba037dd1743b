"""A change to the source that breaks a promise."""

from dataclasses import dataclass
from pathlib import Path

SOURCE = Path("src/stepkeeper")


class NotApplicable(Exception):
    """The source has changed, and the mutant has to follow it."""


@dataclass(frozen=True)
class Mutant:
    """`changes` are texts of one module, each with what takes its place."""

    name: str
    module: str
    changes: tuple[tuple[str, str], ...]

    def applied_to(self, root: Path) -> tuple[Path, str]:
        """The file under `root`, and its text when it is changed. Raises NotApplicable."""
        file = root / SOURCE / self.module
        text = file.read_text()
        for old, new in self.changes:
            if text.count(old) != 1:
                raise NotApplicable(f"{self.name}: {self.module} has {text.count(old)} times:\n{old}")
            text = text.replace(old, new)
        return file, text
