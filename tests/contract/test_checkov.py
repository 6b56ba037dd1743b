"""checkov's objections, with the samples deployed too: `make lint` sees the template as it is by default."""

import json
import re
import subprocess
from pathlib import Path

import yaml

from local.tools import tool
from tests.template import PATH

CONFIG = PATH.parent / ".checkov.yaml"
SAMPLES_OFF = '  DeploySamples:\n    Type: String\n    Default: "false"\n'
SAMPLES_ON = SAMPLES_OFF.replace("false", "true")
OPTIONS = [
    *("--framework", "cloudformation", "--file", "template.yaml"),
    *("--output", "json", "--compact", "--quiet", "--skip-download"),
]


def test_checkov_objects_to_what_is_skipped_with_a_reason_and_to_nothing_else(tmp_path: Path) -> None:
    template = PATH.read_text(encoding="utf-8")
    assert SAMPLES_OFF in template
    (tmp_path / "template.yaml").write_text(template.replace(SAMPLES_OFF, SAMPLES_ON), encoding="utf-8")

    said = subprocess.run(
        [tool("checkov", "checkov"), *OPTIONS],
        cwd=tmp_path,
        env={"CKV_SKIP_PACKAGE_UPDATE_CHECK": "true"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )

    report = json.loads(said.stdout)
    failed = {check["check_id"] for check in report["results"]["failed_checks"]}
    assert failed == set(yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["skip-check"])
    assert report["summary"]["parsing_errors"] == 0
    assert "UncertainTaskFunction" in said.stdout


def test_every_skipped_check_has_its_reason_beside_it() -> None:
    lines = CONFIG.read_text(encoding="utf-8").splitlines()

    skipped = [number for number, line in enumerate(lines) if re.match(r"\s*- CKV", line)]

    assert skipped
    assert [lines[number] for number in skipped if not lines[number - 1].strip().startswith("#")] == []
