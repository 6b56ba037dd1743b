"""What happened to the world from outside: what failed, and what people wanted done about it."""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.promises.failures import Failed, Key, failure_of_execution
from tests.simulated.executions import Execution


@dataclass(eq=False)
class Wish:
    """What a person asked for. `sure`: the answer said that it was done; else it may have been, or not."""

    input: Any = None
    sure: bool = False


Wishes = dict[Key, list[Wish]]


@dataclass
class Ledger:
    """`by_hand` are redrives of people in the console: (execution, redrive count).

    `aside` was in quarantine from the beginning, and `excused` is what a person has said to run all the
    same, whatever the rules are. `kept` was seen to be kept at some time, and must never be found lost after
    that.
    """

    failures: dict[tuple[str, int], Failed] = field(default_factory=dict)
    edits: Wishes = field(default_factory=lambda: defaultdict(list))
    drops: Wishes = field(default_factory=lambda: defaultdict(list))
    by_hand: set[tuple[str, int]] = field(default_factory=set)
    aside: set[Key] = field(default_factory=set)
    excused: set[Key] = field(default_factory=set)
    interrupted: int = 0
    kept: set[Key] = field(default_factory=set)

    @property
    def keys(self) -> set[Key]:
        """Every failure that there was."""
        return {failed.key for failed in self.failures.values()}

    def failed(self, execution: Execution) -> Failed:
        """Writes down that an execution has failed just now, or is about to."""
        return self.add(failure_of_execution(execution.arn, execution.redrive_count, execution.input))

    def add(self, failed: Failed) -> Failed:
        return self.failures.setdefault((failed.origin, failed.redrive_count), failed)

    def wish(self, wishes: Wishes, lineage: str, input: Any = None) -> Callable[[int], None]:
        """A person asks for something; gives what is to be called once it was done, with the attempt."""
        keys, wish = [key for key in self.keys if key.lineage == lineage], Wish(input)
        for key in keys:
            wishes[key].append(wish)

        def done(attempt: int) -> None:
            wish.sure = True
            for key in keys:
                if key.attempt != attempt:
                    wishes[key].remove(wish)

        return done

    def inputs(self, key: Key) -> list[str]:
        """What the run that answers a failure may be started with: a person's last word, or what failed."""
        allowed = [failed.input for failed in self.failures.values() if failed.key == key]
        if key in self.aside - self.excused:
            allowed = []
        for edit in self.edits[key]:
            allowed = [edit.input] if edit.sure else [*allowed, edit.input]
        return [json.dumps(each, sort_keys=True) for each in allowed]
