"""What keeps anything for Stepkeeper keeps it long enough, encrypted, and out of reach of everybody else."""

from typing import Any, get_args

import pytest

from stepkeeper.domain.export_layout import storage_folder
from stepkeeper.domain.export_table import StorageClass
from tests.contract.stack import arn, as_list, properties, ref, resources

NO_TLS = {"Bool": {"aws:SecureTransport": "false"}}
ACCOUNT_ONLY = {"aws:SourceAccount": ref("AWS::AccountId")}
LOG_GROUPS = {
    "aws:SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*"}
}
LOGS = {"Service": {"Fn::Sub": "logs.${AWS::Region}.amazonaws.com"}}


def statements(policies: str, attached_by: str, store: str) -> list[dict[str, Any]]:
    """The statements of the policies of one type that are attached to a queue, topic or bucket."""
    return [
        statement
        for policy in properties(policies).values()
        if ref(store) in as_list(policy[attached_by])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


@pytest.mark.parametrize(
    ("kind", "policies", "attached_by", "actions"),
    [
        ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "Queues", "sqs:*"),
        # Of what a topic's policy may name, publishing alone carries a message.
        ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "Topics", "sns:Publish"),
        ("AWS::S3::Bucket", "AWS::S3::BucketPolicy", "Bucket", "s3:*"),
    ],
)
def test_nobody_gets_in_without_tls(kind: str, policies: str, attached_by: str, actions: str) -> None:
    for store in resources(kind):
        (denied,) = [it for it in statements(policies, attached_by, store) if it["Effect"] == "Deny"]

        assert (denied["Principal"], denied["Action"], denied["Condition"]) == ("*", actions, NO_TLS), store
        covered = as_list(denied["Resource"])
        assert arn(store) in covered or (ref(store) in covered and kind == "AWS::SNS::Topic"), store


def test_the_contents_of_the_bucket_are_under_its_tls_rule_too() -> None:
    (denied,) = [
        it for it in statements("AWS::S3::BucketPolicy", "Bucket", "ExportBucket") if it["Effect"] == "Deny"
    ]

    assert denied["Resource"] == [arn("ExportBucket"), {"Fn::Sub": "${ExportBucket.Arn}/*"}]


def test_the_state_table_forgets_in_time_and_can_be_brought_back() -> None:
    table = properties("AWS::DynamoDB::Table")["StateTable"]

    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_every_topic_is_encrypted_with_a_key_that_lets_alarms_through() -> None:
    key = properties("AWS::KMS::Key")["AlertKey"]

    (alarms,) = [it for it in key["KeyPolicy"]["Statement"] if "Service" in it["Principal"]]

    topics = properties("AWS::SNS::Topic")
    assert {name: topic["KmsMasterKeyId"] for name, topic in topics.items()} == {
        "AlertTopic": ref("AlertKey"),
        "ChatTopic": ref("AlertKey"),
    }
    assert alarms["Effect"] == "Allow"
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms["Action"] == ["kms:GenerateDataKey", "kms:Decrypt"]
    assert alarms["Condition"] == {"StringEquals": ACCOUNT_ONLY}
    assert key["EnableKeyRotation"] is True


def test_alarms_of_this_account_may_publish_to_the_topic() -> None:
    (allowed,) = [
        it for it in statements("AWS::SNS::TopicPolicy", "Topics", "AlertTopic") if it["Effect"] == "Allow"
    ]

    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert (allowed["Action"], allowed["Resource"]) == ("sns:Publish", ref("AlertTopic"))
    assert allowed["Condition"] == {"StringEquals": ACCOUNT_ONLY}


def test_nobody_is_let_into_the_chat_topic_but_by_a_policy_of_their_own() -> None:
    effects = [it["Effect"] for it in statements("AWS::SNS::TopicPolicy", "Topics", "ChatTopic")]

    assert effects == ["Deny"]


def test_the_bucket_is_private_and_encrypted() -> None:
    bucket = properties("AWS::S3::Bucket")["ExportBucket"]

    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert sorted(bucket["PublicAccessBlockConfiguration"].items()) == [
        ("BlockPublicAcls", True),
        ("BlockPublicPolicy", True),
        ("IgnorePublicAcls", True),
        ("RestrictPublicBuckets", True),
    ]


def test_what_was_exported_gets_cheaper_and_is_never_dropped() -> None:
    rules = properties("AWS::S3::Bucket")["ExportBucket"]["LifecycleConfiguration"]["Rules"]

    assert {rule["Status"] for rule in rules} == {"Enabled"}
    assert {key for rule in rules for key in rule} - {"Id", "Status"} == {
        "Prefix",
        "Transitions",
        "AbortIncompleteMultipartUpload",
        "NoncurrentVersionExpiration",
    }


def test_what_is_exported_in_a_storage_class_goes_there_and_nothing_else_goes_anywhere() -> None:
    rules = properties("AWS::S3::Bucket")["ExportBucket"]["LifecycleConfiguration"]["Rules"]

    # S3 User Guide, transitioning objects: nothing goes into STANDARD_IA before 30 days.
    assert {rule["Prefix"]: rule["Transitions"] for rule in rules if "Transitions" in rule} == {
        f"{storage_folder(into)}/": [
            {"StorageClass": into, "TransitionInDays": 30 if into == "STANDARD_IA" else 0}
        ]
        for into in get_args(StorageClass)
        if into != "STANDARD"
    }


def test_cloudwatch_logs_may_export_into_the_bucket_and_nobody_may_do_more() -> None:
    allowed = [
        {key: value for key, value in it.items() if key != "Sid"}
        for it in statements("AWS::S3::BucketPolicy", "Bucket", "ExportBucket")
        if it["Effect"] == "Allow"
    ]

    # CloudWatch Logs User Guide, exporting to S3 in the same account
    assert allowed == [
        {
            "Effect": "Allow",
            "Principal": LOGS,
            "Action": "s3:GetBucketAcl",
            "Resource": arn("ExportBucket"),
            "Condition": {"StringEquals": ACCOUNT_ONLY, "ArnLike": LOG_GROUPS},
        },
        {
            "Effect": "Allow",
            "Principal": LOGS,
            "Action": "s3:PutObject",
            "Resource": {"Fn::Sub": "${ExportBucket.Arn}/*"},
            "Condition": {
                "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", **ACCOUNT_ONLY},
                "ArnLike": LOG_GROUPS,
            },
        },
    ]
