"""Functions reach this machine and no other; under MiniStack alone they call whom they like."""

from pathlib import Path

import pytest

from local.embedded_aws import EmbeddedAws
from tests.local.support import invoked, new_function

CONNECTS = """
import os, socket, urllib.parse

def handler(event, context):
    ours = urllib.parse.urlparse(os.environ["AWS_ENDPOINT_URL"])
    host, port = event["host"], ours.port
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError as error:
        return str(error)
    return "connected"
"""
NOBODY = "192.0.2.1"
"""An address for documentation, which is nobody's (RFC 5737)."""


@pytest.mark.parametrize("host", [NOBODY, "::ffff:192.0.2.1", "example.invalid"])
def test_a_function_reaches_nobody_else(embedded: EmbeddedAws, tmp_path: Path, host: str) -> None:
    function = new_function(embedded, CONNECTS, tmp_path)

    assert "no way out of the embedded AWS" in invoked(embedded, function, {"host": host})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_function_reaches_this_machine(embedded: EmbeddedAws, tmp_path: Path, host: str) -> None:
    function = new_function(embedded, CONNECTS, tmp_path)

    assert invoked(embedded, function, {"host": host}) == "connected"


def test_ministack_alone_does_not_keep_it(bare: EmbeddedAws, tmp_path: Path) -> None:
    asks = "import socket\ndef handler(event, context): return socket.getaddrinfo.__module__"

    assert invoked(bare, new_function(bare, asks, tmp_path)) == "socket"
