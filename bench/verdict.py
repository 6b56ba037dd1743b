"""Whether a target was reached."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """A target, and whether it was reached."""

    target: str
    measured: str
    reached: bool

    def __str__(self) -> str:
        colour, word = ("green", "PASS") if self.reached else ("red", "FAIL")
        return f"[{colour}]{word}[/] {self.target}: {self.measured}"
