"""Reads a handler's settings from its environment variables, once per invocation."""

import os
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from stepkeeper.errors import InvalidSettings


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


OptionalText = Annotated[str | None, BeforeValidator(_empty_is_none)]
"""For a variable that may be empty: a template has no good way to leave one out."""


def _split(value: object) -> object:
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""For a variable with names, or patterns of names, between commas."""


class Settings(BaseModel):
    """A handler's settings: the field `max_reprocess` is the variable `MAX_REPROCESS`."""

    model_config = ConfigDict(frozen=True, alias_generator=str.upper)

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The settings that the environment holds.

        Raises InvalidSettings, which names every variable that is missing or wrong.
        """
        try:
            return cls.model_validate(dict(environment))
        except ValidationError as error:
            problems = "; ".join(
                f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors(include_input=False)
            )
            raise InvalidSettings(f"The function's variables are not usable. {problems}") from None
