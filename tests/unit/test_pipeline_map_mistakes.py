"""The mistakes of a map: each is told with table and key, what was given and what is allowed; all at once."""

import pytest

from stepkeeper.errors import InvalidPipelines
from stepkeeper.pipelines_file import parse_pipelines
from tests.unit.pipelines_toml import blocking, content, table
from tests.unit.refused_files import lines_about

MACHINE = "Allowed: the name of a state machine, or its ARN without version or alias."
GATE = (
    "A gate is written 'rule/NAME', 'rule/BUS/NAME', 'schedule/GROUP/NAME', or the ARN of a rule or schedule."
)
DURATION = "Allowed: a whole number of minutes, hours or days, such as '90m', '2h' or '1d', from"
REOPEN = "Allowed: 'on-success', 'by-hand', or a time and zone such as 'at 06:00 Asia/Tokyo'."
MISSED = "Allowed: 'drop', 'run-once', 'run-all'."
CHANNEL = (
    "Allowed: one of the notifier's channels, such as '#batch'; "
    "one line, 80 characters at most, no comma, no blank at either end."
)
ARN = "arn:aws:states:ap-northeast-1:123456789012:stateMachine"
BUCKET = "arn:aws:s3:::bucket"


def mistakes(text: bytes) -> list[str]:
    return lines_about(text, parse_pipelines, InvalidPipelines, "pipelines.toml")


