"""Where the exports of a log group and their manifests lie in the bucket."""

from datetime import datetime

from stepkeeper.domain.export_task import token
from stepkeeper.domain.ledger import Entry
from stepkeeper.domain.period import PERIOD_ID

LOG_GROUP_NAME = r"^[-./#0-9A-Za-z_]{1,512}$"
"""The pattern of a log group's name (API reference, CreateLogGroup)."""

EXPORT_PREFIX = r"^[-.0-9A-Za-z_]+(/[-.0-9A-Za-z_]+)*$"
"""A folder in the bucket, without a slash at either end."""

MANIFESTS_FOLDER, AUDIT_FOLDER = "manifests", "audit"

MANIFEST_NAME = PERIOD_ID.removeprefix("^").removesuffix("$") + r"(\.[0-9]+)?\.json"
"""`2026-10.json`, or `2026-10.2.json` of the second edition."""

PERMISSION_CHECK = "aws-logs-write-test"
"""The object with which CloudWatch Logs tries out whether it may write; it holds no log event."""


def storage_folder(storage_class: str) -> str:
    """What all data of a storage class lies under, so that a lifecycle rule can find it: `glacier-ir`."""
    return storage_class.lower().replace("_", "-")


def data_prefix(entry: Entry, *, began_at: datetime, tries: int) -> str:
    """The prefix of one export task. Each try has its own, so what a failed one left is never counted."""
    path = f"{_path(entry.log_group)}/{entry.period}"
    return f"{storage_folder(entry.storage)}/{entry.folder}/{path}/{token(began_at, tries)}"


def manifests_prefix(folder: str, *, log_group: str) -> str:
    """The prefix of the manifests of a log group, and of nothing that grows with its logs.

    They have no storage class: what says where the data is must be readable at once.
    """
    return f"{folder}/{MANIFESTS_FOLDER}/{_path(log_group)}/"


def manifest_key(entry: Entry) -> str:
    """The object that says that a period is done."""
    edition = f".{entry.edition}" if entry.edition > 1 else ""
    return f"{manifests_prefix(entry.folder, log_group=entry.log_group)}{entry.period}{edition}.json"


def _path(log_group: str) -> str:
    """`/a/b` → `a/b` and `a/b` → `!/a/b`: no name of a log group has a `!`, so no two share a path."""
    return log_group[1:] if log_group.startswith("/") else f"!/{log_group}"
