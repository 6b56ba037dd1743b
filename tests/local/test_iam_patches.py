"""IAM decides as on AWS; each test also shows that MiniStack alone decides otherwise."""

import json
from typing import Any

from local.embedded_aws import EmbeddedAws
from tests.local.support import Queue, Role, error_code, new_name

SCHEDULE: dict[str, Any] = {"ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}}


def test_a_policy_that_insists_on_tls_does_not_shut_everyone_out(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    def send_to_tls_only_queue(aws: EmbeddedAws) -> str | None:
        queue, role = Queue(aws), Role(aws)
        deny = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": queue.arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
        aws.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": policy})
        role.may({"Action": "sqs:SendMessage", "Resource": queue.arn})
        return error_code(lambda: role.client("sqs").send_message(QueueUrl=queue.url, MessageBody="x"))

    assert send_to_tls_only_queue(embedded) is None
    assert send_to_tls_only_queue(bare) == "AccessDenied"


def test_a_batch_is_allowed_by_the_action_for_one_message(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    def send_batch(aws: EmbeddedAws) -> str | None:
        queue, role = Queue(aws), Role(aws)
        role.may({"Action": "sqs:SendMessage", "Resource": queue.arn})
        entries = [{"Id": "1", "MessageBody": "x"}]
        return error_code(lambda: role.client("sqs").send_message_batch(QueueUrl=queue.url, Entries=entries))

    assert send_batch(embedded) is None
    assert send_batch(bare) == "AccessDenied"


def test_a_batch_is_refused_without_the_action_for_one_message(embedded: EmbeddedAws) -> None:
    queue, role = Queue(embedded), Role(embedded)
    role.may({"Action": "sqs:ReceiveMessage", "Resource": queue.arn})

    code = error_code(
        lambda: role.client("sqs").send_message_batch(
            QueueUrl=queue.url, Entries=[{"Id": "1", "MessageBody": "x"}]
        )
    )

    assert code == "AccessDenied"


def test_a_rule_of_the_default_bus_goes_by_its_name_alone(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    def disable(aws: EmbeddedAws) -> str | None:
        name, role = new_name("rule"), Role(aws)
        arn = aws.client("events").put_rule(Name=name, ScheduleExpression="rate(1 day)")["RuleArn"]
        role.may({"Action": "events:DisableRule", "Resource": arn})
        return error_code(lambda: role.client("events").disable_rule(Name=name))

    assert disable(embedded) is None
    assert disable(bare) == "AccessDeniedException"


def test_a_rule_of_another_bus_goes_by_bus_and_name(embedded: EmbeddedAws) -> None:
    bus, name, role = new_name("bus"), new_name("rule"), Role(embedded)
    events = embedded.client("events")
    events.create_event_bus(Name=bus)
    arn = events.put_rule(Name=name, EventBusName=bus, EventPattern='{"source": ["x"]}')["RuleArn"]

    role.may({"Action": "events:DisableRule", "Resource": arn})

    assert arn.endswith(f":rule/{bus}/{name}")
    assert error_code(lambda: role.client("events").disable_rule(Name=name, EventBusName=bus)) is None
    assert error_code(lambda: role.client("events").disable_rule(Name=name)) == "AccessDeniedException"


def test_a_schedule_goes_by_its_own_group(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    def read(aws: EmbeddedAws) -> str | None:
        group, name, role = new_name("group"), new_name("schedule"), Role(aws)
        scheduler, target = aws.client("scheduler"), {"Arn": Queue(aws).arn, "RoleArn": role.arn}
        scheduler.create_schedule_group(Name=group)
        arn = scheduler.create_schedule(Name=name, GroupName=group, Target=target, **SCHEDULE)["ScheduleArn"]
        role.may({"Action": "scheduler:GetSchedule", "Resource": arn})
        return error_code(lambda: role.client("scheduler").get_schedule(Name=name, GroupName=group))

    assert read(embedded) is None
    assert read(bare) == "AccessDeniedException"


def test_a_log_group_goes_by_an_arn_with_an_end(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    def read(aws: EmbeddedAws) -> str | None:
        name, role, logs = new_name("/logs/of"), Role(aws), aws.client("logs")
        logs.create_log_group(logGroupName=name)
        arn = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]["arn"]
        role.may({"Action": "logs:DescribeLogStreams", "Resource": arn})
        return error_code(lambda: role.client("logs").describe_log_streams(logGroupName=name))

    assert read(embedded) is None
    assert read(bare) == "AccessDeniedException"


def test_a_schedule_is_updated_only_by_who_may_pass_its_role(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    def update(aws: EmbeddedAws, *permissions: dict[str, Any]) -> str | None:
        name, role = new_name("schedule"), Role(aws)
        settings = SCHEDULE | {"Name": name, "Target": {"Arn": Queue(aws).arn, "RoleArn": role.arn}}
        aws.client("scheduler").create_schedule(**settings)
        role.may({"Action": "scheduler:UpdateSchedule", "Resource": "*"}, *permissions)
        return error_code(lambda: role.client("scheduler").update_schedule(**settings, State="DISABLED"))

    def passing_to(service: str) -> dict[str, Any]:
        condition = {"StringEquals": {"iam:PassedToService": service}}
        return {"Action": "iam:PassRole", "Resource": "*", "Condition": condition}

    assert update(embedded) == "AccessDeniedException"
    assert update(embedded, passing_to("lambda.amazonaws.com")) == "AccessDeniedException"
    assert update(embedded, passing_to("scheduler.amazonaws.com")) is None
    assert update(bare) is None


def test_a_topic_under_a_key_is_published_to_only_by_who_may_use_the_key(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    def publish(aws: EmbeddedAws, *key_actions: str) -> str | None:
        role, key = Role(aws), aws.client("kms").create_key()["KeyMetadata"]
        attributes = {"KmsMasterKeyId": key["KeyId"]}
        topic = aws.client("sns").create_topic(Name=new_name("topic"), Attributes=attributes)["TopicArn"]
        role.may(
            {"Action": "sns:Publish", "Resource": topic},
            {"Action": ["kms:DescribeKey", *key_actions], "Resource": key["Arn"]},
        )
        return error_code(lambda: role.client("sns").publish(TopicArn=topic, Message="x"))

    assert publish(embedded) == "KMSAccessDenied"
    assert publish(embedded, "kms:Decrypt") == "KMSAccessDenied"
    assert publish(embedded, "kms:GenerateDataKey") == "KMSAccessDenied"
    assert publish(embedded, "kms:GenerateDataKey", "kms:Decrypt") is None
    assert publish(bare) is None


def test_a_queue_under_a_key_is_sent_to_only_by_who_may_use_the_key(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    def send(aws: EmbeddedAws, *key_actions: str) -> str | None:
        role, key = Role(aws), aws.client("kms").create_key()["KeyMetadata"]
        queue = Queue(aws, {"KmsMasterKeyId": key["Arn"]})
        role.may(
            {"Action": "sqs:SendMessage", "Resource": queue.arn},
            {"Action": ["kms:DescribeKey", *key_actions], "Resource": key["Arn"]},
        )
        return error_code(lambda: role.client("sqs").send_message(QueueUrl=queue.url, MessageBody="x"))

    assert send(embedded) == "KmsAccessDenied"
    assert send(embedded, "kms:GenerateDataKey", "kms:Decrypt") is None
    assert send(bare) is None
