"""Puts calls into a wrong order, one by one in a copy of the tree, and runs the tests that have to see it.

Ends with status 0 only if each of them is seen.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.mutants.orders import ORDERS

ROOT = Path(__file__).parents[2]
COPIED = ("src", "tests", "statemachines", "events", "local", "layers", "template.yaml", "pyproject.toml")
TESTS = (
    "handlers/test_reprocessor_redrive.py",
    "handlers/test_spool_reconciler_interrupted.py",
    "promises/test_error_spooler_interrupted.py",
    "promises/test_reprocessor_interrupted.py",
    "promises/test_spool_reconciler_interrupted.py",
    "promises/test_spool_refresher_interrupted.py",
    "promises/test_edit_and_drop_interrupted.py",
    "promises/test_found_stories.py",
    "promises/test_two_at_once.py",
)
PYTEST = ("-B", "-m", "pytest", "--exitfirst", "--quiet", "-p", "no:cacheprovider", "--numprocesses=auto")
LIMIT_SECONDS = 900


def main() -> int:
    """Says of each what became of it; gives the exit status."""
    console = Console(highlight=False)
    try:
        with tempfile.TemporaryDirectory(prefix="stepkeeper-mutants-") as folder:
            return _try_all(console, Path(folder))
    except KeyboardInterrupt:
        console.print("Interrupted; nothing is left over.")
        return 130


def _try_all(console: Console, copy: Path) -> int:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, copy / name)
    if _failed(copy):
        console.print("The tests fail though nothing is changed.")
        return 1
    survivors = []
    for mutant in ORDERS:
        file, text = mutant.applied_to(copy)
        before = file.read_text()
        file.write_text(text)
        if _failed(copy):
            console.print(f"seen: {mutant.name}")
        else:
            survivors.append(mutant.name)
            console.print(f"[red]not seen:[/] {mutant.name}")
        file.write_text(before)
    console.print(f"{len(ORDERS) - len(survivors)} of {len(ORDERS)} wrong orders were seen")
    return 1 if survivors else 0


def _failed(copy: Path) -> bool:
    tests = [str(copy / "tests" / name) for name in TESTS]
    ran = subprocess.run(
        [sys.executable, *PYTEST, *tests],
        cwd=copy,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    if ran.returncode and "\nFAILED " not in ran.stdout:
        raise SystemExit(f"pytest ended with status {ran.returncode}:\n{ran.stdout[-3000:]}")
    return ran.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
