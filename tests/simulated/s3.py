"""S3: one bucket, the one that logs are exported to."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from io import BytesIO
from itertools import takewhile
from typing import Any

from botocore.response import StreamingBody

from tests.simulated.clock import Clock
from tests.simulated.refusal import Refusal, only

LARGEST_PAGE = 1_000


@dataclass(frozen=True)
class StoredObject:
    content: bytes
    written_at: datetime
    storage_class: str = "STANDARD"
    content_type: str = "binary/octet-stream"

    @property
    def etag(self) -> str:
        return f'"{md5(self.content, usedforsecurity=False).hexdigest()}"'


class S3:
    """`objects` has what is in the bucket, by key. `catch_up` lets those write who would have by now."""

    def __init__(self, clock: Clock, bucket: str) -> None:
        self.bucket = bucket
        self.catch_up: Callable[[], None] = lambda: None
        self._clock = clock
        self._keys: list[str] = []
        self._stored: dict[str, StoredObject] = {}

    @property
    def objects(self) -> dict[str, bytes]:
        self.catch_up()
        return {key: self._stored[key].content for key in self._keys}

    def stored(self, key: str) -> StoredObject:
        self.catch_up()
        return self._stored[key]

    def put(self, key: str, content: bytes, *, at: datetime | None = None, **how: str) -> StoredObject:
        if key not in self._stored:
            insort(self._keys, key)
        self._stored[key] = StoredObject(content, at or self._clock.stamp, **how)
        return self._stored[key]

    def delete(self, key: str) -> None:
        self.catch_up()
        del self._stored[key]
        self._keys.remove(key)

    def put_object(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "Bucket", "Key", "Body", "ContentType", "StorageClass", "IfNoneMatch", "ChecksumAlgorithm")
        self._check(sent)
        if sent.get("IfNoneMatch") == "*" and sent["Key"] in self._stored:
            message = "At least one of the pre-conditions you specified did not hold"
            raise Refusal("PreconditionFailed", message, status=412)
        body = sent.get("Body", b"")
        content = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else body.read()
        how = {"storage_class": sent.get("StorageClass"), "content_type": sent.get("ContentType")}
        made = self.put(sent["Key"], content, **{name: its for name, its in how.items() if its is not None})
        return {"ETag": made.etag}

    def get_object(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "Bucket", "Key", "ChecksumMode")
        its = self._found(sent)
        size = len(its.content)
        return self._headers(its) | {"Body": StreamingBody(BytesIO(its.content), size), "ContentLength": size}

    def head_object(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "Bucket", "Key")
        try:
            its = self._found(sent)
        except Refusal as refusal:
            raise Refusal("404", "Not Found", status=404) from refusal
        return self._headers(its) | {"ContentLength": len(its.content)}

    def list_objects_v2(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "Bucket", "Prefix", "MaxKeys", "StartAfter", "ContinuationToken", "EncodingType")
        self._check(sent)
        prefix, limit = sent.get("Prefix", ""), min(sent.get("MaxKeys", LARGEST_PAGE), LARGEST_PAGE)
        first = bisect_left(self._keys, prefix)
        if after := sent.get("ContinuationToken") or sent.get("StartAfter"):
            first = max(first, bisect_right(self._keys, after))
        following = (self._keys[place] for place in range(first, min(first + limit + 1, len(self._keys))))
        found = list(takewhile(lambda key: key.startswith(prefix), following))
        answer = {"Name": self.bucket, "Prefix": prefix, "MaxKeys": limit, "IsTruncated": len(found) > limit}
        answer["KeyCount"] = len(found[:limit])
        answer |= {name: sent[name] for name in ("StartAfter", "ContinuationToken") if name in sent}
        if found:
            answer["Contents"] = [self._listed(key) for key in found[:limit]]
        return answer | ({"NextContinuationToken": found[limit - 1]} if len(found) > limit else {})

    def _listed(self, key: str) -> dict[str, Any]:
        its = self._stored[key]
        told = {"Key": key, "LastModified": its.written_at, "ETag": its.etag}
        return told | {"Size": len(its.content), "StorageClass": its.storage_class}

    def _headers(self, its: StoredObject) -> dict[str, Any]:
        told = {"LastModified": its.written_at, "ETag": its.etag, "ContentType": its.content_type}
        return told | ({} if its.storage_class == "STANDARD" else {"StorageClass": its.storage_class})

    def _found(self, sent: dict[str, Any]) -> StoredObject:
        self._check(sent)
        if sent["Key"] not in self._stored:
            message = "The specified key does not exist."
            raise Refusal("NoSuchKey", message, status=404)
        return self._stored[sent["Key"]]

    def _check(self, sent: dict[str, Any]) -> None:
        self.catch_up()
        if sent["Bucket"] != self.bucket:
            raise Refusal("NoSuchBucket", "The specified bucket does not exist", status=404)
