"""Which log groups carry which tags. What moto does not know is answered as the API would."""

import pytest
from botocore.stub import Stubber

from stepkeeper.aws.tagging import tagged_log_groups

ARN = "arn:aws:logs:ap-northeast-1:123456789012:log-group:"
ASKED = {
    "ResourceTypeFilters": ["logs:log-group"],
    "TagFilters": [{"Key": "export", "Values": ["yes"]}, {"Key": "team", "Values": ["売上"]}],
}
TAGS = (("export", "yes"), ("team", "売上"))


@pytest.fixture
def client(aws):
    return aws.client("resourcegroupstaggingapi")


def found(*arns: str) -> list[dict[str, str]]:
    return [{"ResourceARN": arn} for arn in arns]


def test_log_groups_with_all_of_the_tags_are_found_by_name_over_all_pages(client):
    with Stubber(client) as stub:
        stub.add_response(
            "get_resources",
            {"ResourceTagMappingList": found(f"{ARN}/a", f"{ARN}b:*"), "PaginationToken": "more"},
            ASKED,
        )
        stub.add_response(
            "get_resources",
            {"ResourceTagMappingList": found(f"{ARN}/a/b#c"), "PaginationToken": ""},
            ASKED | {"PaginationToken": "more"},
        )

        assert tagged_log_groups(client, TAGS) == {"/a", "b", "/a/b#c"}


def test_where_no_log_group_carries_the_tags_none_is_found(client):
    with Stubber(client) as stub:
        stub.add_response("get_resources", {"ResourceTagMappingList": []}, ASKED)

        assert tagged_log_groups(client, TAGS) == frozenset()
