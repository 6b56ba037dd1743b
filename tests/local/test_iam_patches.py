"""IAM decides as on AWS; each test also shows that MiniStack alone decides otherwise."""

import functools
import json
from typing import Any

from local.embedded_aws import EmbeddedAws
from tests.local.support import Queue, Role, error_code, new_name, poll, start_run

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


def test_the_targets_of_a_rule_are_listed_by_the_rule_and_not_by_its_bus(
    embedded: EmbeddedAws, bare: EmbeddedAws
) -> None:
    def list_targets(aws: EmbeddedAws) -> str | None:
        name, role = new_name("rule"), Role(aws)
        arn = aws.client("events").put_rule(Name=name, ScheduleExpression="rate(1 day)")["RuleArn"]
        role.may({"Action": "events:ListTargetsByRule", "Resource": arn})
        events = role.client("events")
        return error_code(lambda: events.list_targets_by_rule(Rule=name, EventBusName="default"))

    assert list_targets(embedded) is None
    assert list_targets(bare) == "AccessDeniedException"


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


def test_a_query_goes_by_its_workgroup(embedded: EmbeddedAws, bare: EmbeddedAws) -> None:
    bucket = new_name("results")
    location = {"OutputLocation": f"s3://{bucket}/"}
    for aws in (embedded, bare):
        home = {"LocationConstraint": aws.region}
        aws.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=home)

    def query(aws: EmbeddedAws, workgroup: str) -> list[str | None]:
        role = Role(aws)
        arn = f"arn:aws:athena:{aws.region}:{aws.account}:workgroup/{workgroup}"
        role.may({"Action": "athena:*", "Resource": arn})
        athena, request = role.client("athena"), {"QueryString": "SELECT 1", "ResultConfiguration": location}
        started = aws.client("athena").start_query_execution(**request)
        query = {"QueryExecutionId": started["QueryExecutionId"]}
        poll(lambda: _has_ended(aws, query))
        operations = (athena.get_query_execution, athena.stop_query_execution, athena.get_query_results)
        return [
            error_code(lambda: athena.start_query_execution(**request)),
            *(error_code(functools.partial(call, **query)) for call in operations),
        ]

    allowed, refused = query(embedded, "primary"), query(embedded, "other")

    assert allowed == [None] * 4
    assert refused == ["AccessDeniedException"] * 4
    assert query(bare, "primary") == ["AccessDeniedException"] * 4


def test_a_secret_goes_by_its_name_with_six_more_characters(embedded: EmbeddedAws) -> None:
    name, role = new_name("secret"), Role(embedded)
    arn = embedded.client("secretsmanager").create_secret(Name=name, SecretString="x")["ARN"]
    prefix = f"arn:aws:secretsmanager:{embedded.region}:{embedded.account}:secret:{name}"

    def read(resource: str) -> list[str | None]:
        role.may({"Action": "secretsmanager:GetSecretValue", "Resource": resource})
        secrets = role.client("secretsmanager")
        reads = (functools.partial(secrets.get_secret_value, SecretId=each) for each in (name, arn))
        return [error_code(each) for each in reads]

    assert read(f"{prefix}-??????") == [None, None]
    assert read(prefix) == ["AccessDeniedException"] * 2


def test_a_transaction_needs_the_action_of_each_of_its_items(embedded: EmbeddedAws) -> None:
    table, role = new_name("table"), Role(embedded)
    embedded.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    check = {"TableName": table, "Key": {"pk": {"S": "b"}}, "ConditionExpression": "attribute_not_exists(pk)"}
    items = [{"Put": {"TableName": table, "Item": {"pk": {"S": "a"}}}}, {"ConditionCheck": check}]

    def transact(*actions: str) -> str | None:
        arn = f"arn:aws:dynamodb:{embedded.region}:{embedded.account}:table/{table}"
        role.may({"Action": actions, "Resource": arn})
        return error_code(lambda: role.client("dynamodb").transact_write_items(TransactItems=items))

    assert transact("dynamodb:TransactWriteItems") == "AccessDeniedException"
    assert transact("dynamodb:PutItem") == "AccessDeniedException"
    assert transact("dynamodb:PutItem", "dynamodb:ConditionCheckItem") is None


def test_a_run_is_read_and_stopped_by_its_own_arn(embedded: EmbeddedAws) -> None:
    run, role = start_run(embedded, {"Type": "Wait", "Seconds": 30, "End": True}), Role(embedded)
    machine = run.rpartition(":")[0].replace(":execution:", ":stateMachine:")

    def read_and_stop(resource: str) -> list[str | None]:
        role.may({"Action": ["states:DescribeExecution", "states:StopExecution"], "Resource": resource})
        states = role.client("stepfunctions")
        operations = (states.describe_execution, states.stop_execution)
        return [error_code(functools.partial(call, executionArn=run)) for call in operations]

    assert read_and_stop(machine) == ["AccessDeniedException"] * 2
    assert read_and_stop(f"{run.rpartition(':')[0]}:*") == [None, None]


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


def _has_ended(aws: EmbeddedAws, query: dict[str, str]) -> bool:
    status = aws.client("athena").get_query_execution(**query)["QueryExecution"]["Status"]
    return status["State"] not in ("QUEUED", "RUNNING")
