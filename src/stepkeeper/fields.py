"""Types of fields that settings and events share, each with the message that a wrong value gets."""

from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, BeforeValidator, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from stepkeeper.domain.query import PARAMETER_NAME


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("should be a string in ISO 8601")
    return value


def _moment(value: object) -> object:
    try:
        return datetime.fromisoformat(str(_text(value)))
    except ValueError:
        raise ValueError("should be a time in ISO 8601, such as 2026-11-21T18:00:00+09:00") from None


def time_zone(name: object) -> ZoneInfo:
    """The time zone of an IANA name. Raises ValueError."""
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a continent is a folder
        raise ValueError(
            f"{str(name)[:60]!r} is no time zone; give an IANA name such as Asia/Tokyo"
        ) from None


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
"""`2026-11-21T18:00:00+09:00`"""

Duration = Annotated[timedelta, BeforeValidator(_text)]
"""`PT3H`"""

TimeZone = Annotated[ZoneInfo, BeforeValidator(time_zone)]
"""`Asia/Tokyo`"""

Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
"""`ap-northeast-1`"""

BucketName = Annotated[str, Field(pattern=r"^[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]$")]
"""Of S3."""

ObjectKey = Annotated[str, Field(min_length=1, max_length=1024)]
"""Of an object in S3."""

SqlParameters = dict[
    Annotated[str, Field(pattern=PARAMETER_NAME)],
    StrictBool | StrictInt | Annotated[StrictFloat, Field(allow_inf_nan=False)] | StrictStr | None,
]
"""By the names that the SQL has for them, without the `@`."""
