"""S3: the bucket that the exports go to."""

import pytest

from stepkeeper.aws import s3
from stepkeeper.domain.log_exporter import Contents
from tests.objects import put_objects

BUCKET = "stepkeeper-exports"
A_PAGE = 1000


@pytest.fixture
def client(aws):
    client = aws.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    return client


def put(client, *keys: str) -> None:
    for key in keys:
        client.put_object(Bucket=BUCKET, Key=key, Body=b"12345")


def test_all_pages_of_a_listing_are_read(client):
    put_objects(BUCKET, (f"manifests/{index:04d}.json" for index in range(A_PAGE + 1)))
    put(client, "data/0000.gz")

    keys = s3.list_keys(client, BUCKET, "manifests/")

    assert len(keys) == A_PAGE + 1
    assert keys[-1] == "manifests/1000.json"


def test_an_empty_folder_has_no_keys(client):
    assert s3.list_keys(client, BUCKET, "manifests/") == []


def test_the_objects_and_bytes_of_an_export_are_counted_over_all_pages(client):
    put_objects(BUCKET, (f"exports/a/task/stream/{index:06d}.gz" for index in range(A_PAGE + 1)), b"123")

    assert s3.exported(client, BUCKET, "exports/a/task") == Contents(A_PAGE + 1, 3 * (A_PAGE + 1))


def test_the_permission_check_of_cloudwatch_logs_is_no_exported_object(client):
    put(client, "exports/a/task/aws-logs-write-test", "exports/a/task/uuid/stream/000000.gz")

    assert s3.exported(client, BUCKET, "exports/a/task") == Contents(1, 5)


def test_a_log_stream_that_is_called_like_the_permission_check_counts(client):
    put(client, "exports/a/task/uuid/aws-logs-write-test/000000.gz")

    assert s3.exported(client, BUCKET, "exports/a/task") == Contents(1, 5)


def test_an_export_that_wrote_nothing_is_empty(client):
    put(client, "exports/a/task/aws-logs-write-test")

    assert s3.exported(client, BUCKET, "exports/a/task") == Contents(0, 0)


def test_a_task_whose_folder_begins_like_another_is_not_counted(client):
    put(client, "exports/a/task2/stream/000000.gz", "exports/a/task")

    assert s3.exported(client, BUCKET, "exports/a/task") == Contents(0, 0)


def test_a_document_is_written_as_json(client):
    s3.put_json(client, BUCKET, "manifests/2026-10.json", '{"name": "値"}')

    written = client.get_object(Bucket=BUCKET, Key="manifests/2026-10.json")
    assert written["Body"].read().decode() == '{"name": "値"}'
    assert written["ContentType"] == "application/json"
