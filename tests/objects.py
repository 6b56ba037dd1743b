"""Puts objects into a bucket past the API: a thousand signed requests take seconds, and test nothing."""

from collections.abc import Iterable

from moto.s3.models import s3_backends

from tests.template import ACCOUNT


def put_objects(bucket: str, keys: Iterable[str], body: bytes = b"") -> None:
    backend = s3_backends[ACCOUNT]["aws"]
    for key in keys:
        backend.put_object(bucket, key, body)
