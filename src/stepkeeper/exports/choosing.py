"""Chooses what a run of export_logs exports next, and says at the end what could not be exported."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from stepkeeper.aws import known_groups, ledger, logs
from stepkeeper.aws.clients import client
from stepkeeper.domain.bucket_checker import Next, in_order, next_part, problem, shown
from stepkeeper.domain.export_expiry import may_shorten
from stepkeeper.domain.ledger import Entry
from stepkeeper.domain.log_group import KnownGroup
from stepkeeper.domain.turn import Turn
from stepkeeper.exports.errors import ExportTurnLost
from stepkeeper.exports.place import Place


def choose(place: Place, run: str | None, after: str | None, *, now: datetime) -> dict[str, Any]:
    """The next part of a period, from the log group `after` on, or what is to be said when none is left.

    Raises ExportTurnLost.
    """
    groups, turn = known_groups.read_all(client("dynamodb"), place.state_table)
    if run and (turn is None or turn.run != run):
        raise ExportTurnLost(
            f"{turn.holder if turn else 'Nobody'} exports by now; {run} must do nothing more."
        )
    ordered = in_order(groups, held_back=turn.held_back if turn else ())
    names = [group.name for group in ordered]
    first = names.index(after) if after in names else 0
    # Those before it come last: the run may have planned more of them since it was there.
    for group in [*ordered[first:], *ordered[:first]]:
        entries = ledger.entries_of(client("dynamodb"), place.state_table, group.name)
        if found := next_part(entries, run=run):
            return {"state": "export", "period": _answer(found, group), "reason": found.reason}
    return _done(place, ordered, turn if run else None, now=now)


def _answer(found: Next, group: KnownGroup) -> dict[str, Any]:
    return {
        "id": found.entry.period,
        "log_group": group.name,
        "from_ms": found.part.from_ms,
        "to_ms": found.part.to_ms,
        "edition": found.entry.edition,
        "retention_days": group.retention_days,
    }


def _done(place: Place, groups: list[KnownGroup], turn: Turn | None, *, now: datetime) -> dict[str, Any]:
    """Whatever failed makes the run end red. What expires sooner from now on is only what was exported."""
    failed: list[Entry] = []
    for group in groups:
        entries = ledger.entries_of(client("dynamodb"), place.state_table, group.name)
        failed += [entry for entry in entries if entry.state == "failed" and not entry.accepted]
        if turn:
            _shorten(place, group, entries, now=now)
    problems = [problem(entry) for entry in failed]
    if turn:
        problems += [*turn.held_back.values(), *turn.problems]
    return {"state": "done", "failed": len(failed), "problems": shown(problems)}


def _shorten(place: Place, group: KnownGroup, entries: list[Entry], *, now: datetime) -> None:
    """People may have changed the retention since it was noted: it is looked up before it is set."""
    table = place.table(group.export)
    if not table or not table.retention_days or not may_shorten(table, group, entries, now=now):
        return
    found = logs.log_group(client("logs"), group.name)
    if found is None:
        return
    as_it_is = replace(group, retention_days=found.retention_days)
    if may_shorten(table, as_it_is, entries, now=now):
        logs.set_retention(client("logs"), group.name, days=table.retention_days)
        as_it_is = replace(group, retention_days=table.retention_days)
    known_groups.write_group(client("dynamodb"), place.state_table, as_it_is)
