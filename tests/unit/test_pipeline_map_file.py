"""Reading pipelines.toml: what each key may be, and what stands for what is left out."""

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.arn import Home
from stepkeeper.domain.gate import Gate
from stepkeeper.domain.pipeline import Pipeline, ReopenAt
from stepkeeper.domain.pipeline_map import PipelineMap
from stepkeeper.errors import InvalidPipelines
from stepkeeper.pipelines_file import parse_pipelines, read_pipelines
from tests.unit.pipelines_toml import content, table

TOKYO = ZoneInfo("Asia/Tokyo")
MACHINE_ARN = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:nightly"
RULE_ARN = "arn:aws:events:ap-northeast-1:123456789012:rule/start-report"
SCHEDULE_ARN = "arn:aws:scheduler:ap-northeast-1:123456789012:schedule/default/start-report"
HERE = Home("ap-northeast-1", "123456789012")

EVERYTHING = b"""
[pipelines.nightly-ingest]
state_machine = "nightly-ingest"
started_by = "schedule/default/start-ingest"
succeeds_within = "2h"
blocks = ["weekly-mail", "nightly-report"]
reopen = "at 06:00 Asia/Tokyo"
missed = "run-once"
channel = "#batch"
remind_every = "1h"

[pipelines.nightly-report]
state_machine = "nightly-report"
started_by = "rule/start-report"

[pipelines.weekly-mail]
state_machine = "weekly-mail"
started_by = "rule/start-mail"
"""


def only(**keys: object) -> Pipeline:
    """The pipeline `a` with these keys, in a file where it may block `b`."""
    return parse_pipelines(content(table("a", **keys), table("b"))).named("a")


def test_every_key_has_its_value() -> None:
    assert parse_pipelines(EVERYTHING).named("nightly-ingest") == Pipeline(
        name="nightly-ingest",
        state_machine="nightly-ingest",
        started_by=Gate("schedule", "default", "start-ingest"),
        succeeds_within=timedelta(hours=2),
        blocks=("weekly-mail", "nightly-report"),
        reopen=ReopenAt(time(6), TOKYO),
        missed="run-once",
        channel="#batch",
        remind_every=timedelta(hours=1),
    )


def test_a_state_machine_is_enough() -> None:
    (pipeline,) = parse_pipelines(b'[pipelines.a]\nstate_machine = "m"').pipelines

    assert pipeline == Pipeline(
        name="a",
        state_machine="m",
        started_by=None,
        succeeds_within=None,
        blocks=(),
        reopen="on-success",
        missed="drop",
        channel=None,
        remind_every=None,
    )


def test_a_pipeline_without_a_gate_may_block_others() -> None:
    assert only(started_by=None, blocks=["b"]).blocks == ("b",)


@pytest.mark.parametrize(
    ("key", "given", "value"),
    [
        ("succeeds_within", "1m", timedelta(minutes=1)),
        ("succeeds_within", "90m", timedelta(minutes=90)),
        ("succeeds_within", "36h", timedelta(hours=36)),
        ("succeeds_within", "365d", timedelta(days=365)),
        ("succeeds_within", "525600m", timedelta(days=365)),
        ("remind_every", "5m", timedelta(minutes=5)),
        ("remind_every", "30d", timedelta(days=30)),
        ("reopen", "on-success", "on-success"),
        ("reopen", "by-hand", "by-hand"),
        ("reopen", "at 00:00 UTC", ReopenAt(time(0), ZoneInfo("UTC"))),
        (
            "reopen",
            "at 23:59 America/Argentina/Ushuaia",
            ReopenAt(time(23, 59), ZoneInfo("America/Argentina/Ushuaia")),
        ),
        ("missed", "drop", "drop"),
        ("missed", "run-all", "run-all"),
        ("channel", "#", "#"),
        ("channel", "夜間 バッチ", "夜間 バッチ"),
        ("channel", "c" * 80, "c" * 80),
        ("blocks", [], ()),
        ("started_by", "rule/default/start", Gate("rule", "default", "start")),
        ("started_by", "rule/orders/start", Gate("rule", "orders", "start")),
        ("started_by", RULE_ARN, Gate("rule", "default", "start-report")),
        ("started_by", SCHEDULE_ARN, Gate("schedule", "default", "start-report")),
        ("state_machine", MACHINE_ARN, MACHINE_ARN),
        ("state_machine", "夜間", "夜間"),
        ("state_machine", "(a+b)='c'", "(a+b)='c'"),
        ("state_machine", "m" * 80, "m" * 80),
    ],
)
def test_what_is_allowed_is_taken(key: str, given: object, value: object) -> None:
    assert getattr(only(**{key: given}), key) == value


