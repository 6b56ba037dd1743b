"""What must never be in the repository: a secret, a trace of one machine, a file that changes the runtime."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.template import PATH

ROOT = PATH.parent
LOCKS = sorted((ROOT / "local" / "locks").glob("*.txt"))

SECRETS = re.compile(
    r"(?:AKIA|ASIA)[0-9A-Z]{16}"  # an AWS access key
    r"|(?i:aws_secret_access_key|aws_session_token)\W{1,4}[0-9A-Za-z/+=]{40}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|hooks\.slack\.com/services/T\w+/B\w+/\w{16,}"
    r"|xox[abeprs]-[0-9A-Za-z-]{10,}"  # a Slack token
    r"|gh[opsu]_[0-9A-Za-z]{36}"  # a GitHub token
)
HOMES = re.compile(r"(?<![\w.~$}-])/(?:home/\w+|Users/\w+|root)/")
INDEXES = re.compile(r"--(?:extra-)?index-url|--find-links|https?://|file:")
HARMLESS_PARTS = 2
"""A path as short as `/` or `/app` may be in a text for reasons of its own."""


def kept_files() -> list[Path]:
    """What is in the repository, and what would be added to it now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8", errors="replace")
        for path in kept_files()
    }


def found(pattern: re.Pattern[str]) -> dict[str, str]:
    """The first match in each file that has one."""
    matches = {name: pattern.search(text) for name, text in texts().items()}
    return {name: match[0] for name, match in matches.items() if match}


def test_there_is_no_secret() -> None:
    assert found(SECRETS) == {}


@pytest.mark.parametrize(
    "secret",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "https://hooks.slack.com/services/" + "T0000/B0000/abcdefghijklmnopqrstuvwx",
    ],
)
def test_a_secret_would_be_found(secret: str) -> None:
    assert SECRETS.search(f'key: "{secret}"')


def test_there_is_no_path_of_anybodys_machine() -> None:
    here = [path for path in (ROOT, Path.home()) if len(path.parts) > HARMLESS_PARTS]
    of_this_machine = re.compile("|".join(re.escape(str(path)) for path in here) or "(?!)")

    assert found(of_this_machine) == {}
    assert found(HOMES) == {}


def test_no_lock_file_says_where_packages_come_from() -> None:
    files = [*LOCKS, ROOT / "src" / "requirements.txt"]

    assert len(files) > 1
    assert [path.name for path in files if INDEXES.search(path.read_text(encoding="utf-8"))] == []


def test_the_package_index_of_this_machine_is_not_named() -> None:
    addresses = [
        os.environ[name]
        for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX")
        if name in os.environ
    ]
    hosts = set(re.findall(r"://(?:[^/@\s]*@)?([^/:\s]+)", " ".join(addresses))) - {"pypi.org"}

    assert [host for host in hosts if found(re.compile(re.escape(host)))] == []


def test_no_file_takes_the_place_of_the_managed_runtime() -> None:
    # Lambda's emulator, and so `sam local`, runs a file named bootstrap instead of the runtime.
    assert [path for path in (ROOT / "src").rglob("bootstrap*") if path.suffix != ".pyc"] == []


def test_nothing_but_the_product_is_in_the_artifact() -> None:
    in_the_artifact = [path for path in kept_files() if path.is_relative_to(ROOT / "src")]

    assert {path.relative_to(ROOT / "src").parts[0] for path in in_the_artifact} == {
        "exports.toml",
        "pipelines.toml",
        "requirements.txt",
        "stepkeeper",
    }