@pytest.mark.parametrize(
    ("key", "given", "why"),
    [
        ("state_machine", "", f"'' is no state machine. {MACHINE}"),
        ("state_machine", 5, f"5 is no state machine. {MACHINE}"),
        ("state_machine", "a b", f"'a b' is no state machine. {MACHINE}"),
        ("state_machine", "nightly-*", f"'nightly-*' is no state machine. {MACHINE}"),
        ("state_machine", "m" * 81, f"'{'m' * 80}…' is no state machine. {MACHINE}"),
        ("state_machine", f"{ARN}:m:3", f"'{ARN}:m:3' is no state machine. {MACHINE}"),
        ("state_machine", f"{ARN}:", f"'{ARN}:' is no state machine. {MACHINE}"),
        ("state_machine", BUCKET, f"'{BUCKET}' is no state machine. {MACHINE}"),
        (
            "state_machine",
            "arn:aws:states:::stateMachine:m",
            "'arn:aws:states:::stateMachine:m' has no Region or no account. "
            "Allowed: the whole ARN, or a short form.",
        ),
        ("started_by", "start-report", f"'start-report' is no gate. {GATE}"),
        ("started_by", "", f"'' is no gate. {GATE}"),
        ("started_by", True, f"true is no gate. {GATE}"),
        ("started_by", ["rule/a"], f"an array is no gate. {GATE}"),
        ("started_by", "arn:aws:events", f"'arn:aws:events' is no ARN. {GATE}"),
        ("started_by", f"{ARN}:m", f"'{ARN}:m' is the ARN of something else. {GATE}"),
        (
            "started_by",
            "arn:aws:events:::rule/a",
            "'arn:aws:events:::rule/a' has no Region or no account. Allowed: the whole ARN, or a short form.",
        ),
        ("succeeds_within", "2 hours", f"'2 hours' is no duration. {DURATION} '1m' to '365d'."),
        ("succeeds_within", "PT2H", f"'PT2H' is no duration. {DURATION} '1m' to '365d'."),
        ("succeeds_within", "1h30m", f"'1h30m' is no duration. {DURATION} '1m' to '365d'."),
        ("succeeds_within", "2h\n", f"'2h\\n' is no duration. {DURATION} '1m' to '365d'."),
        ("succeeds_within", "-2h", f"'-2h' is no duration. {DURATION} '1m' to '365d'."),
        ("succeeds_within", "0m", f"'0m' is no duration. {DURATION} '1m' to '365d'."),
        ("succeeds_within", "٢h", f"'٢h' is no duration. {DURATION} '1m' to '365d'."),
        ("succeeds_within", 120, f"120 is no duration. {DURATION} '1m' to '365d'."),
        ("succeeds_within", 1.5, f"1.5 is no duration. {DURATION} '1m' to '365d'."),
        ("succeeds_within", "366d", f"'366d' is out of range. {DURATION} '1m' to '365d'."),
        ("succeeds_within", "525601m", f"'525601m' is out of range. {DURATION} '1m' to '365d'."),
        ("remind_every", "4m", f"'4m' is out of range. {DURATION} '5m' to '30d'."),
        ("remind_every", "31d", f"'31d' is out of range. {DURATION} '5m' to '30d'."),
        ("remind_every", "", f"'' is no duration. {DURATION} '5m' to '30d'."),
        ("blocks", "b", "'b' is no array. Allowed: the names of pipelines, such as ['nightly-report']."),
        ("blocks", [5], "5 is no name of a pipeline. Allowed: text, such as 'nightly-report'."),
        ("reopen", "on-sucess", f"'on-sucess' is no way to reopen. Did you mean 'on-success'? {REOPEN}"),
        ("reopen", "06:00", f"'06:00' is no way to reopen. {REOPEN}"),
        ("reopen", "at 6:00 UTC", f"'at 6:00 UTC' is no way to reopen. {REOPEN}"),
        ("reopen", "at 24:00 UTC", f"'at 24:00 UTC' is no way to reopen. {REOPEN}"),
        ("reopen", "at 06:60 UTC", f"'at 06:60 UTC' is no way to reopen. {REOPEN}"),
        ("reopen", "at 06:00", f"'at 06:00' is no way to reopen. {REOPEN}"),
        ("reopen", False, f"false is no way to reopen. {REOPEN}"),
        (
            "reopen",
            "at 06:00 Asia/Tokio",
            f"'Asia/Tokio' is no time zone; give an IANA name such as Asia/Tokyo. {REOPEN}",
        ),
        (
            "reopen",
            "at 06:00 ../../etc/passwd",
            f"'../../etc/passwd' is no time zone; give an IANA name such as Asia/Tokyo. {REOPEN}",
        ),
        ("missed", "runonce", f"'runonce' is not known. Did you mean 'run-once'? {MISSED}"),
        ("missed", "", f"'' is not known. {MISSED}"),
        ("missed", 1, f"1 is not known. {MISSED}"),
        ("channel", "", f"'' is no channel. {CHANNEL}"),
        ("channel", " #batch", f"' #batch' is no channel. {CHANNEL}"),
        ("channel", "#a,#b", f"'#a,#b' is no channel. {CHANNEL}"),
        ("channel", "c" * 81, f"'{'c' * 80}…' is no channel. {CHANNEL}"),
        ("channel", "#a\n#b", f"'#a\\n#b' is no channel. {CHANNEL}"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(key: str, given: object, why: str) -> None:
    assert mistakes(content(table("a", **{key: given}))) == [f"[pipelines.a] {key}: {why}"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"[pipelines.a]", f"[pipelines.a] state_machine: is missing. {MACHINE}"),
        (
            b'[pipelines.a]\nstate_machine = "m"\nsucceed_within = "2h"',
            "[pipelines.a] succeed_within: is not a known key. Did you mean 'succeeds_within'? Allowed: "
            "state_machine, started_by, succeeds_within, blocks, reopen, missed, channel, remind_every.",
        ),
        (
            b'[pipelines.a]\nstate_machine = "m"\n[pipelines.a.cron]\nx = 1',
            "[pipelines.a] cron: is not a known key. Allowed: "
            "state_machine, started_by, succeeds_within, blocks, reopen, missed, channel, remind_every.",
        ),
        (
            b'[pipelines.a]\nstate_machine = "m"\n"[key]" = 1',
            '[pipelines.a] "[key]": is not a known key. Allowed: '
            "state_machine, started_by, succeeds_within, blocks, reopen, missed, channel, remind_every.",
        ),
        (b'"a\\nb" = 1', '"a\\nb": is not a known key. Allowed: tables [pipelines.NAME].'),
        (
            b'[pipeline.a]\nstate_machine = "m"',
            "pipeline: is not a known key. Did you mean 'pipelines'? Allowed: tables [pipelines.NAME].",
        ),
        (
            b"[pipelines.a]\nstate_machine = {}",
            f"[pipelines.a] state_machine: a table is no state machine. {MACHINE}",
        ),
        (b"version = 1", "version: is not a known key. Allowed: tables [pipelines.NAME]."),
        (b"pipelines = 5", "pipelines: 5 is no table. Allowed: tables [pipelines.NAME]."),
        (
            b"pipelines = 0x" + b"f" * 5000,
            "pipelines: a number of more than 80 digits is no table. Allowed: tables [pipelines.NAME].",
        ),
        (b"[[pipelines]]", "pipelines: an array is no table. Allowed: tables [pipelines.NAME]."),
        (
            b"[pipelines]\na = 2026-11-22",
            "[pipelines.a]: 2026-11-22 is no table. Allowed: tables [pipelines.NAME].",
        ),
        (
            b'[pipelines."nightly ingest"]\nstate_machine = "m"',
            "[pipelines.\"nightly ingest\"]: 'nightly ingest' is no name for a pipeline. "
            "Allowed: up to 64 letters, digits, '-' and '_', a letter or digit first.",
        ),
        (
            '[pipelines."夜"]\nstate_machine = "m"'.encode(),
            "[pipelines.\"夜\"]: '夜' is no name for a pipeline. "
            "Allowed: up to 64 letters, digits, '-' and '_', a letter or digit first.",
        ),
    ],
)
def test_a_wrong_key_or_table_is_told_with_what_is_allowed(text: bytes, line: str) -> None:
    assert mistakes(text) == [line]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            content(table("nightly-report"), table("a", blocks=["nightly-reprot"])),
            "[pipelines.a] blocks: 'nightly-reprot' is no pipeline. Did you mean 'nightly-report'? "
            "Allowed: the NAME of another [pipelines.NAME].",
        ),
        (
            content(table("nightly", blocks=["nightl"])),
            "[pipelines.nightly] blocks: 'nightl' is no pipeline. "
            "Allowed: the NAME of another [pipelines.NAME].",
        ),
        (
            content(table("a", blocks=["a"])),
            "[pipelines.a] blocks: 'a' is the pipeline itself. Name others only.",
        ),
        (
            content(table("a", blocks=["b", "b"]), table("b")),
            "[pipelines.a] blocks: 'b' is named twice. Name each pipeline once.",
        ),
        (
            content(table("a", blocks=["b"]), table("b", started_by=None)),
            "[pipelines.a] blocks: 'b' has no gate to close. "
            "Give [pipelines.b] a started_by, or leave it out here.",
        ),
        (
            content(table("a", state_machine="m"), table("b", state_machine=f"{ARN}:m")),
            f"[pipelines.b] state_machine: '{ARN}:m' is the state machine of [pipelines.a] already. "
            "Each pipeline has one of its own.",
        ),
        (
            content(table("a", started_by="rule/r"), table("b", started_by="rule/default/r")),
            "[pipelines.b] started_by: 'rule/r' is the gate of [pipelines.a] already. "
            "Each pipeline has one of its own.",
        ),
        (
            content(table("a", started_by=None, succeeds_within="2h")),
            "[pipelines.a] succeeds_within: needs started_by: the time counts from when the gate starts the "
            "pipeline. Give both or neither.",
        ),
        (
            content(table("a", started_by=None, missed="drop")),
            "[pipelines.a] missed: needs started_by: without a gate no start is missed. "
            "Give both or neither.",
        ),
    ],
)
def test_what_does_not_fit_together_is_told_with_what_to_do(text: bytes, line: str) -> None:
    assert mistakes(text) == [line]


