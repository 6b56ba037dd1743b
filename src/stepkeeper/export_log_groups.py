"""Types of the keys in exports.toml that say which log groups a table takes."""

from collections.abc import Callable
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from stepkeeper.domain.export_layout import LOG_GROUP_NAME
from stepkeeper.toml_files.keys import array, fitting, shown, text_schema

LOG_GROUP_ALLOWED = "Allowed: up to 512 letters, digits, '-', '_', '.', '/' and '#'"


def _log_group(what: str, example: str) -> Callable[[object], str]:
    def name(value: object) -> str:
        if match := fitting(LOG_GROUP_NAME, value):
            return match[0]
        raise ValueError(f"{shown(value)} is no {what}. {LOG_GROUP_ALLOWED}, such as '{example}'.")

    return name


def _tags(value: object) -> object:
    if isinstance(value, dict):
        return value
    raise ValueError(f'{shown(value)} is no table. Allowed: keys and values, such as {{ export = "yes" }}.')


def _tag(what: str, least: int, most: int) -> Callable[[object], str]:
    """Keys and values of tags have these lengths (API reference, CloudWatch Logs, TagResource)."""

    def text(value: object) -> str:
        if isinstance(value, str) and least <= len(value) <= most:
            return value
        raise ValueError(
            f"{shown(value)} is no {what} of a tag. Allowed: text of {least} to {most} characters."
        )

    return text


def _tag_schema(least: int, most: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "minLength": least, "maxLength": most})


LogGroup = Annotated[
    str,
    PlainValidator(_log_group("name of a log group", "/orders/nightly")),
    text_schema(LOG_GROUP_NAME.strip("^$")),
]
"""Whether there is such a log group is seen in each run."""

LogGroups = Annotated[
    tuple[LogGroup, ...],
    BeforeValidator(array("the names of log groups, such as ['/orders/nightly']")),
    Field(json_schema_extra={"uniqueItems": True}),
]
"""`["/orders/nightly"]`"""

Prefix = Annotated[
    str,
    PlainValidator(_log_group("beginning of a log group's name", "/aws/lambda/nightly-")),
    text_schema(LOG_GROUP_NAME.strip("^$")),
]
"""`/aws/lambda/nightly-`"""

Prefixes = Annotated[
    tuple[Prefix, ...],
    BeforeValidator(array("the beginnings of log groups' names, such as ['/aws/lambda/nightly-']")),
]
"""`["/aws/lambda/nightly-"]`"""

TagKey = Annotated[str, PlainValidator(_tag("key", 1, 128)), _tag_schema(1, 128)]
TagValue = Annotated[str, PlainValidator(_tag("value", 0, 256)), _tag_schema(0, 256)]

Tags = Annotated[dict[TagKey, TagValue], BeforeValidator(_tags)]
"""`{ export = "yes" }`"""
