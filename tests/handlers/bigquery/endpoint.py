"""HTTP endpoints on this machine with scripted answers: a token endpoint or a BigQuery in a bad state."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import requests

Answer = tuple[int, bytes]
Answers = Callable[[str, str, dict[str, str], bytes], Answer]
"""Of a method, path, headers and body."""


@contextmanager
def answering(status: int, answer: object, *, gets: tuple[int, object] | None = None) -> Iterator[str]:
    """The URL of one that answers every POST the same, and that knows nothing that is asked for by GET."""
    unknown = 404, refusal(404, "notFound", "Not found")
    answers = {"POST": (status, _body(answer)), "GET": ((gets or unknown)[0], _body((gets or unknown)[1]))}
    with _serving(lambda method, *_: answers[method]) as url:
        yield f"{url}/token"


@contextmanager
def in_front_of(endpoint: str, *inserts: tuple[int, str] | None) -> Iterator[str]:
    """The URL of a BigQuery that refuses its first inserts with a status and a reason, where it is not None.

    Everything else goes through to the BigQuery behind it.
    """
    script = list(inserts)

    def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        scripted = script.pop(0) if script and _inserts(method, path) else None
        if scripted:
            return scripted[0], json.dumps(refusal(*scripted, "no, you may not")).encode()
        with requests.Session() as session:
            session.trust_env = False
            passed = session.request(method, endpoint + path, headers=headers, data=body, timeout=30)
        return passed.status_code, passed.content

    with _serving(answer) as url:
        yield url


def refusal(status: int, reason: str, message: str) -> dict[str, object]:
    """An error as Google's APIs have it."""
    return {"error": {"code": status, "message": message, "errors": [{"reason": reason}]}}


def _body(answer: object) -> bytes:
    return answer if isinstance(answer, bytes) else json.dumps(answer).encode()


def _inserts(method: str, path: str) -> bool:
    return method == "POST" and path.split("?")[0].endswith("/jobs")


@contextmanager
def _serving(answers: Answers) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length", 0)))
            kept = {
                name: self.headers[name] for name in ("authorization", "content-type") if name in self.headers
            }
            status, body = answers(self.command, self.path, kept, sent)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
