"""S3: the bucket that the exports go to, and the SQL."""

import json

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from stepkeeper.aws import s3
from stepkeeper.domain.log_exporter import Contents
from stepkeeper.errors import EngineUnavailable, InvalidSql, SqlNotFound
from tests.objects import put_objects

BUCKET = "stepkeeper-exports"
A_PAGE = 1000
KEY = "athena/sales_arrived.sql"


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


@pytest.mark.parametrize("content_type", ["application/json", "image/svg+xml"])
def test_a_document_is_written_as_it_is(content_type, client):
    s3.put_text(client, BUCKET, "manifests/2026-10.json", '{"name": "値"}', content_type=content_type)

    written = client.get_object(Bucket=BUCKET, Key="manifests/2026-10.json")
    assert written["Body"].read().decode() == '{"name": "値"}'
    assert written["ContentType"] == content_type


def test_a_document_takes_the_place_of_the_one_before(client):
    for text in ('{"a": 1}', '{"a": 2}'):
        s3.put_text(client, BUCKET, KEY, text, content_type="application/json")

    assert s3.read_json(client, BUCKET, KEY) == {"a": 2}


@pytest.mark.parametrize("body", ['{"name": "値", "n": [1, null]}', "[]", "null", " 3 "])
def test_a_json_document_is_read(body, client):
    client.put_object(Bucket=BUCKET, Key=KEY, Body=body.encode())

    assert s3.read_json(client, BUCKET, KEY) == json.loads(body)


@pytest.mark.parametrize("body", [b"", b"text", b'{"a": ', b"\xff\xfe\xff", b"\x1f\x8b\x08"])
def test_what_is_no_json_is_told_from_it(body, client):
    client.put_object(Bucket=BUCKET, Key=KEY, Body=body)

    with pytest.raises(ValueError):  # noqa: PT011 - whichever of them it is
        s3.read_json(client, BUCKET, KEY)


def test_a_json_document_that_is_not_there_is_an_error(client):
    with pytest.raises(client.exceptions.NoSuchKey):
        s3.read_json(client, BUCKET, KEY)


class RawUnread:
    """The body of an answer that is too large to be read."""

    def read(self, amount: int | None = None) -> bytes:
        pytest.fail(f"{amount} bytes were read")


def put_sql(client, body: bytes, key: str = KEY) -> None:
    client.put_object(Bucket=BUCKET, Key=key, Body=body)


def test_sql_is_read_as_it_was_written(client):
    put_sql(client, "SELECT '夜'\r\n-- it's ?\n".encode())

    assert s3.read_sql(client, BUCKET, KEY) == "SELECT '夜'\r\n-- it's ?\n"


def test_the_mark_that_some_editors_begin_a_file_with_is_no_part_of_the_sql(client):
    put_sql(client, b"\xef\xbb\xbfSELECT 1")

    assert s3.read_sql(client, BUCKET, KEY) == "SELECT 1"


@pytest.mark.parametrize("key", ["夜/sales arrived+1%20?.sql", "../a.sql", " ", "k" * 1024])
def test_sql_may_lie_under_any_key(key, client):
    put_sql(client, b"SELECT 1", key)

    assert s3.read_sql(client, BUCKET, key) == "SELECT 1"


@pytest.mark.parametrize(
    ("bucket", "key"), [(BUCKET, "missing.sql"), ("stepkeeper-missing", KEY)], ids=["key", "bucket"]
)
def test_sql_that_is_not_there_is_an_error_that_says_where_it_was_looked_for(bucket, key, client):
    with pytest.raises(SqlNotFound, match=f"There is no SQL at s3://{bucket}/{key}"):
        s3.read_sql(client, bucket, key)


def test_sql_that_may_not_be_read_may_as_well_be_missing(client):
    with Stubber(client) as stub:
        stub.add_client_error("get_object", "AccessDenied", "not authorized to perform s3:GetObject", 403)

        with pytest.raises(SqlNotFound, match=f"s3://{BUCKET}/{KEY}, or .* may not .*s3:GetObject"):
            s3.read_sql(client, BUCKET, KEY)


def test_an_outage_of_s3_is_not_mistaken_for_a_missing_object(client):
    with Stubber(client) as stub:
        stub.add_client_error("get_object", "SlowDown", "Please reduce your request rate.", 503)

        with pytest.raises(EngineUnavailable, match="SlowDown"):
            s3.read_sql(client, BUCKET, KEY)


@pytest.mark.parametrize("failure", [ConnectTimeoutError, ReadTimeoutError])
def test_where_s3_does_not_answer_the_sql_may_be_read_later(client, failure):
    def fail(**_):
        raise failure(endpoint_url="https://s3.invalid")

    client.meta.events.register("before-call.s3.GetObject", fail, unique_id="failure")
    try:
        with pytest.raises(EngineUnavailable, match=f"s3://{BUCKET}/{KEY} can not be read now"):
            s3.read_sql(client, BUCKET, KEY)
    finally:
        client.meta.events.unregister("before-call.s3.GetObject", unique_id="failure")


def test_any_other_refusal_of_s3_is_raised_as_it_comes(client):
    with Stubber(client) as stub:
        stub.add_client_error("get_object", "InvalidObjectState", "It is in Glacier.", 403)

        with pytest.raises(ClientError, match="InvalidObjectState"):
            s3.read_sql(client, BUCKET, KEY)


def test_sql_is_as_long_as_an_engine_takes_it(client):
    put_sql(client, b"x" * s3.SQL_BYTES)

    assert len(s3.read_sql(client, BUCKET, KEY)) == 1024 * 1024


def test_a_larger_object_is_refused_before_it_is_read(client):
    body = RawUnread()
    with Stubber(client) as stub:
        stub.add_response(
            "get_object",
            {"ContentLength": s3.SQL_BYTES + 1, "Body": StreamingBody(body, s3.SQL_BYTES + 1)},
            {"Bucket": BUCKET, "Key": KEY},
        )

        with pytest.raises(InvalidSql, match=f"s3://{BUCKET}/{KEY} has 1048577 bytes"):
            s3.read_sql(client, BUCKET, KEY)


@pytest.mark.parametrize("body", [b"SELECT '\xff'", "SELECT 1".encode("utf-16"), b"PAR1\x15\x04\x80"])
def test_what_is_no_text_is_no_sql(body, client):
    put_sql(client, body)

    with pytest.raises(InvalidSql, match=f"s3://{BUCKET}/{KEY} is no UTF-8 text"):
        s3.read_sql(client, BUCKET, KEY)


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\xef\xbb\xbf", "\u3000".encode()])
def test_what_is_empty_is_no_sql(body, client):
    put_sql(client, body)

    with pytest.raises(InvalidSql, match=f"s3://{BUCKET}/{KEY} is empty"):
        s3.read_sql(client, BUCKET, KEY)
