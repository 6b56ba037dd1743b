"""The envelope on the spool: all that a failed execution needs to run again."""

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

from stepkeeper.domain.arn import STATE_MACHINE_ARN
from stepkeeper.domain.failure import FailureKey

NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Envelope(BaseModel):
    """One failed execution. `attempt` 1 is the first failure of its lineage."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Literal[1] = 1
    lineage: str = Field(pattern=r"^[0-9a-f]{16}$")
    attempt: int = Field(ge=1)
    state_machine_arn: str = Field(pattern=STATE_MACHINE_ARN)
    execution_arn: str | None
    redrive_count: int = Field(default=0, ge=0)
    input: Any
    state: str | None
    error: str
    cause: str
    failed_at: Annotated[AwareDatetime, Field(strict=False), PlainSerializer(_zulu)]

    @property
    def key(self) -> FailureKey:
        """Which failure it is about."""
        return FailureKey(self.lineage, self.attempt)

    def body(self) -> str:
        """The SQS message body: JSON in ASCII, since SQS refuses some characters that JSON allows.

        Raises ValueError for an input that JSON has no word for (an infinite number).
        """
        # The input goes past pydantic, which follows only 255 levels of nesting.
        fields = {**self.model_dump(exclude={"input"}), "input": self.input}
        text = json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        # Not by ensure_ascii, which makes six bytes of a DEL: the largest input would outgrow a message.
        return NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text)

    def attributes(self) -> dict[str, str]:
        """The SQS message attributes, for filters. SQS takes no empty value."""
        return {
            "state_machine": self.state_machine_arn.rsplit(":", 1)[-1],
            "error": self.error or "Unknown",
            "attempt": str(self.attempt),
        }
