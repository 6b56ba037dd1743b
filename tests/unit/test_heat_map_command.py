"""`make heatmap` draws the answer of an audit, and says what is wrong with anything else."""

import json
from pathlib import Path
from typing import Any

import pytest

from local import heat_map as command

ANSWER: dict[str, Any] = {
    "audited_at": "2026-11-22T09:00:00+00:00",
    "groups": [
        {
            "log_group": "/orders/nightly",
            "export": "nightly",
            "unit": "month",
            "objects": 12,
            "bytes": 34567,
            "periods": {"2026-09": "completed", "2026-10": "failed"},
        }
    ],
    "gaps": [{"log_group": "/orders/nightly", "period": "2026-10", "state": "failed", "reason": "no luck"}],
    "counts": {"completed": 1, "failed": 1},
    "table": "s3://bucket/audit.json",
    "picture": "s3://bucket/audit.svg",
}


def test_the_answer_of_an_audit_is_drawn_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = tmp_path / "audit.json"
    answer.write_text(json.dumps(ANSWER))

    failed = command.main([str(answer)])

    assert failed is None
    assert capsys.readouterr().out == f"Wrote {tmp_path / 'audit.svg'}\n"
    assert "/orders/nightly 2026-10: failed: no luck" in (tmp_path / "audit.svg").read_text()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is not the answer of an audit: Invalid JSON"),
        ('{"errorMessage": "no such action"}', "is not the answer of an audit: audited_at: Field required"),
        (json.dumps(ANSWER | {"groups": []}), "leaves the log groups out: draw s3://bucket/audit.json"),
        (json.dumps(ANSWER | {"groups": [{}]}), "groups.0.log_group: Field required"),
        (
            json.dumps(ANSWER | {"groups": [ANSWER["groups"][0] | {"unit": "year"}]}),
            "groups.0.unit: Input should be 'day', 'week' or 'month'",
        ),
        (json.dumps(ANSWER | {"groups": [ANSWER["groups"][0] | {"unit": "day"}]}), "2026-09"),
    ],
    ids=[
        "empty",
        "a failed call",
        "too large",
        "a group without its name",
        "an unknown unit",
        "a unit that does not fit",
    ],
)
def test_what_is_no_audit_is_refused_and_nothing_is_written(tmp_path: Path, content: str, said: str) -> None:
    answer = tmp_path / "audit.json"
    answer.write_text(content)

    failed = command.main([str(answer)])

    assert said in (failed or "")
    assert failed.startswith(str(answer)) if failed else False
    assert not (tmp_path / "audit.svg").exists()


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    missing = tmp_path / "audit.json"

    assert command.main([str(missing)]) == f"{missing} can not be read: No such file or directory"


def test_without_a_file_the_command_says_how_it_is_called() -> None:
    assert command.main([""]) == "Say which file holds the answer of an audit: make heatmap AUDIT=audit.json"
