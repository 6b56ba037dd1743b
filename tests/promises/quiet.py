"""Keeps handlers from saying what they do: thousands of invocations would print megabytes of it."""

import logging
import os
from collections.abc import Iterator
from contextlib import redirect_stdout

import pytest


@pytest.hookimpl(wrapper=True, trylast=True)  # inside of what pytest captures
def pytest_runtest_call() -> Iterator[None]:
    """For all tests of the folder whose conftest imports this."""
    logging.disable(logging.CRITICAL)
    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
            return (yield)
    finally:
        logging.disable(logging.NOTSET)
