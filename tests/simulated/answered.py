"""What a call was answered with, in a form in which the answers of two AWSs can be compared."""

from typing import Any

from botocore.exceptions import ClientError

LEFT_OPEN = {
    "ResponseMetadata", "ConsumedCapacity", "ItemCollectionMetrics", "MessageId", "ReceiptHandle", "SenderId",
    "SentTimestamp", "ApproximateFirstReceiveTimestamp", "MD5OfMessageAttributes", "startDate", "stopDate",
    "creationDate", "nextToken", "CreationDate", "LastModificationDate",
}  # fmt: skip

OWN_WORDS = {"InvalidExecutionInput", "InvalidParameterValue", "InvalidToken", "ValidationException"}


def answered(client: Any, operation: str, sent: dict[str, Any]) -> Any:
    """What came back, or the class of the error and what it says.

    What is wrong with a request each says in words of its own.
    """
    try:
        return plain(getattr(client, operation)(**sent))
    except ClientError as error:
        said = plain(error.response)
        said.pop("message", None)
        said.pop("Message", None)
        if said["Error"]["Code"] in OWN_WORDS:
            return [type(error).__name__, said["Error"]["Code"]]
        return [type(error).__name__, said]


def plain(value: Any) -> Any:
    """Without what AWS leaves open: times, ids, the order in a set, some figures."""
    if isinstance(value, dict):
        value = {name: plain(its) for name, its in value.items() if name not in LEFT_OPEN}
        return {"SS": sorted(value["SS"])} if "SS" in value else value
    return [plain(each) for each in value] if isinstance(value, list) else value
