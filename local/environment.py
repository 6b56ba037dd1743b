"""What the server of the embedded AWS runs with, and what of it the functions are given."""

import os
from pathlib import Path

REGION = "ap-northeast-1"
ACCOUNT = "000000000000"
ACCESS_LOG = "access.jsonl"
# Held by the server for as long as it lives.
LOCK_FILE = "lock"

# HOME and TMPDIR so that functions find none of the developer's files, the endpoint so that they call
# nobody else.
PASSED_TO_FUNCTIONS = frozenset({"AWS_ENDPOINT_URL", "HOME", "LANG", "PATH", "TMPDIR"})


def server_environment(directory: Path, port: int) -> dict[str, str]:
    """All variables of the server: nothing of the developer's own, lest it reach the server or a function."""
    return {
        "PATH": os.defpath,
        "HOME": str(directory / "home"),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(directory / "tmp"),
        "STATE_DIR": str(directory / "state"),
        "S3_DATA_DIR": str(directory / "s3"),
        "STEPKEEPER_DIRECTORY": str(directory),
        "AUTH": "true",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        # MiniStack sweeps containers it takes for its own; it is not to find the developer's Docker.
        "DOCKER_HOST": "unix:///nonexistent",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        # MiniStack would start a process for every concurrent invocation there is.
        "LAMBDA_ACCOUNT_CONCURRENCY": "8",
    }
