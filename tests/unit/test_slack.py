"""Slack's client is given what is no webhook at all."""

import pytest

from stepkeeper.errors import NotificationDelayed
from stepkeeper.slack import post

TOKEN = "abcdefghijklmnopqrstuvwx"


@pytest.mark.parametrize(
    "url",
    [
        "",
        TOKEN,
        f"file:///etc/{TOKEN}",
        f"https://[{TOKEN}",
        f"https://127.0.0.1:{TOKEN}/",
        f"http:///{TOKEN}",
    ],
)
def test_an_error_of_slacks_client_is_neither_shown_nor_carried_along(url: str) -> None:
    with pytest.raises(NotificationDelayed, match="Slack did not answer") as failed:
        post(url, {"text": "The data is there."}, channel="#batch")

    assert TOKEN not in str(failed.value)
    assert failed.value.__context__ is None
