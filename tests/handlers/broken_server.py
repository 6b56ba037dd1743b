"""A server that answers each connection with fixed bytes and closes it: what no HTTP library would send."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

BOUND_SECONDS = 10


@dataclass
class BrokenServer:
    """`requests` holds the start of each request that came, `url` is that of a webhook."""

    url: str
    answers: tuple[bytes, ...]
    requests: list[bytes] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(BOUND_SECONDS)
                self.requests.append(connection.recv(65_536))
                connection.sendall(self.answers[min(len(self.requests), len(self.answers)) - 1])


@contextmanager
def answering(*answers: bytes) -> Iterator[BrokenServer]:
    """Gives these answers, one for each connection; the last one again and again."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        server = BrokenServer(f"http://127.0.0.1:{port}/services/T0/B0/abcdefghijklmnopqrstuvwx", answers)
        thread = threading.Thread(target=server.serve, args=(listening,))
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(BOUND_SECONDS)
