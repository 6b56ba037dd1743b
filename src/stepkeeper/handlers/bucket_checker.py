"""Finds the next month of a log group that is to be exported.

Called by export_logs, again and again, until it answers that all is done.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from stepkeeper import clock
from stepkeeper.aws import logs, s3
from stepkeeper.aws.clients import client
from stepkeeper.domain.bucket_checker import Done, next_export
from stepkeeper.domain.export_layout import EXPORT_PREFIX, LOG_GROUP_NAME, done_periods, manifests_prefix
from stepkeeper.domain.period import finished_months, milliseconds
from stepkeeper.fields import TimeZone
from stepkeeper.routing import Event, EventRouter
from stepkeeper.settings import Settings

router = EventRouter("bucket_checker")
handler = router


class BucketCheckerSettings(Settings):
    log_group: str = Field(pattern=LOG_GROUP_NAME)
    export_bucket: str = Field(min_length=3)
    export_prefix: str = Field(pattern=EXPORT_PREFIX)
    months_back: int = Field(ge=1, le=12)
    time_zone: TimeZone


class NextPeriod(Event):
    """{}"""


@router.on(NextPeriod)
def find_next_period(_event: NextPeriod, _context: LambdaContext) -> dict[str, Any]:
    """The oldest finished month that has no manifest yet, in milliseconds since 1970."""
    settings = BucketCheckerSettings.read()
    created_at = logs.log_group_created_at(client("logs"), settings.log_group)
    prefix = manifests_prefix(settings.export_prefix, log_group=settings.log_group)
    keys = s3.list_keys(client("s3"), settings.export_bucket, prefix)
    months = finished_months(now=clock.now(), zone=settings.time_zone, months_back=settings.months_back)

    done = done_periods(keys, settings.export_prefix, log_group=settings.log_group)
    decision = next_export(months, done=done, log_group_created_at=created_at)
    router.logger.info(decision.reason)
    if isinstance(decision, Done):
        return {"state": "done"}
    period = decision.period
    return {
        "state": "export",
        "period": {
            "id": period.id,
            "log_group": settings.log_group,
            "from_ms": milliseconds(period.start),
            "to_ms": milliseconds(period.end),
        },
    }
