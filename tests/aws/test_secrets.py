"""Secrets Manager: read once in a while, and said by nobody."""

from datetime import datetime, timedelta

import pytest
from aws_lambda_powertools.utilities.parameters import base
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

from stepkeeper.aws import secrets
from stepkeeper.aws.clients import client

READ = "secretsmanager:GetSecretValue"


@pytest.fixture
def secret(aws) -> str:
    arn: str = aws.client("secretsmanager").create_secret(Name="webhooks", SecretString="first 夜")["ARN"]
    return arn


@pytest.fixture
def passing(monkeypatch):
    """`passing(301)` lets seconds pass for Powertools."""
    late = timedelta(0)

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + late

    def wait(seconds: int) -> None:
        nonlocal late
        late += timedelta(seconds=seconds)

    monkeypatch.setattr(base, "datetime", Clock)
    return wait


def replace(aws, arn: str) -> None:
    aws.client("secretsmanager").put_secret_value(SecretId=arn, SecretString="second")


def test_a_secret_is_read_as_it_was_written(secret):
    assert secrets.read(client("secretsmanager"), secret) == "first 夜"


def test_a_secret_is_kept_for_five_minutes(aws, secret, passing):
    secrets.read(client("secretsmanager"), secret)
    replace(aws, secret)

    passing(299)

    assert secrets.read(client("secretsmanager"), secret) == "first 夜"
    assert aws.wire.calls == [READ]


def test_a_secret_that_was_replaced_is_used_no_longer_than_that(aws, secret, passing):
    secrets.read(client("secretsmanager"), secret)
    replace(aws, secret)

    passing(301)

    assert secrets.read(client("secretsmanager"), secret) == "second"
    assert aws.wire.calls == [READ, READ]


def test_two_secrets_are_not_mistaken_for_each_other(aws, secret):
    other = aws.client("secretsmanager").create_secret(Name="other", SecretString="other")["ARN"]

    assert secrets.read(client("secretsmanager"), secret) == "first 夜"
    assert secrets.read(client("secretsmanager"), other) == "other"


def test_a_failure_to_read_is_an_error_and_is_not_kept(aws):
    with pytest.raises(GetParameterError, match="ResourceNotFoundException"):
        secrets.read(client("secretsmanager"), "late")
    aws.client("secretsmanager").create_secret(Name="late", SecretString="here")

    assert secrets.read(client("secretsmanager"), "late") == "here"
