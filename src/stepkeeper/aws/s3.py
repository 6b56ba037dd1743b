"""S3: the bucket that the exports go to."""

from typing import TYPE_CHECKING

from stepkeeper.domain.export_layout import PERMISSION_CHECK
from stepkeeper.domain.log_exporter import Contents

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


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


def put_json(client: "S3Client", bucket: str, key: str, body: str) -> None:
    """Writes a JSON document."""
    client.put_object(Bucket=bucket, Key=key, Body=body.encode(), ContentType="application/json")
