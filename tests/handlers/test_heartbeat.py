"""The heartbeat: a monitor outside is called, and its URL is seen by nobody else."""

import socket

import pytest

from stepkeeper import heartbeat
from tests.monitor import Monitor


def refusal(url: str) -> str:
    with pytest.raises(heartbeat.HeartbeatFailed) as error:
        heartbeat.send(url)
    assert "s3cret" not in "".join(map(repr, [error.value, error.value.__cause__]))
    return str(error.value)


@pytest.mark.parametrize("around", ["", "\n", " "])
def test_the_monitor_is_called_at_its_path(monitor: Monitor, around: str) -> None:
    heartbeat.send(f"{around}{monitor.url}?rid=1{around}")

    assert monitor.heard == ["GET /ping/s3cret-token?rid=1"]


def test_a_url_without_a_path_is_one_too(monitor: Monitor) -> None:
    heartbeat.send(f"http://127.0.0.1:{monitor.server_port}")

    assert monitor.heard == ["GET /"]


@pytest.mark.parametrize("status", [204, 299])
def test_any_2xx_will_do(monitor: Monitor, status: int) -> None:
    monitor.status = status

    heartbeat.send(monitor.url)


@pytest.mark.parametrize("status", [301, 404, 500])
def test_what_is_no_success_is_told_without_the_url_and_no_redirect_is_followed(
    monitor: Monitor, status: int
) -> None:
    monitor.status = status

    assert refusal(monitor.url) == f"The monitor answered with {status}."
    assert len(monitor.heard) == 1


def test_a_monitor_that_is_not_there_is_told_without_the_url() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    assert (
        refusal(f"http://127.0.0.1:{port}/s3cret") == "The monitor did not answer (ConnectionRefusedError)."
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "s3cret",
        "http://monitor.invalid/s3cret",
        "ftp://monitor.invalid/s3cret",
        "file:///s3cret",
        "https://monitor.invalid/s3cret two",
        "https://user:s3cret@monitor.invalid/",
        "https://[::1]/s3cret",
        "https://monitor.invalid:99999/s3cret",
    ],
)
def test_what_is_no_safe_url_is_not_called(url: str) -> None:
    refusal(url)
