"""Step Functions: why there is no list of a state machine's runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError

from stepkeeper.aws.step_functions import refuse_unknown, refuse_unlisted


@contextmanager
def naming_what_can_not_be_listed(state_machine_arn: str) -> Iterator[None]:
    """Raises StateMachineNotFound and StateMachineNotWatchable where a list is refused for good."""
    try:
        yield
    except ClientError as error:
        match error.response["Error"]["Code"]:
            case "StateMachineDoesNotExist" | "InvalidArn":
                refuse_unknown(state_machine_arn, error)
            case "StateMachineTypeNotSupported":
                refuse_unlisted(state_machine_arn, "EXPRESS", error)
        raise
