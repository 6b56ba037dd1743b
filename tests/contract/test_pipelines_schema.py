"""The map of pipelines as people meet it: its sample, the schema for editors, the page about it."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepkeeper.errors import InvalidPipelines
from stepkeeper.pipeline_tables import PipelineTable
from stepkeeper.pipelines_file import parse_pipelines, read_pipelines
from tests.contract.operators_files import PIPELINES
from tests.unit.pipelines_toml import content, table

KEYS = PipelineTable.model_fields

MISTAKEN = b"""
[pipelines.nightly-ingest]
state_machine = "nightly-ingest"
succeeds_within = "2 hours"
started_by = "schedule/default/start-ingest"
blocks = ["nightly-reprot"]
[pipelines.nightly-report]
state_machine = "nightly-report"
started_by = "rule/start-report"
blocks = ["weekly-mail"]
[pipelines.weekly-mail]
state_machine = "weekly-mail"
started_by = "rule/start-report"
blocks = ["nightly-report"]
"""
"""The page shows what its reader is told."""


def with_keys(**keys: object) -> dict[str, Any]:
    return {"pipelines": {"a": {"state_machine": "m", "started_by": "rule/a"} | keys}}


def test_the_sample_is_a_map() -> None:
    assert [pipeline.name for pipeline in read_pipelines(PIPELINES.sample).downstream("nightly-ingest")] == [
        "nightly-report",
        "weekly-mail",
    ]


@pytest.mark.parametrize("key", KEYS)
def test_the_examples_of_a_key_are_allowed_by_schema_and_reader(key: str) -> None:
    for example in KEYS[key].examples or ():
        others = example if isinstance(example, list) else []
        text = content(table("a", **{key: example}), *(table(other) for other in others))

        assert PIPELINES.objections(tomllib.loads(text.decode())) == []
        assert parse_pipelines(text).named("a")


@pytest.mark.parametrize("key", ["state_machine", "started_by", "channel"])
@given(data=st.data())
@settings(max_examples=50)
def test_what_fits_the_pattern_of_a_key_is_taken_by_the_reader(key: str, data: st.DataObject) -> None:
    pattern = PIPELINES.schema.keys[key]["pattern"]
    ascii_text = st.characters(codec="ascii", exclude_categories=["Cc"])
    value = data.draw(st.from_regex(pattern, fullmatch=True, alphabet=ascii_text))

    assert parse_pipelines(content(table("a", **{key: value})))


@pytest.mark.parametrize(
    "document",
    [
        {"pipeline": {}},
        {"pipelines": []},
        {"pipelines": {"a": {}}},
        {"pipelines": {"a b": {"state_machine": "m"}}},
        {"pipelines": {"a": {"state_machine": "m", "succeeds_within": "2h"}}},
        {"pipelines": {"a": {"state_machine": "m", "missed": "drop"}}},
        with_keys(succeed_within="2h"),
        with_keys(state_machine="a b"),
        with_keys(state_machine=5),
        with_keys(started_by="start-report"),
        with_keys(succeeds_within="2 hours"),
        with_keys(blocks="b"),
        with_keys(blocks=["b", "b"]),
        with_keys(reopen="at 6:00 UTC"),
        with_keys(missed="runonce"),
        with_keys(channel="#a,#b"),
        with_keys(remind_every=60),
    ],
)
def test_an_editor_shows_what_is_wrong(document: dict[str, Any]) -> None:
    assert PIPELINES.objections(document)


def test_the_mistakes_on_the_page_are_told_like_that() -> None:
    shown = [block for block in PIPELINES.blocks if block.startswith("pipelines.toml has")]

    with pytest.raises(InvalidPipelines) as refused:
        parse_pipelines(MISTAKEN)

    assert [f"{refused.value}\n"] == shown


def test_the_map_on_the_page_is_one() -> None:
    (shown,) = [block for block in PIPELINES.blocks if block.startswith("[pipelines.")]

    assert [pipeline.name for pipeline in parse_pipelines(shown.encode()).downstream("nightly-ingest")] == [
        "nightly-report"
    ]