@pytest.mark.parametrize("name", ["0", "A_b-1", "n" * 64])
def test_a_name_is_a_bare_key_of_toml(name: str) -> None:
    assert parse_pipelines(content(table(name, state_machine="m", started_by=None))).named(name)


@pytest.mark.parametrize(
    "text", [b"", b"\n\n", b"# nothing yet\r\n", b"[pipelines]\n", b"\xef\xbb\xbf# nothing yet\n"]
)
def test_a_file_without_tables_has_no_pipelines(text: bytes) -> None:
    assert parse_pipelines(text) == PipelineMap()


def test_without_a_file_there_are_no_pipelines(tmp_path: Path) -> None:
    assert read_pipelines(tmp_path / "pipelines.toml") == PipelineMap()


def test_a_file_is_read_as_its_content_is(tmp_path: Path) -> None:
    path = tmp_path / "pipelines.toml"
    path.write_bytes(EVERYTHING)

    assert read_pipelines(path) == parse_pipelines(EVERYTHING)


def test_a_folder_in_the_files_place_is_no_file_that_is_absent(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        read_pipelines(tmp_path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"a =", "is no TOML: Invalid value (at line 1, column 4, the end)."),
        (b"[pipelines.a]\nstate_machine = m\n", "is no TOML: Invalid value (at line 2, column 17)."),
        (b'[pipelines.a]\nb = "x"\n\n[pipelines.a]\n', "(at line 4, column 13)."),
        (b"# \xe5\xa4\x9c\n[pipelines.a\n", "(at line 2, column 13)."),
        (b'a = """\n\n', "(at line 3, column 1, the end)."),
        ("[pipelines.a]\n夜é = 1".encode("cp1252", "ignore"), "is not in UTF-8: see line 2, column 1."),
        ("# 夜\n# 夜".encode() + b"\xff", "is not in UTF-8: see line 2, column 4."),
        (b"\xff\xfe[\x00", "is not in UTF-8: see line 1, column 1."),
        (b"a = " + b"9" * 5000, "is no TOML: Exceeds the limit"),
    ],
)
def test_what_is_no_toml_is_refused_with_line_and_column(text: bytes, why: str) -> None:
    with pytest.raises(InvalidPipelines) as refused:
        parse_pipelines(text)

    assert why in str(refused.value)
    assert str(refused.value).startswith("pipelines.toml ")
    assert str(refused.value).endswith(" Nothing was done.")


@given(st.binary() | st.text().map(str.encode))
def test_whatever_a_file_holds_it_is_a_map_or_refused_as_none(text: bytes) -> None:
    try:
        read = parse_pipelines(text)
    except InvalidPipelines:
        return

    assert read == PipelineMap()


@pytest.mark.parametrize("key", ["state_machine", "started_by"])
@pytest.mark.parametrize("home", [HERE, None])
def test_an_arn_of_here_is_taken(key: str, home: Home | None) -> None:
    arn = {"state_machine": MACHINE_ARN, "started_by": RULE_ARN}[key]

    assert parse_pipelines(content(table("a", **{key: arn})), home=home).named("a")


@pytest.mark.parametrize(("key", "arn"), [("state_machine", MACHINE_ARN), ("started_by", SCHEDULE_ARN)])
@pytest.mark.parametrize("home", [Home("eu-west-1", "123456789012"), Home("ap-northeast-1", "210987654321")])
def test_an_arn_of_elsewhere_is_refused_where_it_is_known_what_is_here(
    key: str, arn: str, home: Home
) -> None:
    elsewhere = rf"\[pipelines.a\] {key}: '{arn}' is not in .* \({home.account}, {home.region}\)"

    with pytest.raises(InvalidPipelines, match=elsewhere):
        parse_pipelines(content(table("a", **{key: arn})), home=home)
