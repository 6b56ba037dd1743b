"""S3: the bucket that the exports go to, and the SQL that the query runner runs."""

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from stepkeeper.aws import outages
from stepkeeper.domain.export_layout import PERMISSION_CHECK
from stepkeeper.domain.log_exporter import Contents
from stepkeeper.errors import EngineUnavailable, InvalidSql, SqlNotFound

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SQL_BYTES = 1024 * 1024
"""The longest statement that BigQuery takes; Athena takes 262,144 characters (both: quotas)."""


def list_keys(client: "S3Client", bucket: str, prefix: str) -> list[str]:
    """The keys of all objects under a prefix."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [item["Key"] for page in pages for item in page.get("Contents", [])]


def exported(client: "S3Client", bucket: str, prefix: str) -> Contents:
    """How much an export wrote under its prefix."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{prefix}/")
    sizes = [
        item["Size"]
        for page in pages
        for item in page.get("Contents", [])
        if not item["Key"].endswith(f"/{PERMISSION_CHECK}")
    ]
    return Contents(objects=len(sizes), bytes=sum(sizes))


def read_json(client: "S3Client", bucket: str, key: str) -> Any:
    """What a JSON document says. Raises ValueError where it is none."""
    return json.loads(client.get_object(Bucket=bucket, Key=key)["Body"].read())


def put_text(client: "S3Client", bucket: str, key: str, text: str, *, content_type: str) -> None:
    """Writes a document."""
    client.put_object(Bucket=bucket, Key=key, Body=text.encode(), ContentType=content_type)


def read_sql(client: "S3Client", bucket: str, key: str) -> str:
    """An SQL text. Raises SqlNotFound, InvalidSql where the object can be none, or EngineUnavailable."""
    where = f"s3://{bucket}/{key}"
    with outages.named(EngineUnavailable, f"{where} can not be read now"):
        try:
            answer = client.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            # Without s3:ListBucket, a missing object is AccessDenied.
            if error.response["Error"]["Code"] not in ("NoSuchKey", "NoSuchBucket", "AccessDenied"):
                raise
            raise SqlNotFound(
                f"There is no SQL at {where}, or the query runner may not read it: {error}"
            ) from error
        if answer["ContentLength"] > SQL_BYTES:
            raise InvalidSql(f"{where} has {answer['ContentLength']} bytes; SQL has {SQL_BYTES} at the most.")
        content = answer["Body"].read()
    try:
        sql = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidSql(f"{where} is no UTF-8 text: {error}") from error
    if not sql.strip():
        raise InvalidSql(f"{where} is empty.")
    return sql
