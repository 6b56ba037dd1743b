"""Types of the keys in exports.toml, each with what a wrong value is told."""

from datetime import timedelta
from typing import Annotated, get_args
from zoneinfo import ZoneInfo

from pydantic import PlainValidator, WithJsonSchema

from stepkeeper.domain.export_layout import AUDIT_FOLDER, EXPORT_PREFIX, MANIFESTS_FOLDER, storage_folder
from stepkeeper.domain.export_retention import RETENTION_DAYS
from stepkeeper.domain.export_table import StorageClass
from stepkeeper.domain.period import Unit
from stepkeeper.fields import time_zone
from stepkeeper.toml_files.keys import (
    DURATION,
    NAME,
    duration,
    fitting,
    name_for,
    one_of,
    shown,
    text_schema,
    words_schema,
)

UNITS: tuple[Unit, ...] = get_args(Unit)
STORAGE_CLASSES: tuple[StorageClass, ...] = get_args(StorageClass)
STORAGE_FOLDERS = tuple(map(storage_folder, STORAGE_CLASSES))
"""The data of a storage class lies in a folder of its own, and manifests may not get there."""

RETENTIONS = tuple(f"{days}d" for days in RETENTION_DAYS)

SIZE = r"([1-9][0-9]{0,5})(KB|MB|GB|TB)"
BYTES = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}

BACK = range(1, 1201)
FOLDER_LENGTH = 100


def _zone(value: object) -> ZoneInfo:
    try:
        return time_zone(value if isinstance(value, str) else shown(value))
    except ValueError as error:
        raise ValueError(f"{error}.") from None


def _back(value: object) -> int:
    if type(value) is int and value in BACK:  # True is another type
        return value
    why = "is out of range" if type(value) is int else "is no number of periods"
    raise ValueError(f"{shown(value)} {why}. Allowed: a whole number from {BACK[0]} to {BACK[-1]}.")


def _folder(value: object) -> str:
    match = fitting(EXPORT_PREFIX, value)
    if not match or len(match[0]) > FOLDER_LENGTH:
        raise ValueError(
            f"{shown(value)} is no folder. Allowed: one such as 'exports' or 'logs/orders', of letters, "
            f"digits, '-', '_' and '.', without '/' at either end, {FOLDER_LENGTH} characters at most."
        )
    first = match[0].split("/")[0]
    if first in STORAGE_FOLDERS:
        raise ValueError(
            f"{shown(value)} begins with '{first}', where the data of a storage class lies. "
            f"Allowed: a folder that does not begin with {', '.join(STORAGE_FOLDERS)}."
        )
    if first == AUDIT_FOLDER or MANIFESTS_FOLDER in match[0].split("/"):
        raise ValueError(
            f"{shown(value)} has a part that Stepkeeper itself needs. Allowed: a folder that does not begin "
            f"with '{AUDIT_FOLDER}', and has no part '{MANIFESTS_FOLDER}'."
        )
    return match[0]


def _size(value: object) -> int:
    if match := fitting(SIZE, value):
        return int(match[1]) * BYTES[match[2]]
    raise ValueError(
        f"{shown(value)} is no size. Allowed: a whole number of KB, MB, GB or TB (powers of 1000), "
        "such as '100GB', from '1KB' to '999999TB'."
    )


def _retention(value: object) -> int:
    for days, written in zip(RETENTION_DAYS, RETENTIONS, strict=True):
        if value == written:
            return days
    allowed = ", ".join(map(repr, RETENTIONS))
    raise ValueError(f"{shown(value)} is no retention. Allowed is what CloudWatch Logs takes: {allowed}.")


ExportName = Annotated[str, PlainValidator(name_for("an export")), text_schema(NAME)]
"""`nightly`"""

PeriodKey = Annotated[Unit, PlainValidator(one_of(UNITS)), words_schema(UNITS)]
"""`month`"""

ZoneKey = Annotated[ZoneInfo, PlainValidator(_zone), WithJsonSchema({"type": "string"})]
"""`Asia/Tokyo`"""

Back = Annotated[
    int,
    PlainValidator(_back),
    WithJsonSchema({"type": "integer", "minimum": BACK[0], "maximum": BACK[-1]}),
]
"""`36`"""

Settle = Annotated[timedelta, PlainValidator(duration("12h", "30d")), text_schema(DURATION)]
"""At least domain.period.SETTLING; by 30 days everything has come in."""

Folder = Annotated[
    str,
    PlainValidator(_folder),
    WithJsonSchema({"type": "string", "pattern": EXPORT_PREFIX, "maxLength": FOLDER_LENGTH}),
]
"""`logs/orders`"""

StorageClassKey = Annotated[
    StorageClass, PlainValidator(one_of(STORAGE_CLASSES)), words_schema(STORAGE_CLASSES)
]
"""`STANDARD_IA`"""

Retention = Annotated[
    int | None,
    PlainValidator(_retention),
    words_schema(RETENTIONS),
]
"""`90d`"""

Size = Annotated[int, PlainValidator(_size), text_schema(SIZE)]
"""`100GB`"""
