"""Puts a network between a function and the embedded AWS, which otherwise answers as if there were none."""

import contextlib
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

CHUNK_BYTES = 65_536


@contextmanager
def away(endpoint: str, distance: timedelta) -> Iterator[str]:
    """Another address of `endpoint`, on a free loopback port, where each request arrives `distance` later."""
    split = urlsplit(endpoint)
    upstream = (split.hostname, split.port)

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(upstream) as near:
                for end in (near, self.request):
                    # Or the kernel would hold small packets back, for longer than the distance asked for.
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                answers = threading.Thread(target=_pass_on, args=(near, self.request), daemon=True)
                answers.start()
                _pass_on(self.request, near, later=distance)
                answers.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Connection) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            serving.join()


def _pass_on(source: socket.socket, sink: socket.socket, *, later: timedelta = timedelta(0)) -> None:
    """Passes bytes on until one of the two ends, at whatever moment."""
    with contextlib.suppress(OSError):
        while chunk := source.recv(CHUNK_BYTES):
            time.sleep(later.total_seconds())
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
