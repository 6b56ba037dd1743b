"""Where the exports of a log group and their manifests lie in the bucket."""

from datetime import UTC, datetime

LOG_GROUP_NAME = r"^[-./#0-9A-Za-z_]{1,512}$"
"""The pattern of a log group's name (API reference, CreateLogGroup)."""

EXPORT_PREFIX = r"^[-.0-9A-Za-z_]+(/[-.0-9A-Za-z_]+)*$"
"""A folder in the bucket, without a slash at either end."""

PERMISSION_CHECK = "aws-logs-write-test"
"""The object with which CloudWatch Logs tries out whether it may write; it holds no log event."""


def data_prefix(prefix: str, *, log_group: str, period_id: str, started_at: datetime) -> str:
    """The prefix of one export task. Each try has its own, so what a failed one left is never counted."""
    token = started_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    return f"{prefix}/{_path(log_group)}/{period_id}/{token}"


def manifests_prefix(prefix: str, *, log_group: str) -> str:
    """The prefix of the manifests of a log group, and of nothing that grows with its logs."""
    return f"{prefix}/manifests/{_path(log_group)}/"


def manifest_key(prefix: str, *, log_group: str, period_id: str) -> str:
    """The object that says that a period is done."""
    return f"{manifests_prefix(prefix, log_group=log_group)}{period_id}.json"


def done_periods(keys: list[str], prefix: str, *, log_group: str) -> set[str]:
    """The ids of the periods whose manifests are among `keys`."""
    start = manifests_prefix(prefix, log_group=log_group)
    return {
        key.removeprefix(start).removesuffix(".json")
        for key in keys
        if key.startswith(start) and key.endswith(".json") and "/" not in key.removeprefix(start)
    }


def _path(log_group: str) -> str:
    """`/a/b` → `a/b` and `a/b` → `!/a/b`: no name of a log group has a `!`, so no two share a path."""
    return log_group[1:] if log_group.startswith("/") else f"!/{log_group}"
