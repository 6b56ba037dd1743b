"""Resource Groups Tagging: which log groups carry which tags."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_resourcegroupstaggingapi import ResourceGroupsTaggingAPIClient

LOG_GROUP = ":log-group:"


def tagged_log_groups(
    client: "ResourceGroupsTaggingAPIClient", tags: Iterable[tuple[str, str]]
) -> frozenset[str]:
    """The names of the log groups with all of these tags; asking each for its own would be throttled."""
    pages = client.get_paginator("get_resources").paginate(
        ResourceTypeFilters=["logs:log-group"],
        TagFilters=[{"Key": key, "Values": [value]} for key, value in tags],
    )
    return frozenset(
        item["ResourceARN"].partition(LOG_GROUP)[2].removesuffix(":*")
        for page in pages
        for item in page["ResourceTagMappingList"]
    )
