"""What is to be exported as people meet it: its sample, the schema for editors, the page about it."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepkeeper.errors import InvalidExports
from stepkeeper.export_tables import Export
from stepkeeper.exports_file import parse_exports, read_exports
from tests.contract.operators_files import EXPORTS
from tests.unit.exports_toml import content, table

KEYS = Export.model_fields
DEFAULTS = {key: known["default"] for key, known in EXPORTS.schema.keys.items() if "default" in known}

MISTAKEN = b"""
[exports.nightly]
log_groups = ["/orders/nightly"]
period = "months"
settle = "6h"
[exports.audit]
log_groups = ["/orders/nightly"]
retention = "30d"
[exports.later]
folder = "later"
"""
"""The page shows what its reader is told."""


def with_keys(**keys: object) -> dict[str, Any]:
    return {"exports": {"a": {"log_groups": ["/a"]} | keys}}


def test_the_sample_has_no_mistake() -> None:
    assert [each.name for each in read_exports(EXPORTS.sample)] == ["audit", "nightly", "machines"]


@pytest.mark.parametrize("key", KEYS)
def test_the_examples_of_a_key_are_allowed_by_schema_and_reader(key: str) -> None:
    for example in KEYS[key].examples or ():
        text = content(table("a", **{key: example}))

        assert EXPORTS.objections(tomllib.loads(text.decode())) == []
        assert parse_exports(text)


@pytest.mark.parametrize("key", [key for key in KEYS if key != "log_groups"])
def test_what_the_schema_calls_the_default_is_what_stands_for_a_key_that_is_left_out(key: str) -> None:
    with_default = content(table("a", **{key: DEFAULTS.get(key)}))

    assert parse_exports(with_default) == parse_exports(content(table("a")))
    assert (key in DEFAULTS) == (key != "retention")


@pytest.mark.parametrize("key", ["folder", "at_most"])
@given(data=st.data())
@settings(max_examples=50)
def test_what_fits_the_pattern_of_a_key_is_taken_by_the_reader(key: str, data: st.DataObject) -> None:
    known = EXPORTS.schema.keys[key]
    ascii_text = st.characters(codec="ascii", exclude_categories=["Cc"])
    value = data.draw(
        st.from_regex(known["pattern"], fullmatch=True, alphabet=ascii_text).filter(
            lambda text: len(text) <= known.get("maxLength", 512)
        )
    )

    assert parse_exports(content(table("a", **{key: value})))


@pytest.mark.parametrize("key", ["log_groups", "prefixes"])
@given(data=st.data())
@settings(max_examples=50)
def test_what_fits_the_pattern_of_a_log_group_is_taken_by_the_reader(key: str, data: st.DataObject) -> None:
    value = data.draw(st.from_regex(EXPORTS.schema.keys[key]["items"]["pattern"], fullmatch=True))

    assert parse_exports(content(table("a", **{key: [value]})))


@pytest.mark.parametrize(
    "document",
    [
        {"export": {}},
        {"exports": []},
        {"exports": {"a": {}}},
        {"exports": {"a": {"folder": "logs"}}},
        {"exports": {"a b": {"log_groups": ["/a"]}}},
        with_keys(log_group="/a"),
        with_keys(log_groups="/a"),
        with_keys(log_groups=["/a b"]),
        with_keys(log_groups=["/a", "/a"]),
        with_keys(log_groups=["a" * 513]),
        with_keys(prefixes=[""]),
        with_keys(tags=["export"]),
        with_keys(tags={"export": 1}),
        with_keys(tags={"": "yes"}),
        with_keys(tags={"k" * 129: "yes"}),
        with_keys(tags={"export": "v" * 257}),
        with_keys(period="months"),
        with_keys(time_zone=9),
        with_keys(back=0),
        with_keys(back=1201),
        with_keys(back="12"),
        with_keys(settle="12 hours"),
        with_keys(folder="/logs"),
        with_keys(folder="f" * 101),
        with_keys(storage_class="standard"),
        with_keys(retention="91d"),
        with_keys(retention=90),
        with_keys(at_most="100 GB"),
        with_keys(at_most=100),
    ],
)
def test_an_editor_shows_what_is_wrong(document: dict[str, Any]) -> None:
    assert EXPORTS.objections(document)


def test_the_mistakes_on_the_page_are_told_like_that() -> None:
    shown = [block for block in EXPORTS.blocks if block.startswith("exports.toml has")]

    with pytest.raises(InvalidExports) as refused:
        parse_exports(MISTAKEN)

    assert [f"{refused.value}\n"] == shown


def test_the_exports_on_the_page_are_some() -> None:
    (shown,) = [block for block in EXPORTS.blocks if block.startswith("[exports.")]

    assert [each.name for each in parse_exports(shown.encode())] == ["nightly"]
