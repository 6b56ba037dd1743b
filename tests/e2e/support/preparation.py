"""How the stack is deployed for all tests, and what is changed of it right after that."""

from local.deployed import Operator
from local.embedded_aws import EmbeddedAws
from tests.e2e.support.lake import WORKGROUP
from tests.e2e.support.order import set_schedule
from tests.e2e.support.pipelines import UNTOUCHED
from tests.e2e.support.resources import name_of

PARAMETERS = {
    "DeploySamples": "true",
    "ExportTimeZone": "Asia/Tokyo",
    "AthenaWorkgroup": WORKGROUP,
    # The second takes Stepkeeper's own in, which are not spooled all the same.
    "SpoolMachines": f"{UNTOUCHED}-*,stepkeeper-*",
}


SCHEDULES = (
    "SpoolReconcilerSchedule",
    "SpoolRefresherSchedule",
    "GateReconcilerSchedule",
    "ExecutionWatchdogSchedule",
    "ExportLogsSchedule",
    "AuditExportsSchedule",
)


def heartbeat_secret(aws: EmbeddedAws, url: str) -> dict[str, str]:
    """Makes the secret with the URL of a monitor; the parameter that names it."""
    secret = aws.client("secretsmanager").create_secret(Name="stepkeeper/heartbeat", SecretString=url)
    return {"HeartbeatSecretArn": secret["ARN"]}


def encrypt_topics(operator: Operator) -> None:
    """Gives the topics the key that they have in template.yaml.

    The embedded CloudFormation leaves it out, and with it what a publisher needs of the key.
    """
    for topic in ("AlertTopicArn", "ChatTopicArn"):
        operator.client("sns").set_topic_attributes(
            TopicArn=operator.output(topic),
            AttributeName="KmsMasterKeyId",
            AttributeValue=name_of(operator, "AlertKey"),
        )


def leave_the_spool_alone(operator: Operator) -> None:
    """Nothing is spooled by its event, looked for or sent anew, no gate follows a run and no watchdog ticks,
    but where a test has it so.

    What came of it, or comes of it by the clock, would be found by other tests.
    """
    for rule in ("SpoolFailedRunsRule", "FollowPipelinesRule"):
        operator.client("events").disable_rule(Name=name_of(operator, rule))
    for schedule in SCHEDULES:
        set_schedule(operator, schedule, "DISABLED")
