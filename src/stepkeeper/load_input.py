"""The input of load_when_ready, which a schedule or a person gives it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError, model_validator

from stepkeeper.domain.load import LoadPlan, plan_load
from stepkeeper.domain.period import Unit
from stepkeeper.engines import EngineName
from stepkeeper.errors import InvalidLoad
from stepkeeper.fields import BucketName, Duration, Moment, ObjectKey, Region, SqlParameters, TimeZone
from stepkeeper.routing import problems_of

LONGEST_WAIT = timedelta(days=7)
"""A run's history has room for as many checks (a contract test adds them up)."""

FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""A schedule's time beyond these is a mistake, and at the calendar's own ends nothing can be counted back."""


Channel = Annotated[str, Field(min_length=1)] | None
"""The name of one of the notifier's channels; None = its default one."""


class Channels(BaseModel):
    """Who is told what: progress, that data is missing for now, that it never came, that something failed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    progress: Channel = None
    waiting: Channel = None
    missing: Channel = None
    failed: Channel = None


class LoadInput(BaseModel):
    """The input of load_when_ready. `scheduled_time` is when the schedule was due; without it, the start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    load: str = Field(pattern=r"^[0-9A-Za-z][-._0-9A-Za-z]{0,63}$")
    engine: EngineName
    region: Region
    sql_bucket: BucketName
    check_sql: ObjectKey
    load_sql: ObjectKey
    time_zone: TimeZone
    wait_at_most: Annotated[Duration, Field(gt=timedelta(0), le=LONGEST_WAIT)]
    once_per: Unit = "week"
    periods_back: Annotated[StrictInt, Field(ge=0, le=53)] = 0
    scheduled_time: Annotated[Moment, Field(ge=FIRST, lt=LAST)] | None = None
    key: str | None = Field(default=None, pattern=r"^[-.:_0-9A-Za-z]{1,64}$")
    parameters: SqlParameters = Field(default_factory=dict)
    channels: Channels = Channels()

    @model_validator(mode="after")
    def _two_statements(self) -> Self:
        if self.check_sql == self.load_sql:
            raise ValueError(
                "check_sql and load_sql name the same SQL: a check that loads would load at each look"
            )
        return self

    @classmethod
    def read(cls, given: object) -> Self:
        """The input that a run was started with. Raises InvalidLoad, which names what is wrong with it."""
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise InvalidLoad(f"The input is no load's; nothing was done. {problems_of(error)}") from None

    def plan(self, started_at: datetime) -> LoadPlan:
        """What this run is about."""
        return plan_load(
            load=self.load,
            due=self.scheduled_time or started_at,
            started_at=started_at,
            zone=self.time_zone,
            once_per=self.once_per,
            periods_back=self.periods_back,
            wait_at_most=self.wait_at_most,
            parameters=self.parameters,
            key=self.key,
        )

    def query(self, sql: str, plan: LoadPlan) -> dict[str, Any]:
        """One of the two statements, as query_runner takes it."""
        where = {"region": self.region, "sqlBucket": self.sql_bucket, "sqlTemplatePath": sql}
        return {"databaseInformation": where, "engine": self.engine, "parameters": dict(plan.parameters)}
