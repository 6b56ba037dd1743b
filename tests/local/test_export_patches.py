"""What log exports rely on besides export tasks: tags, listings, retention, metrics, lifecycle rules.

Where MiniStack alone behaves otherwise than AWS, a test shows that too.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from local.embedded_aws import EmbeddedAws
from tests.local.support import Role, error_code, new_name

GROUPS = "logs:log-group"
RULE: dict[str, Any] = {
    "Id": "StandardIa",
    "Status": "Enabled",
    "Prefix": "standard-ia/",
    "Transitions": [{"StorageClass": "STANDARD_IA", "TransitionInDays": 30}],
}


def arn_of(aws: EmbeddedAws, group: str) -> str:
    return f"arn:aws:logs:{aws.region}:{aws.account}:log-group:{group}"


def found(aws: EmbeddedAws, *filters: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """What GetResources tells of log groups, from all pages."""
    pages = aws.client("resourcegroupstaggingapi").get_paginator("get_resources")
    return [
        resource
        for page in pages.paginate(ResourceTypeFilters=[GROUPS], TagFilters=list(filters), **more)
        for resource in page["ResourceTagMappingList"]
    ]


def test_log_groups_are_found_by_tags_that_they_got_in_any_way(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    def tagged(aws: EmbeddedAws, key: str) -> list[str]:
        logs, made, later, other = aws.client("logs"), *(new_name("/tagged") for _ in range(3))
        logs.create_log_group(logGroupName=made, tags={key: "yes", "team": "a"})
        logs.create_log_group(logGroupName=later)
        logs.tag_resource(resourceArn=arn_of(aws, later), tags={key: "yes"})
        logs.create_log_group(logGroupName=other, tags={key: "no"})
        wanted = {"Key": key, "Values": ["yes"]}
        team = {"Key": "team", "Values": ["a"]}
        assert [each["ResourceARN"] for each in found(aws, wanted, team)] in ([], [arn_of(aws, made)])
        resources = [each["ResourceARN"] for each in found(aws, wanted)]
        return [{arn_of(aws, made): "made", arn_of(aws, later): "later"}[arn] for arn in resources]

    assert sorted(tagged(embedded, new_name("key"))) == ["later", "made"]
    assert tagged(bare, new_name("key")) == []


def test_a_log_group_that_a_stack_tags_is_found(embedded: EmbeddedAws) -> None:
    key, group = new_name("key"), new_name("/stacked")
    _deploy(embedded, "AWS::Logs::LogGroup", {"LogGroupName": group, "Tags": [{"Key": key, "Value": "yes"}]})

    (resource,) = found(embedded, {"Key": key})

    assert resource["ResourceARN"] == arn_of(embedded, group)
    assert {"Key": key, "Value": "yes"} in resource["Tags"]


def test_a_log_group_without_tags_or_that_is_gone_is_not_found(embedded: EmbeddedAws) -> None:
    logs, key, bare_of_tags, gone = embedded.client("logs"), new_name("key"), new_name("/g"), new_name("/g")
    logs.create_log_group(logGroupName=bare_of_tags)
    logs.create_log_group(logGroupName=gone, tags={key: "yes"})
    logs.delete_log_group(logGroupName=gone)

    assert found(embedded, {"Key": key}) == []
    assert arn_of(embedded, bare_of_tags) not in [each["ResourceARN"] for each in found(embedded)]


def test_resources_are_told_by_pages(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    def pages(aws: EmbeddedAws, **settings: Any) -> list[int]:
        sqs, key = aws.client("sqs"), new_name("key")
        for _ in range(105):
            sqs.create_queue(QueueName=new_name("queue"), tags={key: "x"})
        pages = aws.client("resourcegroupstaggingapi").get_paginator("get_resources")
        return [len(page["ResourceTagMappingList"])
                for page in pages.paginate(TagFilters=[{"Key": key}], **settings)]  # fmt: skip

    assert pages(embedded) == [100, 5]
    assert pages(embedded, ResourcesPerPage=50) == [50, 50, 5]
    assert pages(bare) == [105]


def test_only_who_may_get_resources_finds_log_groups(embedded: EmbeddedAws) -> None:
    role = Role(embedded)
    role.may({"Action": "logs:ListTagsForResource", "Resource": "*"})

    def find() -> str | None:
        tagging = role.client("resourcegroupstaggingapi")
        return error_code(lambda: tagging.get_resources(ResourceTypeFilters=[GROUPS]))

    refused = find()
    role.may({"Action": "tag:GetResources", "Resource": "*"})

    assert (refused, find()) == ("AccessDeniedException", None)


def test_log_groups_are_listed_by_pages_of_fifty_at_most(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    def listed(aws: EmbeddedAws) -> tuple[list[int], str | None]:
        role, prefix = Role(aws), new_name("/many")
        for n in range(105):
            aws.client("logs").create_log_group(logGroupName=f"{prefix}/{n}")
        role.may({"Action": "logs:DescribeLogGroups", "Resource": "*"})
        logs = role.client("logs")
        pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=f"{prefix}/")
        too_many = error_code(lambda: logs.describe_log_groups(limit=51))
        return [len(page["logGroups"]) for page in pages], too_many

    assert listed(embedded) == ([50, 50, 5], "InvalidParameterException")
    assert listed(bare)[1] is None


def test_only_who_may_put_a_retention_policy_on_a_log_group_does(embedded: EmbeddedAws) -> None:
    logs, role, mine, other = embedded.client("logs"), Role(embedded), new_name("/mine"), new_name("/other")
    for group in (mine, other):
        logs.create_log_group(logGroupName=group)
    role.may({"Action": "logs:PutRetentionPolicy", "Resource": f"{arn_of(embedded, mine)}:*"})
    acting = role.client("logs")

    def put(group: str, days: int) -> str | None:
        return error_code(lambda: acting.put_retention_policy(logGroupName=group, retentionInDays=days))

    assert [put(mine, 90), put(mine, 91), put(other, 90)] == [
        None,
        "InvalidParameterException",
        "AccessDeniedException",
    ]
    (listed,) = logs.describe_log_groups(logGroupNamePrefix=mine)["logGroups"]
    assert listed["retentionInDays"] == 90


def test_incoming_bytes_are_told_for_fifteen_months_the_newest_first(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    today = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=ago) for ago in (400, 3, 2)]

    def told(aws: EmbeddedAws, **settings: Any) -> list[float]:
        role, group = Role(aws), new_name("/metered")
        for size, day in enumerate(days, start=1):
            _put_incoming_bytes(aws, group, day, size * 1_000.0)
        role.may({"Action": "cloudwatch:GetMetricData", "Resource": "*"})
        (result,) = role.client("cloudwatch").get_metric_data(
            StartTime=days[0] - timedelta(days=1),
            EndTime=today,
            MetricDataQueries=[_incoming_bytes(group, "m0")],
            **settings,
        )["MetricDataResults"]
        return list(result["Values"])

    assert told(embedded) == [3_000, 2_000, 1_000]
    assert told(embedded, ScanBy="TimestampAscending") == [1_000, 2_000, 3_000]
    assert told(bare) == [2_000, 3_000]


def test_only_who_may_get_metric_data_gets_any_and_of_five_hundred_metrics_at_most(
    embedded: EmbeddedAws,
) -> None:
    role, now = Role(embedded), datetime.now(UTC)

    def get(metrics: int) -> str | None:
        cloudwatch = role.client("cloudwatch")
        queries = [_incoming_bytes(f"/g/{n}", f"m{n}") for n in range(metrics)]
        return error_code(
            lambda: cloudwatch.get_metric_data(
                StartTime=now - timedelta(days=1), EndTime=now, MetricDataQueries=queries
            )
        )

    refused = get(1)
    role.may({"Action": "cloudwatch:GetMetricData", "Resource": "*"})

    assert refused == "AccessDeniedException"
    assert [get(500), get(501)] == [None, "ValidationError"]


def test_cloudformation_keeps_the_lifecycle_rules_of_a_bucket(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    rules = [
        RULE,
        {"Id": "Uploads", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
        {
            "Id": "Old",
            "Status": "Disabled",
            "TagFilters": [{"Key": "keep", "Value": "no"}],
            "ExpirationInDays": 400,
            "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
        },
    ]

    def kept(aws: EmbeddedAws) -> Any:
        bucket = _deploy(aws, "AWS::S3::Bucket", {"LifecycleConfiguration": {"Rules": rules}})
        return aws.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]

    assert kept(embedded) == [
        {
            "ID": "StandardIa",
            "Status": "Enabled",
            "Filter": {"Prefix": "standard-ia/"},
            "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
        },
        {
            "ID": "Uploads",
            "Status": "Enabled",
            "Filter": {},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        },
        {
            "ID": "Old",
            "Status": "Disabled",
            "Filter": {"Tag": {"Key": "keep", "Value": "no"}},
            "Expiration": {"Days": 400},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
        },
    ]
    assert error_code(lambda: kept(bare)) == "NoSuchLifecycleConfiguration"


def test_lifecycle_rules_that_a_template_no_longer_has_are_gone(embedded: EmbeddedAws) -> None:
    stack = new_name("stack")
    _deploy(embedded, "AWS::S3::Bucket", {"LifecycleConfiguration": {"Rules": [RULE]}}, stack)

    bucket = _deploy(embedded, "AWS::S3::Bucket", {}, stack)

    s3 = embedded.client("s3")
    code = error_code(lambda: s3.get_bucket_lifecycle_configuration(Bucket=bucket))
    assert code == "NoSuchLifecycleConfiguration"


def test_a_bucket_whose_objects_would_move_to_infrequent_access_too_early_is_not_made(
    embedded: EmbeddedAws,
) -> None:
    early = RULE | {"Transitions": [{"StorageClass": "STANDARD_IA", "TransitionInDays": 29}]}

    with pytest.raises(WaiterError):
        _deploy(embedded, "AWS::S3::Bucket", {"LifecycleConfiguration": {"Rules": [early]}})


def _incoming_bytes(group: str, name: str) -> dict[str, Any]:
    dimensions = [{"Name": "LogGroupName", "Value": group}]
    metric = {"Namespace": "AWS/Logs", "MetricName": "IncomingBytes", "Dimensions": dimensions}
    return {"Id": name, "MetricStat": {"Metric": metric, "Period": 86_400, "Stat": "Sum"}}


def _put_incoming_bytes(aws: EmbeddedAws, group: str, at: datetime, size: float) -> None:
    dimensions = [{"Name": "LogGroupName", "Value": group}]
    datum = {"MetricName": "IncomingBytes", "Dimensions": dimensions, "Timestamp": at, "Value": size}
    aws.client("cloudwatch").put_metric_data(Namespace="AWS/Logs", MetricData=[datum | {"Unit": "Bytes"}])


def _deploy(aws: EmbeddedAws, kind: str, properties: dict[str, Any], stack: str | None = None) -> str:
    """Deploy or update a stack of one resource; returns the resource's name."""
    cloudformation, name = aws.client("cloudformation"), stack or new_name("stack")
    template = json.dumps({"Resources": {"Made": {"Type": kind, "Properties": properties}}})
    exists = error_code(lambda: cloudformation.describe_stacks(StackName=name)) is None
    change = cloudformation.update_stack if exists else cloudformation.create_stack
    change(StackName=name, TemplateBody=template)
    waiter = cloudformation.get_waiter("stack_update_complete" if exists else "stack_create_complete")
    waiter.wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 15})
    made = cloudformation.describe_stack_resource(StackName=name, LogicalResourceId="Made")
    return str(made["StackResourceDetail"]["PhysicalResourceId"])
