"""A task that calls an unreliable outside system, for trying Stepkeeper out: the sample pipeline's step B.

The variable BEHAVIOR=NG makes it fail, SLEEP makes it slow (seconds).
"""

import time
from typing import Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from stepkeeper.settings import Settings


class UncertainTaskSettings(Settings):
    behavior: Literal["OK", "NG"]
    sleep: float = Field(ge=0, le=900)


class OutsideSystemDown(Exception):
    """The system that the sample task calls does not answer."""


def handler(event: Any, _context: LambdaContext) -> Any:
    """Gives back what it was given, after SLEEP seconds, unless BEHAVIOR is NG."""
    settings = UncertainTaskSettings.read()
    time.sleep(settings.sleep)
    if settings.behavior == "NG":
        raise OutsideSystemDown("The outside system does not answer (the variable BEHAVIOR is NG).")
    return {"encoded": event}
