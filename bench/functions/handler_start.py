"""A Lambda function that imports the handler module HANDLER and makes the clients named in CLIENTS.

Stepkeeper's handlers make a client when they first need it; here it is part of the start, as it is in
`bare_start.py`.
"""

import importlib
import os

from stepkeeper.aws.clients import client

importlib.import_module(os.environ["HANDLER"])
for service in os.environ["CLIENTS"].split():
    client(service)


def handler(_event: object, _context: object) -> None:
    """Answers at once: only the start is measured."""
