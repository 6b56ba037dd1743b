"""Tells people: in a Slack channel, in a chat through Amazon Q Developer, or by e-mail.

Called by state machines, which do not wait for it: what could not be told fails this function, and is kept.
"""

from typing import Annotated, Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BeforeValidator, Field

from stepkeeper import slack
from stepkeeper.aws import secrets, sns
from stepkeeper.aws.clients import client
from stepkeeper.domain.notifier import (
    Notice,
    chat_message,
    email,
    kind_of,
    slack_payload,
    webhook_url,
)
from stepkeeper.errors import WebhookUnusable
from stepkeeper.routing import Event, EventRouter
from stepkeeper.settings import OptionalText, Settings

router = EventRouter("notifier")
handler = router


def _names(value: object) -> object:
    return frozenset(name.strip() for name in str(value).split(",") if name.strip())


class NotifierSettings(Settings):
    alert_topic_arn: str = Field(pattern=r"^arn:[^:]+:sns:")
    chat_topic_arn: str = Field(pattern=r"^arn:[^:]+:sns:")
    slack_channels: Annotated[frozenset[str], BeforeValidator(_names)]
    slack_secret_arn: OptionalText
    default_channel: str = Field(min_length=1)


class Notification(Event):
    """{"text", "username"?, "icon_emoji"?, "channel"?}"""

    text: str = Field(pattern=r"[^\s\p{Cc}\p{Cf}]")
    username: str | None = Field(default=None, max_length=80)
    icon_emoji: str | None = Field(default=None, pattern=r"^:[^:\s]+:$")
    channel: str | None = Field(default=None, min_length=1)


@router.on(Notification)
def notify(event: Notification, _context: LambdaContext) -> dict[str, Any]:
    """Sends the text to its channel, or to the default one. Raises where nobody was told."""
    settings = NotifierSettings.read()
    channel = event.channel or settings.default_channel
    notice = Notice(text=event.text, username=event.username, icon_emoji=event.icon_emoji)

    kind = kind_of(channel, slack_channels=settings.slack_channels)
    if kind == "slack":
        if settings.slack_secret_arn is None:
            raise WebhookUnusable(
                f"No secret is set that holds the webhook for {channel} (SLACK_SECRET_ARN)."
            )
        url = webhook_url(secrets.read(client("secretsmanager"), settings.slack_secret_arn), channel)
        slack.post(url, slack_payload(notice), channel=channel)
    elif kind == "chat":
        sns.publish(client("sns"), settings.chat_topic_arn, chat_message(notice))
    else:
        sns.publish(client("sns"), settings.alert_topic_arn, email(notice))
    router.metrics.add_metric(name="Notifications", unit=MetricUnit.Count, value=1)
    router.logger.info("told", extra={"channel": channel, "kind": kind})
    return {"channel": channel, "kind": kind}
