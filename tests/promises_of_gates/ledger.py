"""What really happened in a life: how runs ended, what gates started, what people did and were told."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Ended(NamedTuple):
    """One try of a run, in the order in which the tries were started."""

    started_at: datetime
    redrive_count: int
    status: str
    stopped_at: datetime


@dataclass
class Ledger:
    """By pipeline, by gate, or by gate and what is said of it.

    `shut` are the gates that people closed past Stepkeeper; `opened` says when they opened one past it that
    it held; `let_go` when they said so, by the owner; `asked` are those that the operator wants closed.
    `by_people` are states of gates, by their number, that people set, `by_request` those they asked for.
    """

    ended: dict[str, list[Ended]] = field(default_factory=lambda: defaultdict(list))
    started: Counter[tuple[str, datetime]] = field(default_factory=Counter)
    shut: set[str] = field(default_factory=set)
    opened: dict[str, datetime] = field(default_factory=dict)
    let_go: dict[tuple[str, str], datetime] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    by_people: set[tuple[str, int]] = field(default_factory=set)
    by_request: set[tuple[str, int]] = field(default_factory=set)
    told: list[tuple[datetime, str]] = field(default_factory=list)

    def is_by_people(self, gate: str, number: int) -> bool:
        return (gate, number) in self.by_people | self.by_request

    def asked_for(self, gate: str, owner: str, *, disable: bool, at: datetime) -> None:
        """A person's request was carried out."""
        if owner != "operator":
            self.let_go[gate, owner] = at
        elif not disable:
            self.asked.discard(gate)
        elif gate not in self.shut:
            self.asked.add(gate)
