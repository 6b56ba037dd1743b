"""Writes down what is to be exported, before any of it is."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from stepkeeper.aws import functions, known_groups, ledger, s3
from stepkeeper.aws.clients import client
from stepkeeper.domain.bucket_checker import shown
from stepkeeper.domain.export_layout import MANIFEST_NAME, manifest_key, manifests_prefix
from stepkeeper.domain.export_manifest import entry_of
from stepkeeper.domain.export_plan import is_of_group_before, missing
from stepkeeper.domain.export_table import ExportTable
from stepkeeper.domain.ledger import Entry
from stepkeeper.domain.log_group import KnownGroup, LogGroup
from stepkeeper.domain.words import moment
from stepkeeper.exports.errors import ExportManifestInvalid
from stepkeeper.exports.place import Place


def plan_group(
    place: Place, table: ExportTable, group: LogGroup, *, is_new: bool, now: datetime
) -> tuple[list[Entry], int]:
    """All entries of a log group, and how many of them are new."""
    dynamodb = client("dynamodb")
    entries = [
        _lost(place, entry, f"the log group was deleted, and made again at {moment(group.created_at)}")
        if is_of_group_before(entry, group)
        else entry
        for entry in ledger.entries_of(dynamodb, place.state_table, group.name)
    ]
    added: list[Entry] = []
    # The ledger may have been lost, or be younger than the exports; a run that adopted them may have broken
    # off after the first of them.
    if is_new or not entries:
        known = {(entry.period, entry.edition) for entry in entries}
        recorded = _recorded(place, table, group.name)
        added = [entry for entry in recorded if (entry.period, entry.edition) not in known]
    added += missing(table, group, [*entries, *added], now=now)
    ledger.add_entries(dynamodb, place.state_table, added)
    return [*entries, *added], len(added)


def close_gone(place: Place, gone: Iterable[KnownGroup]) -> list[str]:
    """Records what can not be exported any more since its log group was deleted, and tells people once.

    What the ledger does not have is not told of: nobody knows what of it there was.
    """
    untold = [group for group in gone if group.gone and not group.told]
    if not untold:
        return []
    lost = [entry for group in untold for entry in _lose(place, group)]
    text = (
        f"{len(untold)} log groups of exports.toml were deleted: {_listed(group.name for group in untold)}."
    )
    if lost:
        periods = _listed(f"{entry.log_group} {entry.period}" for entry in lost)
        text += f" {len(lost)} of their periods were never exported, and are lost: {periods}."
    functions.invoke(client("lambda"), place.notifier, {"text": text})
    for group in untold:
        known_groups.write_group(client("dynamodb"), place.state_table, replace(group, told=True))
    return [group.name for group in untold]


def _lose(place: Place, group: KnownGroup) -> list[Entry]:
    dynamodb, when = client("dynamodb"), f"{group.gone:%Y-%m-%d}"
    entries = ledger.entries_of(dynamodb, place.state_table, group.name)
    open_ones = [entry for entry in entries if entry.manifest is None and not entry.accepted]
    for entry in open_ones:
        if not entry.lost:
            told = replace(entry, told="lost")
            _lost(place, told, f"the log group was deleted before {when}")
    return open_ones


def _lost(place: Place, entry: Entry, why: str) -> Entry:
    lost = replace(entry, lost=why)
    # Where a run has changed it meanwhile, the next one looks again.
    return ledger.write_entry(client("dynamodb"), place.state_table, lost) or lost


def _recorded(place: Place, table: ExportTable, log_group: str) -> Iterable[Entry]:
    """What the manifests in the bucket tell of."""
    prefix = manifests_prefix(table.folder, log_group=log_group)
    for key in s3.list_keys(client("s3"), place.bucket, prefix):
        if not re.fullmatch(MANIFEST_NAME, key.removeprefix(prefix)):
            continue  # somebody's own, or of a log group whose name goes on
        try:
            document = s3.read_json(client("s3"), place.bucket, key)
            entry = entry_of(document, key=key, folder=table.folder, export=table.name)
            if entry.log_group != log_group or manifest_key(entry) != key:
                raise ValueError(f"it is of {entry.log_group} {entry.period}")
            yield entry
        except (KeyError, TypeError, ValueError) as error:
            raise ExportManifestInvalid(
                f"s3://{place.bucket}/{key} is no manifest: {error!r}. Nothing of {log_group} was planned; "
                "move it away."
            ) from error


def _listed(names: Iterable[str]) -> str:
    return ", ".join(shown(list(names)))
