"""The map of pipelines as people meet it: the file, a sample, the schema for editors, the page about it."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from cfnlint.jsonschema import StandardValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from local import pipelines_schema
from stepkeeper.errors import InvalidPipelines
from stepkeeper.pipeline_tables import PipelineTable
from stepkeeper.pipelines_file import PATH, parse_pipelines, read_pipelines
from tests.template import PATH as TEMPLATE
from tests.unit.pipelines_toml import content, table

ROOT = TEMPLATE.parent
SAMPLE = ROOT / "samples" / "pipelines.toml"
PAGE = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```\w+\n(.*?)```", PAGE, re.DOTALL)
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


def objections(document: dict[str, Any]) -> list[str]:
    """What an editor would say of a file."""
    return [error.message for error in StandardValidator(pipelines_schema.schema()).iter_errors(document)]


def with_keys(**keys: object) -> dict[str, Any]:
    return {"pipelines": {"a": {"state_machine": "m", "started_by": "rule/a"} | keys}}


def test_the_committed_schema_is_what_the_models_generate() -> None:
    committed = pipelines_schema.PATH.read_text(encoding="utf-8")

    assert committed == pipelines_schema.text(), "run: make schema"


def test_every_key_has_a_title_and_a_description() -> None:
    properties = pipelines_schema.schema()["definitions"]["PipelineTable"]["properties"]

    assert properties.keys() == KEYS.keys()
    assert all(key["title"] and key["description"].endswith(".") for key in properties.values())


def test_the_operators_own_map_has_no_mistake() -> None:
    assert PATH == ROOT / "src" / "pipelines.toml"
    read_pipelines(PATH)
    assert objections(tomllib.loads(PATH.read_text(encoding="utf-8"))) == []


def test_the_sample_shows_every_key_and_is_a_map() -> None:
    document = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))

    assert objections(document) == []
    assert {key for table in document["pipelines"].values() for key in table} == KEYS.keys()
    assert [pipeline.name for pipeline in read_pipelines(SAMPLE).downstream("nightly-ingest")] == [
        "nightly-report",
        "weekly-mail",
    ]


@pytest.mark.parametrize("path", [PATH, SAMPLE], ids=lambda path: path.parent.name)
def test_a_map_tells_the_editor_where_its_schema_is(path: Path) -> None:
    directive, name = path.read_text(encoding="utf-8").splitlines()[0].split(" ")

    assert directive == "#:schema"
    assert (path.parent / name).resolve() == pipelines_schema.PATH.resolve()


@pytest.mark.parametrize("key", KEYS)
def test_the_examples_of_a_key_are_allowed_by_schema_and_reader(key: str) -> None:
    for example in KEYS[key].examples or ():
        others = example if isinstance(example, list) else []
        text = content(table("a", **{key: example}), *(table(other) for other in others))

        assert objections(tomllib.loads(text.decode())) == []
        assert parse_pipelines(text).named("a")


@pytest.mark.parametrize("key", ["state_machine", "started_by", "channel"])
@given(data=st.data())
@settings(max_examples=50)
def test_what_fits_the_pattern_of_a_key_is_taken_by_the_reader(key: str, data: st.DataObject) -> None:
    pattern = pipelines_schema.schema()["definitions"]["PipelineTable"]["properties"][key]["pattern"]
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
    assert objections(document)


def test_the_page_explains_every_key() -> None:
    rows = [line.split("|")[1].strip() for line in PAGE.splitlines() if line.startswith("| `")]

    assert rows == [f"`{key}`" for key in KEYS]


def test_the_mistakes_on_the_page_are_told_like_that() -> None:
    shown = [block for block in BLOCKS if block.startswith("pipelines.toml has")]

    with pytest.raises(InvalidPipelines) as refused:
        parse_pipelines(MISTAKEN)

    assert [f"{refused.value}\n"] == shown


def test_the_map_on_the_page_is_one() -> None:
    (shown,) = [block for block in BLOCKS if block.startswith("[pipelines.")]

    assert [pipeline.name for pipeline in parse_pipelines(shown.encode()).downstream("nightly-ingest")] == [
        "nightly-report"
    ]
