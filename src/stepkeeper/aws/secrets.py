"""Secrets Manager: read through Powertools, which keeps what it read for a while."""

from functools import cache
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.parameters import SecretsProvider

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEPT_SECONDS = 300
"""A webhook or key that was replaced is used for this long at the most."""


def read(client: "SecretsManagerClient", secret_arn: str) -> str:
    """The text of a secret. Raises Powertools' GetParameterError."""
    return str(_provider(client).get(secret_arn, max_age=KEPT_SECONDS))


@cache
def _provider(client: "SecretsManagerClient") -> SecretsProvider:
    return SecretsProvider(boto3_client=client)
