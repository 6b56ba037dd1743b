"""An audit shows every period of every group, tells of each new gap once, and counts them all."""

import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from stepkeeper.exports.errors import ExportPeriodUnknown
from tests.handlers.exports import ALL, GROUP, Answer, Exports

WEEK = timedelta(days=7)


@pytest.fixture
def exports(exports: Exports) -> Exports:
    exports.choose(ALL)
    return exports


def fail_october(exports: Exports) -> None:
    """September is exported; October is given up."""
    exports.add_group()
    exports.world.faults.refuse(
        "CreateExportTask", "AccessDeniedException", when=lambda sent: sent["from"] >= 1_790_812_800_000
    )
    exports.run("one")
    exports.world.faults.clear()


def gaps(answer: Answer) -> list[tuple[str, str, str]]:
    return [(gap["log_group"], gap["period"], gap["state"]) for gap in answer["gaps"]]


def metric(capsys: pytest.CaptureFixture[str]) -> list[Any]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "ExportGaps" in line]
    return [line["ExportGaps"] for line in lines]


def test_an_audit_has_the_state_of_every_period_and_is_in_the_bucket(exports: Exports) -> None:
    fail_october(exports)

    answer = exports.audit()

    (group,) = answer["groups"]
    assert group["periods"] == {"2026-09": "completed", "2026-10": "failed"}
    assert (group["log_group"], group["export"], group["unit"], group["objects"]) == (
        GROUP,
        "all",
        "month",
        1,
    )
    assert answer["counts"] == {"completed": 1, "failed": 1}
    assert gaps(answer) == [(GROUP, "2026-10", "failed")]
    assert "AccessDenied" in answer["gaps"][0]["reason"]
    assert answer["table"] == f"s3://{exports.bucket}/audit/audit.json"
    assert answer["picture"] == f"s3://{exports.bucket}/audit/audit.svg"
    assert json.loads(exports.world.s3.objects["audit/audit.json"]) == answer
    assert exports.world.s3.stored("audit/audit.svg").content_type == "image/svg+xml"
    assert ElementTree.fromstring(exports.world.s3.objects["audit/audit.svg"]).tag.endswith("svg")  # noqa: S314


def test_a_gap_is_told_once_and_counted_each_time(
    exports: Exports, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_october(exports)

    exports.audit()
    exports.audit()

    (text,) = exports.told
    assert text.startswith(f"1 gaps in the exports of logs (s3://{exports.bucket}/audit/audit.svg):\n")
    assert f"{GROUP} 2026-10: failed: " in text
    assert metric(capsys) == [[1.0], [1.0]]


def test_a_gap_that_was_closed_is_none(exports: Exports, capsys: pytest.CaptureFixture[str]) -> None:
    fail_october(exports)
    exports.run("two")

    assert exports.audit()["gaps"] == []
    assert (exports.told, metric(capsys)) == ([], [[0.0]])


def test_a_gap_that_was_accepted_is_none_and_its_reason_is_kept(exports: Exports) -> None:
    fail_october(exports)

    answer = exports.accept(GROUP, "2026-10", "the group was empty then")

    assert answer == {"log_group": GROUP, "period": "2026-10", "accepted": "the group was empty then"}
    audit = exports.audit()
    assert (audit["gaps"], audit["counts"]) == ([], {"completed": 1, "accepted": 1})
    assert exports.entries()[1].accepted == "the group was empty then"
    assert exports.run("two")["problems"] == []


@pytest.mark.parametrize("period", ["2026-09", "2026-08"])
def test_what_is_exported_or_unknown_can_not_be_accepted(period: str, exports: Exports) -> None:
    fail_october(exports)

    with pytest.raises(ExportPeriodUnknown, match=f"The ledger has no period {period} of {GROUP} that is op"):
        exports.accept(GROUP, period)


def test_without_exports_an_audit_finds_nothing(exports: Exports) -> None:
    exports.choose("")

    answer = exports.audit()

    assert (answer["groups"], answer["gaps"], answer["counts"]) == ([], [], {})
