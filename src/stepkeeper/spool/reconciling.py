"""Compares the failures of one state machine after another with what was spooled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from stepkeeper.aws import failed_runs, lineages, reconciled, step_functions
from stepkeeper.aws.clients import client
from stepkeeper.domain.error_spooler import failure_key_of
from stepkeeper.domain.execution import Execution
from stepkeeper.domain.spool_reconciler import (
    MOST_CALLS_EACH,
    Comparison,
    failures_in,
    reaches_back,
    redriven_in,
)
from stepkeeper.errors import StepkeeperError
from stepkeeper.spool import intake
from stepkeeper.spool.failed_execution import FailedExecution, envelope_of
from stepkeeper.spool.places import Places
from stepkeeper.spool.redriven import note_redrive


@dataclass
class Reconciliation:
    """A reconciliation on its way. `calls_left` counts ListExecutions, whose quota is the smallest."""

    places: Places
    max_attempts: int
    calls_left: int
    has_time: Callable[[], bool]
    compared: int = 0
    repaired: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)

    def compare(self, comparison: Comparison, *, now: datetime) -> None:
        """Compares one state machine. It counts as compared only once all its failures are spooled."""
        problems_before = len(self.problems)
        table, arn = self.places.state_table, comparison.state_machine_arn
        try:
            if comparison.is_first:  # or it would begin later and later, as long as it does not succeed
                reconciled.write_reconciled_until(client("dynamodb"), table, arn, until=comparison.since)
            executions = self._executions(comparison)
            if executions is None:
                return
            for execution in self._not_spooled(failures_in(comparison, executions)):
                if not self.has_time():
                    return  # what was repaired is known the next time
                self._try_to_repair(arn, execution, now)
            for execution in self._not_noted(redriven_in(comparison, executions)):
                count = execution.redrive_count
                note_redrive(table, execution.arn, redrive_count=count, state_machine_arn=arn, now=now)
            if len(self.problems) > problems_before:
                return
            reconciled.write_reconciled_until(client("dynamodb"), table, arn, until=comparison.until)
            self.compared += 1
        except (BotoCoreError, ClientError, StepkeeperError) as error:
            self.problems.append(f"{arn}: {error}")

    def _executions(self, comparison: Comparison) -> list[Execution] | None:
        """The executions since then and some before; None where the calls do not suffice to say."""
        executions: list[Execution] = []
        pages = step_functions.list_pages(
            client("stepfunctions"), comparison.state_machine_arn, page_size=step_functions.LARGEST_PAGE
        )
        for calls, page in enumerate(pages, start=1):
            self.calls_left -= 1
            executions += page
            if reaches_back(comparison, page):
                break
            if calls == MOST_CALLS_EACH:
                self.gaps.append(
                    f"{comparison.state_machine_arn} has too many executions: those that ended before "
                    f"{page[-1].listed_at} were not compared"
                )
                return executions
            if not self.calls_left:
                return None  # it comes first in the next reconciliation
        return executions

    def _not_spooled(self, failures: Sequence[Execution]) -> list[Execution]:
        keys = [failure_key_of(run.arn, redrive_count=run.redrive_count) for run in failures]
        records = lineages.read_records(client("dynamodb"), self.places.state_table, keys)
        return [
            run
            for run, key in zip(failures, keys, strict=True)
            if key not in records
            or not records[key].spooled_at
            or records[key].is_of_namesake(run.started_at)
        ]

    def _not_noted(self, redriven: Sequence[Execution]) -> list[Execution]:
        """Those whose failure before is not answered, or not known yet: its event may be late."""
        keys = [failure_key_of(run.arn, redrive_count=run.redrive_count - 1) for run in redriven]
        records = lineages.read_records(client("dynamodb"), self.places.state_table, keys)
        return [
            run
            for run, key in zip(redriven, keys, strict=True)
            if key not in records or records[key].answer is None
        ]

    def _try_to_repair(self, state_machine_arn: str, execution: Execution, now: datetime) -> None:
        """Repairs it; what is wrong with one execution keeps no other from being spooled."""
        try:
            self._repair(state_machine_arn, execution, now)
        except (ClientError, RecursionError, ValueError) as error:
            self.problems.append(f"{execution.arn}: {error}")

    def _repair(self, state_machine_arn: str, execution: Execution, now: datetime) -> None:
        run = failed_runs.describe_run(client("stepfunctions"), execution.arn, with_input=True)
        if run is None or run.redrive_count != execution.redrive_count or run.stopped_at is None:
            return  # gone, or redriven since
        failed = FailedExecution(
            arn=execution.arn,
            state_machine_arn=state_machine_arn,
            status=run.status,
            redrive_count=run.redrive_count,
            failed_at=run.stopped_at,
            error=run.error,
            cause=run.cause,
            input=run.input,
        )
        envelope, resumable = envelope_of(failed)
        intake.keep(
            self.places,
            envelope,
            max_attempts=self.max_attempts,
            started_at=run.started_at,
            resumable=resumable,
            now=now,
        )
        self.repaired.append(execution.arn)
