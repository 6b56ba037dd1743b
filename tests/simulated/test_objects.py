"""S3 answers as moto does, as far as logs are exported to it."""

import pytest
from botocore.exceptions import ClientError

from tests.memory import Stack
from tests.simulated.answered import answered

LEFT_OPEN = {
    "AcceptRanges", "Body", "BucketName", "ChecksumAlgorithm", "ChecksumCRC32", "ChecksumType", "Condition",
    "ContinuationToken", "EncodingType", "LastModified", "Metadata", "NextContinuationToken", "Owner",
    "ServerSideEncryption", "VersionId",
}  # fmt: skip


def told(value):
    """Without what S3 leaves open, and what an error repeats of the request."""
    if isinstance(value, dict):
        left = LEFT_OPEN | ({"Key"} if "Code" in value else set())
        return {name: told(its) for name, its in value.items() if name not in left}
    return [told(each) for each in value] if isinstance(value, list) else value


CALLS = [
    ("put_object", {"Key": "a/1.json", "Body": b'{"x": 1}', "ContentType": "application/json"}),
    ("put_object", {"Key": "a/2 ü.json", "Body": "text", "StorageClass": "STANDARD_IA"}),
    ("put_object", {"Key": "b/3", "Body": b""}),
    ("put_object", {"Key": "b/3", "Body": b"more"}),
    ("put_object", {"Key": "b/3", "Body": b"more", "IfNoneMatch": "*"}),
    ("get_object", {"Key": "a/1.json"}),
    ("get_object", {"Key": "a/2 ü.json"}),
    ("get_object", {"Key": "none"}),
    ("head_object", {"Key": "b/3"}),
    ("head_object", {"Key": "none"}),
    ("list_objects_v2", {}),
    ("list_objects_v2", {"Prefix": "a/"}),
    ("list_objects_v2", {"Prefix": "none"}),
    ("list_objects_v2", {"Prefix": "a", "MaxKeys": 1}),
    ("list_objects_v2", {"StartAfter": "a/1.json"}),
]


def test_it_answers_as_moto_does(stack: Stack, simulation) -> None:
    def all_of(client, bucket):
        return [told(answered(client, operation, {"Bucket": bucket, **sent})) for operation, sent in CALLS]

    expected = all_of(stack.aws.client("s3"), stack.export_bucket)

    assert all_of(simulation.client("s3"), simulation.world.s3.bucket) == expected


def test_objects_are_listed_by_thousands(simulation):
    world, client = simulation.world, simulation.client("s3")
    for number in range(2_500):
        world.s3.put(f"exports/{number:04d}", b"x")
    world.s3.put("other", b"x")

    pages = client.get_paginator("list_objects_v2").paginate(Bucket=world.s3.bucket, Prefix="exports/")

    found = [[each["Key"] for each in page["Contents"]] for page in pages]
    assert [len(page) for page in found] == [1_000, 1_000, 500]
    assert [key for page in found for key in page] == [f"exports/{number:04d}" for number in range(2_500)]


def test_what_was_written_is_read(simulation):
    client, bucket = simulation.client("s3"), simulation.world.s3.bucket
    client.put_object(Bucket=bucket, Key="a b/ü", Body="夜".encode())

    assert client.get_object(Bucket=bucket, Key="a b/ü")["Body"].read() == "夜".encode()
    assert simulation.world.s3.objects == {"a b/ü": "夜".encode()}
    assert simulation.world.s3.bucket == simulation.template.resolve({"Ref": "ExportBucket"})


def test_there_is_one_bucket(simulation):
    with pytest.raises(ClientError, match="NoSuchBucket"):
        simulation.client("s3").list_objects_v2(Bucket="another")
