"""The heartbeat: a call to a monitor outside of this account, which tells people when it stays away.

The monitor's URL is a secret: whoever knows it can keep the monitor quiet. No error here holds it.
"""

import re
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from stepkeeper.errors import StepkeeperError

TIMEOUT_SECONDS = 5

URL = re.compile(
    r"https://[A-Za-z0-9.-]+(:\d{1,5})?(/[!-~]*)?|http://(127\.0\.0\.1|localhost):\d{1,5}(/[!-~]*)?"
)
"""TLS, but to the machine itself."""


class HeartbeatFailed(StepkeeperError):
    """The monitor that is to hear of each tick did not take the heartbeat."""


def send(url: str) -> None:
    """Calls the monitor with GET. Raises HeartbeatFailed where it does not answer with a 2xx in time."""
    target = url.strip()
    if not URL.fullmatch(target):
        raise HeartbeatFailed(
            "The secret of the heartbeat holds no URL that may be called: it is the URL itself, with https."
        )
    try:
        status = _get(target)
    except (OSError, HTTPException, ValueError) as error:  # their texts may hold the URL
        raise HeartbeatFailed(f"The monitor did not answer ({type(error).__name__}).") from None
    # A redirect is not followed: where it leads to is not what the operator wrote down.
    if not 200 <= status < 300:
        raise HeartbeatFailed(f"The monitor answered with {status}.")


def _get(url: str) -> int:
    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        path = parts._replace(scheme="", netloc="", fragment="").geturl()
        connection.request("GET", path or "/", headers={"User-Agent": "stepkeeper"})
        return connection.getresponse().status
    finally:
        connection.close()
