"""Audits the ledger: what is exported, what is not, and what that looks like."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from stepkeeper.aws import functions, ledger, s3
from stepkeeper.aws.clients import client
from stepkeeper.domain.audit import Audit, AuditedGroup
from stepkeeper.domain.bucket_checker import shown
from stepkeeper.domain.export_gaps import Finding, audited, findings, is_news, unplanned
from stepkeeper.domain.export_layout import AUDIT_FOLDER
from stepkeeper.domain.export_plan import missing
from stepkeeper.domain.heat_map import heat_map
from stepkeeper.exports.finding import find
from stepkeeper.exports.place import Place

TABLE_KEY, PICTURE_KEY = f"{AUDIT_FOLDER}/audit.json", f"{AUDIT_FOLDER}/audit.svg"

ANSWER_BYTES = 4_000_000
"""Lambda answers with 6 MB at the most (quotas)."""

GAPS_SHOWN = 20


def audit_all(place: Place, *, overdue_days: int, now: datetime) -> tuple[dict[str, Any], int]:
    """Looks at every log group, writes the table and the picture into the bucket, and tells of new gaps.

    Gives the answer, and how many gaps there are, since an answer that would be too long has not all of them.
    """
    overdue = timedelta(days=overdue_days)
    groups, found = _look(place, overdue=overdue, now=now)
    audit = Audit(now, tuple(groups), tuple(each.gap for each in found))
    picture = f"s3://{place.bucket}/{PICTURE_KEY}"
    answer = {
        "audited_at": now.isoformat(),
        "groups": [asdict(group) for group in groups],
        "gaps": [asdict(gap) for gap in audit.gaps],
        "counts": audit.counts,
        "table": f"s3://{place.bucket}/{TABLE_KEY}",
        "picture": picture,
    }
    text = json.dumps(answer)
    s3.put_text(client("s3"), place.bucket, TABLE_KEY, text, content_type="application/json")
    s3.put_text(client("s3"), place.bucket, PICTURE_KEY, heat_map(audit), content_type="image/svg+xml")
    _tell(place, found, picture)
    if len(text) > ANSWER_BYTES:
        # The object has them all.
        answer |= {"groups": [], "gaps": [asdict(gap) for gap in audit.gaps[:GAPS_SHOWN]]}
    return answer, len(audit.gaps)


def _look(place: Place, *, overdue: timedelta, now: datetime) -> tuple[list[AuditedGroup], list[Finding]]:
    found = find(place, now=now)
    # Where no run has begun for long, what it never planned is missing, too.
    stale = found.turn is not None and found.turn.since + overdue < now
    groups: list[AuditedGroup] = []
    gaps: list[Finding] = []
    for group in sorted(found.found.known, key=lambda each: each.name):
        table = found.exports.get(group.name) or place.table(group.export)
        if table is None:
            continue
        entries = ledger.entries_of(client("dynamodb"), place.state_table, group.name)
        new = missing(table, found.groups[group.name], entries, now=now) if not group.gone else ()
        groups.append(audited(table, group, [*entries, *new]))
        gaps += findings(table, group, entries, now=now, overdue=overdue)
        gaps += unplanned(table, new, has_begun=bool(entries) or stale, now=now, overdue=overdue)
    return groups, gaps


def _tell(place: Place, found: Sequence[Finding], picture: str) -> None:
    """Each gap once. One that the ledger does not have is told by the alarm alone."""
    untold = [each for each in found if each.entry and is_news(each.gap, each.entry.told)]
    if not untold:
        return
    lines = [
        f"{each.gap.log_group} {each.gap.period}: {each.gap.state}: {each.gap.reason}" for each in untold
    ]
    text = "\n".join([f"{len(untold)} gaps in the exports of logs ({picture}):", *shown(lines)])
    functions.invoke(client("lambda"), place.notifier, {"text": text})
    for each in untold:
        if each.entry:
            # Where a run has changed it meanwhile, the next audit looks again.
            ledger.write_entry(
                client("dynamodb"), place.state_table, replace(each.entry, told=each.entry.state)
            )
