"""SNS: telling people."""

from typing import TYPE_CHECKING

from stepkeeper.domain.alert import Alert

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


def publish(client: "SNSClient", topic_arn: str, alert: Alert) -> str:
    """Publishes an alert and gives its message id."""
    return client.publish(
        TopicArn=topic_arn,
        Subject=alert.subject,
        Message=alert.body,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in alert.attributes.items()
        },
    )["MessageId"]