@pytest.mark.parametrize(
    ("blocks", "spelled"),
    [
        ({"a": ["b"], "b": ["a"]}, ["[pipelines.a] blocks: a -> b -> a"]),
        ({"x": ["b"], "b": ["c"], "c": ["a"], "a": ["b"]}, ["[pipelines.b] blocks: b -> c -> a -> b"]),
        (
            {"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]},
            ["[pipelines.a] blocks: a -> b -> a", "[pipelines.c] blocks: c -> d -> c"],
        ),
        (
            {"a": ["b", "c"], "b": ["a"], "c": ["a"]},
            ["[pipelines.a] blocks: a -> b -> a", "[pipelines.c] blocks: c -> a -> c"],
        ),
    ],
)
def test_a_cycle_is_spelled_out(blocks: dict[str, list[str]], spelled: list[str]) -> None:
    assert mistakes(blocking(blocks)) == [
        f"{cycle} is a cycle. Take one of its arrows away." for cycle in spelled
    ]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_tables() -> None:
    lines = mistakes(
        content(
            "verison = 1",
            table("a", state_machine="m", succeeds_within="2 hours", blocks=["b", 5, "bb"]),
            table("b", state_machine="m", started_by="start", blocks=["a"], missed="all"),
            table("c", state_machine=None, started_by="rule/a", chanel="#batch"),
        )
    )

    assert [line.split(". ")[0] for line in lines] == [
        "verison: is not a known key",
        "[pipelines.a] succeeds_within: '2 hours' is no duration",
        "[pipelines.a] blocks: 5 is no name of a pipeline",
        "[pipelines.a] blocks: 'bb' is no pipeline",
        "[pipelines.a] blocks: a -> b -> a is a cycle",
        "[pipelines.b] started_by: 'start' is no gate",
        "[pipelines.b] missed: 'all' is not known",
        "[pipelines.b] state_machine: 'm' is the state machine of [pipelines.a] already",
        "[pipelines.c] state_machine: is missing",
        "[pipelines.c] chanel: is not a known key",
        "[pipelines.c] started_by: 'rule/a' is the gate of [pipelines.a] already",
    ]


def test_a_gate_that_is_wrong_is_not_told_a_second_time_as_one_that_is_missing() -> None:
    lines = mistakes(content(table("a", blocks=["b"]), table("b", started_by="start", succeeds_within="2h")))

    assert lines == [f"[pipelines.b] started_by: 'start' is no gate. {GATE}"]
