"""What people were told by the notifier, in the channel that a notice goes to which names none."""

from local.deployed import Operator
from local.slack import Slack

CHANNEL = "#batch"


def told(slack: Slack, words: str) -> list[str]:
    """The texts of the notices that have these words in them, oldest first."""
    texts = [message.payload["text"] for message in slack.messages if message.channel == CHANNEL]
    return [text for text in texts if words in text]


def until_told(operator: Operator, slack: Slack, words: str) -> str:
    """The text of the one notice that has these words in it, when it has come."""
    operator.until(f"{words!r} is told", lambda: told(slack, words))
    [text] = told(slack, words)
    return text
