"""The world that the promises are tried in: pipelines that fail, people, and what happens by itself."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.promises.failures import Failed
from tests.promises.pipelines import Pipelines
from tests.promises.promises import broken, waiting

VISIBLE_AGAIN = timedelta(minutes=12)
"""What a call held that broke off is there again (VisibilityTimeout of the spool: 11 minutes)."""

ROUNDS = 8
"""An outage is over after three of them."""


@dataclass
class Stage(Pipelines):
    """What people do here is written down in the ledger, also where it breaks off."""

    def reprocess(self, **event: Any) -> dict[str, Any]:
        """What the reprocessor answers."""
        answer: dict[str, Any] = self.simulation.invoke("reprocessor", event)
        return answer

    def edit(self, lineage: str, input: Any) -> None:
        """A person gives a failed run another input."""
        done = self.ledger.wish(self.ledger.edits, lineage, input)
        done(self.reprocess(action="edit", lineage=lineage, input=input, reason="typo")["attempt"])

    def drop(self, lineage: str) -> None:
        """A person drops a failed run."""
        done = self.ledger.wish(self.ledger.drops, lineage)
        done(self.reprocess(action="drop", lineage=lineage, reason="too late")["attempt"])

    def plan(self, **event: Any) -> str:
        """A person has a plan made; who overrules it, or looks into the quarantine, knows what they do."""
        plan = self.reprocess(action="plan", **event)
        if "override" in event or event.get("from") == "quarantine":
            self.ledger.excused |= waiting(self.world)
        return str(plan["plan"])

    def redrive_by_hand(self, failed: Failed) -> dict[str, Any]:
        """A person redrives an execution in the console; gives what EventBridge tells of it."""
        self.ledger.by_hand.add((failed.origin, failed.redrive_count + 1))
        sent = {"executionArn": failed.origin, "clientToken": f"console-{failed.redrive_count}"}
        self.world.step_functions.redrive_execution(sent)
        return self.event_of(self.world.step_functions.execution(failed.origin))

    def come_to_rest(self) -> None:
        """Time passes, messages come again, and people run what is there, until nothing moves any more."""
        for _ in range(ROUNDS):
            self.world.clock.move(VISIBLE_AGAIN)
            answer = self.reprocess()
            if not self.end_all() and answer["left"] == 0:
                return
        raise AssertionError(f"it did not come to rest: {answer}, {self.world.spool.bodies}")

    def check(self, *, all_told: bool) -> None:
        """Raises AssertionError, which says what does not hold of the promises.

        `all_told`: every failure must be kept by now, and not only what was kept before.
        """
        found = broken(self.world, self.ledger, all_told=all_told)
        assert not found, "\n".join(found)
