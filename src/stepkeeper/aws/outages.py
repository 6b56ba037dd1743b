"""What may go well later: throttling, server errors, broken connections, whatever a service calls them."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection

from stepkeeper.errors import StepkeeperError

SLOW_DOWN = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)


def is_outage(error: ClientError) -> bool:
    """Whether an error that AWS has answered with may go away by itself."""
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status >= 500 or error.response["Error"]["Code"] in SLOW_DOWN


@contextmanager
def named(as_error: type[StepkeeperError], what: str) -> Iterator[None]:
    """Raises an outage in this block as `as_error`; any other error as it comes."""
    try:
        yield
    except ClientError as error:
        if not is_outage(error):
            raise
        raise as_error(f"{what}: {error}") from error
    except (NoConnection, HTTPClientError) as error:
        raise as_error(f"{what}: no answer: {error}") from error
