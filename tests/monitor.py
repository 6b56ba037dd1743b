"""A monitor outside of the account, which hears heartbeats."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

SECRET = "s3cret-token"


class Monitor(HTTPServer):
    """Answers every call with `status`; `heard` has the method and path of each."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Ear)
        self.status = 200
        self.heard: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/ping/{SECRET}"


class Ear(BaseHTTPRequestHandler):
    server: Monitor

    def do_GET(self) -> None:
        self.server.heard.append(f"{self.command} {self.path}")
        self.send_response(self.server.status)
        self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def listening() -> Iterator[Monitor]:
    """A monitor on this machine."""
    with Monitor() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
