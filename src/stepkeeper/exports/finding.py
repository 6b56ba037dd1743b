"""Finds the log groups that are to be exported, and what has become of those that were known."""

from dataclasses import dataclass
from datetime import datetime

from stepkeeper.aws import known_groups, logs, tagging
from stepkeeper.aws.clients import client
from stepkeeper.domain.export_selection import Found, compare, taken
from stepkeeper.domain.export_table import ExportTable
from stepkeeper.domain.log_group import LogGroup
from stepkeeper.domain.turn import Turn
from stepkeeper.exports.place import Place


@dataclass(frozen=True)
class Groups:
    """`groups` has the log groups of the account by name, `exports` the tables of those that are exported,
    `new` the names of those that no run has planned to its end yet."""

    found: Found
    groups: dict[str, LogGroup]
    exports: dict[str, ExportTable]
    new: frozenset[str]
    turn: Turn | None


def find(place: Place, *, now: datetime) -> Groups:
    """Asks CloudWatch Logs and the ledger; changes nothing."""
    before, turn = known_groups.read_all(client("dynamodb"), place.state_table)
    groups = logs.log_groups(client("logs")) if place.tables or before else []
    tagged = {
        table.name: tagging.tagged_log_groups(client("resourcegroupstaggingapi"), table.tags)
        for table in place.tables
        if table.tags
    }
    exports = taken(place.tables, groups, tagged)
    return Groups(
        found=compare(place.tables, groups, exports, before, now=now),
        groups={group.name: group for group in groups},
        exports=exports,
        new=frozenset(exports.keys() - {group.name for group in before}),
        turn=turn,
    )
