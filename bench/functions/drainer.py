"""Calls a handler again and again until the spool is empty, and says how long that took and with what memory.

Arguments: the handler's module, the event as JSON, the file for the result. Its process does nothing else.
"""

import importlib
import json
import re
import sys
import time
from pathlib import Path

MOST_CALLS = 200
TIMEOUT_SECONDS = 600


class Context:
    """What Lambda tells a function about an invocation that has just begun."""

    function_name = "drained"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:ap-northeast-1:000000000000:function:drained"
    aws_request_id = "00000000-0000-4000-8000-000000000001"

    def __init__(self) -> None:
        self._ends = time.monotonic() + TIMEOUT_SECONDS

    def get_remaining_time_in_millis(self) -> int:
        """The same timeout as in the template."""
        return int((self._ends - time.monotonic()) * 1000)


def peak_bytes() -> int:
    """The most memory that this program has had.

    Not ru_maxrss, which on Linux begins with the memory of the program that has started this one.
    """
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 if found else 0


def main(module: str, event: str, result: str) -> None:
    """A handler that does not say how many are left is called once."""
    handler = importlib.import_module(module).handler
    imported = peak_bytes()
    answers: list[dict[str, object]] = []
    began, busy = time.perf_counter(), time.process_time()
    while len(answers) < MOST_CALLS:
        answers.append(handler(json.loads(event), Context()))
        if not answers[-1].get("left"):
            break
    told = {
        "seconds": time.perf_counter() - began,
        "busy_seconds": time.process_time() - busy,
        "imported_bytes": imported,
        "peak_bytes": peak_bytes(),
        "answers": answers,
    }
    Path(result).write_text(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
