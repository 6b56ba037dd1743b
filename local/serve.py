"""Runs inside MiniStack's interpreter: corrects what MiniStack gets wrong, then serves until told to end.

`python -m local.serve [--with-parent] [--unpatched]`. With the first flag it also ends when its standard
input closes, which is how it notices that the process that started it has died. With the second it leaves
MiniStack as it is, for the tests that show what each patch is there for.
"""

import contextlib
import fcntl
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from local.environment import LOCK_FILE

GRACE_SECONDS = 5.0


def main() -> None:
    """Serve; every Lambda worker that MiniStack started ends with it."""
    flags = sys.argv[1:]
    with lifetime(flags):
        from ministack import app

        from local import patches

        patches.apply(only_controls="--unpatched" in flags)
        sys.argv = ["ministack"]
        app.main()


@contextlib.contextmanager
def lifetime(flags: Sequence[str]) -> Iterator[None]:
    """Hold the directory's lock while the block serves; nothing of the process group outlives the block."""
    if "--with-parent" in flags:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    with (Path(os.environ["STEPKEEPER_DIRECTORY"]) / LOCK_FILE).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        except Exception:
            # Into the log, which nothing gets into any more once the group is ended.
            traceback.print_exc()
            raise
        finally:
            _end_group()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    _end_group()


def _end_group() -> None:
    """Lambda workers belong to the process group that we lead; none may outlive us."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
