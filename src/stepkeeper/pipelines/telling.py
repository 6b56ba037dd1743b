"""Makes up for what was missed by gates that were opened, and tells people of all that was changed."""

from collections.abc import Set
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from stepkeeper.aws import missed_starts, told_holds
from stepkeeper.aws.clients import client
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.gate_news import MadeUp, write_changes
from stepkeeper.errors import StepkeeperError
from stepkeeper.pipelines.making_up import make_up
from stepkeeper.pipelines.place import Place
from stepkeeper.pipelines.schedules import Schedules
from stepkeeper.pipelines.settling import Settled


def finish(place: Place, schedules: Schedules, settled: Settled, *, now: datetime) -> None:
    """Does what follows from opened gates, and tells of what is news. Problems are added to the others."""
    opened = {change.gate for change in settled.changes if change.what in ("opened", "respected")}
    made_up, problems = make_up_opened(place, schedules, opened, now=now)
    settled.problems += problems
    if any(change.is_news for change in settled.changes):
        run = settled.trouble.run if settled.trouble else settled.standing.ended
        place.tell(
            settled.upstream,
            write_changes(
                settled.upstream,
                settled.trouble.reason if settled.trouble else "is well again",
                settled.changes,
                made_up,
                blocked=place.map.downstream(settled.upstream.name),
                run_arn=run.arn if run else None,
            ),
        )
        for change in settled.changes:
            if change.what in ("closed", "opened"):
                told_holds.mark_told(client("dynamodb"), place.table, change.gate)


def make_up_opened(
    place: Place, schedules: Schedules, opened: Set[Gate], *, now: datetime
) -> tuple[list[MadeUp], list[str]]:
    """Makes up for what these gates missed; gives what became of it, and the problems."""
    made_up: list[MadeUp] = []
    problems: list[str] = []
    for closed in missed_starts.read_closed_times(client("dynamodb"), place.table) if opened else ():
        pipeline = place.map.of_gate(closed.gate)
        if closed.gate not in opened or pipeline is None:
            continue
        try:
            made_up.append(make_up(place, schedules, pipeline, closed, now=now))
        except (StepkeeperError, ClientError, BotoCoreError) as error:
            problems.append(f"{closed.gate}, missed starts ({type(error).__name__}: {error})")
    return made_up, problems
