"""Which log groups the tables of exports.toml take, and what has become of those that were known."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from stepkeeper.domain.export_table import ExportTable
from stepkeeper.domain.log_group import KnownGroup, LogGroup


@dataclass(frozen=True)
class Found:
    """`known` is what the ledger is to know of every group, `changed` what of it is news to it.

    `absent` are the names in tables that no group has, nor ever had.
    """

    known: tuple[KnownGroup, ...]
    changed: tuple[KnownGroup, ...]
    absent: tuple[tuple[str, str], ...]


def taken(
    tables: Sequence[ExportTable], groups: Iterable[LogGroup], tagged: Mapping[str, Collection[str]]
) -> dict[str, ExportTable]:
    """The first table that takes a group, by the group's name; `tagged` has the groups of a table's tags."""
    found: dict[str, ExportTable] = {}
    for group in groups:
        for table in tables:
            by_tag = table.tags and group.name in tagged.get(table.name, ())
            if group.name in table.log_groups or group.name.startswith(table.prefixes or ("\0",)) or by_tag:
                found[group.name] = table
                break
    return found


def compare(
    tables: Sequence[ExportTable],
    groups: Sequence[LogGroup],
    exports: Mapping[str, ExportTable],
    before: Iterable[KnownGroup],
    *,
    now: datetime,
) -> Found:
    """What has become of the groups that were known, and which are new."""
    then = {group.name: group for group in before}
    known = {
        group.name: KnownGroup(group.name, group.created_at, group.retention_days, exports[group.name].name)
        for group in groups
        if group.name in exports
    }
    there = {group.name for group in groups}
    for name, group in then.items():
        if name not in known:
            known[name] = _left(group, is_there=name in there, now=now)
    absent = [
        (table.name, name) for table in tables for name in table.log_groups if name not in there | then.keys()
    ]
    return Found(
        known=tuple(known.values()),
        changed=tuple(group for group in known.values() if then.get(group.name) != group),
        absent=tuple(absent),
    )


def _left(group: KnownGroup, *, is_there: bool, now: datetime) -> KnownGroup:
    """A group that is exported no more: it is deleted, or no table takes it."""
    if is_there:
        return replace(group, export=None, gone=None, told=False)
    return group if group.gone or group.export is None else replace(group, gone=now)
