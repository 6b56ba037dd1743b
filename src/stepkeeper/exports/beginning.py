"""Begins a run of export_logs: takes the turn, plans what is missing, and guards the cost."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from stepkeeper.aws import cloudwatch, known_groups, ledger, step_functions
from stepkeeper.aws.clients import client
from stepkeeper.domain.bucket_checker import shown
from stepkeeper.domain.export_estimate import bytes_of, left_of, too_much
from stepkeeper.domain.export_plan import Span, plan, spans_of, union
from stepkeeper.domain.export_table import ExportTable
from stepkeeper.domain.ledger import Entry
from stepkeeper.domain.period import moment_of
from stepkeeper.domain.turn import Busy, Turn, holder_to_ask_for, take
from stepkeeper.exports.errors import ExportContended, ExportManifestInvalid, ExportPeriodUnknown
from stepkeeper.exports.finding import Groups, find
from stepkeeper.exports.place import Place
from stepkeeper.exports.planning import close_gone, plan_group


def take_turn(place: Place, execution: str, *, run: str, continues: str | None, now: datetime) -> Turn | Busy:
    """Raises ExportContended where two executions want it at the same moment."""
    dynamodb, table = client("dynamodb"), place.state_table
    turn = known_groups.read_turn(dynamodb, table)
    holder = holder_to_ask_for(turn, execution, run=run, continues=continues)
    runs = step_functions.is_running(client("stepfunctions"), holder) if holder else False
    decision = take(turn, execution, run=run, now=now, holder_runs=runs)
    if (
        isinstance(decision, Turn)
        and decision != turn
        and not known_groups.write_turn(dynamodb, table, decision)
    ):
        raise ExportContended("Another execution has just taken the turn; call again.")
    return decision


def plan_all(place: Place, turn: Turn, again: tuple[str, str] | None, *, now: datetime) -> dict[str, Any]:
    """Plans every period that is due, for all log groups that the tables take, and says what is held back."""
    found = find(place, now=now)
    # What is left of each group, and no more: the entries of hundreds of groups would not fit into memory.
    left: dict[str, tuple[Span, ...]] = {}
    problems: dict[str, str] = {}
    planned = 0
    for name, table in found.exports.items():
        try:
            entries, new = plan_group(place, table, found.groups[name], is_new=name in found.new, now=now)
        except ExportManifestInvalid as error:
            problems[name] = str(error)
            continue
        if again and name == again[0] and (edition := _once_more(place, table, entries, *again, now=now)):
            entries.append(edition)
            new += 1
        planned += new
        if spans := left_of(entries):
            left[name] = spans
    if again and again[0] not in found.exports:
        raise ExportPeriodUnknown(f"exports.toml takes no log group {again[0][:200]!r}; nothing was begun.")
    deleted = close_gone(place, found.found.known)
    for group in found.found.changed:
        if not group.gone and group.name not in problems:
            known_groups.write_group(client("dynamodb"), place.state_table, group)
    held_back = _guard(place, found, left, now=now)
    absent = [f"[exports.{table}] there is no log group {name}" for table, name in found.found.absent]
    noted = replace(
        turn,
        held_back=held_back,
        problems=(*problems.values(), *absent),
        planned_at=now,
        version=turn.version + 1,
    )
    if not known_groups.write_turn(client("dynamodb"), place.state_table, noted):
        raise ExportContended("Another execution has just taken the turn; call again.")
    return {
        "log_groups": len(found.exports),
        "planned": planned,
        "held_back": held_back,
        "problems": shown(noted.problems),
        "deleted": shown(deleted),
    }


def _once_more(
    place: Place, table: ExportTable, entries: list[Entry], log_group: str, period: str, *, now: datetime
) -> Entry | None:
    """Plans a new edition of a period; None where one is planned already. Raises ExportPeriodUnknown."""
    editions = [entry for entry in entries if entry.period == period]
    if not editions:
        known = ", ".join(sorted({entry.period for entry in entries})[-5:]) or "none at all"
        raise ExportPeriodUnknown(
            f"The ledger has no period {period[:40]!r} of {log_group[:200]!r}; nothing was begun. "
            f"It has: {known}."
        )
    last = max(editions, key=lambda entry: entry.edition)
    if last.manifest is None and not (last.lost or last.accepted):
        return None
    spans = union(spans_of(editions))
    entry = plan(table, log_group, period, spans, now=now, edition=last.edition + 1)
    ledger.add_entries(client("dynamodb"), place.state_table, [entry])
    return entry


def _guard(
    place: Place, found: Groups, left: Mapping[str, tuple[Span, ...]], *, now: datetime
) -> dict[str, str]:
    """The tables that would take more than they may, and why, by name."""
    if not left:
        return {}
    since = moment_of(min(start for spans in left.values() for start, _ in spans))
    incoming = cloudwatch.incoming_bytes(client("cloudwatch"), list(left), since=since, until=now)
    held_back = {}
    for table in place.tables:
        estimates = {
            name: bytes_of(found.groups[name], spans, incoming[name], now=now)
            for name, spans in left.items()
            if found.exports[name] == table
        }
        if why := too_much(table, estimates):
            held_back[table.name] = why
    return held_back
