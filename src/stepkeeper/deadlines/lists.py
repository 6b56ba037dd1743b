"""Lists of executions, no faster than the Region's quota for the whole account allows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from stepkeeper import clock
from stepkeeper.aws import step_functions, unlisted
from stepkeeper.aws.clients import client
from stepkeeper.aws.outages import is_outage
from stepkeeper.deadlines.errors import NoMoreLists
from stepkeeper.domain.execution import Execution
from stepkeeper.domain.list_budget import ListBudget

PAGE = 200
"""Executions in one call: more than a day of what runs every ten minutes, and read in a tenth of a second."""

MOST_PAGES = 30
"""Of one pipeline: one that is started in a loop leaves as many for the others."""


@dataclass
class Lists:
    """The lists of one tick. `ends_at` is when it makes no more; `calls` counts those that it made."""

    budget: ListBudget
    ends_at: datetime
    calls: int = 0

    def runs(
        self,
        state_machine_arn: str,
        *,
        since: datetime,
        is_enough: Callable[[Sequence[Execution]], bool],
        most_pages: int = MOST_PAGES,
    ) -> list[Execution]:
        """The executions, newest first, back to those of `since` or until they are enough.

        Where that takes more than `most_pages`, those that were listed: to tell people too much is better
        than to tell them nothing. Raises NoMoreLists, StateMachineNotFound, StateMachineNotWatchable,
        ClientError.
        """
        executions: list[Execution] = []
        token = None
        for _ in range(most_pages):
            page = self._page(state_machine_arn, token)
            executions += page.executions
            token = page.next_token
            reaches_back = bool(executions) and executions[-1].listed_at < since
            if token is None or reaches_back or is_enough(executions):
                break
        return executions

    def _page(self, state_machine_arn: str, token: str | None) -> step_functions.Page:
        self._wait_for_turn()
        self.calls += 1
        try:
            with unlisted.naming_what_can_not_be_listed(state_machine_arn):
                return step_functions.list_page(
                    client("stepfunctions"), state_machine_arn, page_size=PAGE, next_token=token
                )
        except ClientError as error:
            if not is_outage(error):
                raise
            self.budget = self.budget.exhausted(clock.now())
            self.ends_at = clock.now()
            raise NoMoreLists(f"Step Functions asks to slow down: {error}") from error

    def _wait_for_turn(self) -> None:
        now = clock.now()
        wait = self.budget.to_wait(now)
        if now + wait >= self.ends_at:
            raise NoMoreLists("This tick has no time for more lists of executions.")
        if wait:
            clock.wait(wait)
        self.budget = self.budget.spent(clock.now())
