"""What several rounds between the naive loop and the reprocessor come to."""

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Drained:
    """One emptying of the spool."""

    calls_per_message: float
    messages_per_second: float


@dataclass(frozen=True)
class Round:
    """Each once, one right after the other."""

    naive: Drained
    reprocessor: Drained

    @property
    def speedup(self) -> float:
        """How many times the naive loop's speed the reprocessor has."""
        return self.reprocessor.messages_per_second / self.naive.messages_per_second


def most_calls_per_message(drained: list[Drained]) -> float:
    """A count does not vary as a time does: the worst one counts."""
    return max(once.calls_per_message for once in drained)


def messages_per_second(drained: list[Drained]) -> float:
    """The median."""
    return median(once.messages_per_second for once in drained)


def speedup(rounds: list[Round]) -> float:
    """The median of what each round shows in itself, where the machine was equally busy for both."""
    return median(each.speedup for each in rounds)
