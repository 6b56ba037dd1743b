"""The fields that settings and events share: what they take, and what a wrong value is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from stepkeeper import fields


def taken(type_: Any, value: object) -> object:
    return TypeAdapter(type_).validate_python(value)


def complaint(type_: Any, value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        taken(type_, value)
    return "; ".join(problem["msg"] for problem in refused.value.errors())


def test_a_moment_is_a_time_with_its_offset() -> None:
    moment = taken(fields.Moment, "2026-11-21T18:00:00+09:00")

    assert moment == datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize("value", [1_790_780_400, None, True, "tomorrow", "", "2026-13-01T00:00:00Z", []])
def test_anything_else_is_no_moment(value: object) -> None:
    assert "ISO 8601" in complaint(fields.Moment, value)


def test_a_moment_without_a_zone_could_be_any_of_them_and_is_refused() -> None:
    assert "timezone" in complaint(fields.Moment, "2026-11-21T18:00:00")


def test_a_duration_is_written_in_iso_8601() -> None:
    assert taken(fields.Duration, "PT1H30M") == timedelta(minutes=90)


@pytest.mark.parametrize("value", [30, 1.5, None, True, "soon", ""])
def test_anything_else_is_no_duration(value: object) -> None:
    assert complaint(fields.Duration, value)


@pytest.mark.parametrize("name", ["Asia/Tokyo", "UTC", "America/New_York"])
def test_a_time_zone_is_an_iana_name(name: str) -> None:
    assert str(taken(fields.TimeZone, name)) == name


@pytest.mark.parametrize(
    "name", ["Asia/Tokio", "", "Asia", "../../etc/passwd", "/etc/localtime", "a\0b", None]
)
def test_anything_else_is_no_time_zone(name: object) -> None:
    assert "is no time zone" in complaint(fields.TimeZone, name)


@pytest.mark.parametrize("region", ["ap-northeast-1", "us-gov-west-1", "us-iso-east-1"])
def test_a_region_of_aws_is_one(region: str) -> None:
    assert taken(fields.Region, region) == region


@pytest.mark.parametrize(
    "region", ["", "tokyo", "ap-northeast-1.evil.example", "ap-northeast-1\n", "AP-EAST-1"]
)
def test_what_could_lead_a_call_elsewhere_is_no_region(region: str) -> None:
    assert complaint(fields.Region, region)


@pytest.mark.parametrize("bucket", ["sql", "stepkeeper-sql", "a.b.c", "a" * 63])
def test_a_bucket_name_is_one(bucket: str) -> None:
    assert taken(fields.BucketName, bucket) == bucket


@pytest.mark.parametrize("bucket", ["", "ab", "a" * 64, "Sql", "-sql", "sql-", "a/b", "sql\n", "夜夜夜"])
def test_what_s3_could_not_have_is_no_bucket_name(bucket: str) -> None:
    assert complaint(fields.BucketName, bucket)


@pytest.mark.parametrize("key", ["", "k" * 1025])
def test_what_s3_could_not_have_is_no_key(key: str) -> None:
    assert complaint(fields.ObjectKey, key)


@pytest.mark.parametrize("value", [True, False, 0, 1, -(2**63), 1.0, 1.5, "", "1", "true", None], ids=repr)
def test_a_parameter_keeps_its_type(value: object) -> None:
    parameters = taken(fields.SqlParameters, {"_Name1": value})

    assert parameters == {"_Name1": value}
    assert type(parameters["_Name1"]) is type(value)  # type: ignore[index]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [], {}, b"x", ["a"], {"a": 1}])
def test_what_no_engine_could_bind_is_no_parameter(value: object) -> None:
    assert complaint(fields.SqlParameters, {"name": value})


@pytest.mark.parametrize("name", ["", "1a", "@a", "a b", "a-b", "a;", "a\n", "näme", "a" * 129, "a'b"])
def test_what_no_sql_could_call_it_is_no_name_of_a_parameter(name: str) -> None:
    assert complaint(fields.SqlParameters, {name: 1})
