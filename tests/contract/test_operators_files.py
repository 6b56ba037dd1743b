"""The operator's files as people meet them: each with a sample, a schema for editors, a page about it."""

import tomllib

import pytest

from stepkeeper import exports_file, pipelines_file
from tests.contract.operators_files import EXPORTS, PIPELINES, ROOT, OperatorsFile

pytestmark = pytest.mark.parametrize("file", [PIPELINES, EXPORTS], ids=lambda file: file.name)


def test_the_committed_schema_is_what_the_models_generate(file: OperatorsFile) -> None:
    assert file.schema.path.read_text(encoding="utf-8") == file.schema.text(), "run: make schema"


def test_every_key_has_a_title_and_a_description(file: OperatorsFile) -> None:
    assert file.schema.keys.keys() == file.schema.file.table.model_fields.keys()
    assert all(key["title"] and key["description"].endswith(".") for key in file.schema.keys.values())


def test_the_operators_own_file_has_no_mistake(file: OperatorsFile) -> None:
    path, read = {
        "pipelines.toml": (pipelines_file.PATH, pipelines_file.read_pipelines),
        "exports.toml": (exports_file.PATH, exports_file.read_exports),
    }[file.name]

    assert path == file.own
    read(path)
    assert file.objections(tomllib.loads(path.read_text(encoding="utf-8"))) == []


def test_the_sample_shows_every_key_and_an_editor_has_nothing_against_it(file: OperatorsFile) -> None:
    document = tomllib.loads(file.sample.read_text(encoding="utf-8"))

    shown = {key for table in document[file.schema.file.kind].values() for key in table}
    assert file.objections(document) == []
    assert shown == file.schema.keys.keys()


def test_a_file_tells_the_editor_where_its_schema_is(file: OperatorsFile) -> None:
    for path in (file.own, file.sample):
        directive, name = path.read_text(encoding="utf-8").splitlines()[0].split(" ")

        assert directive == "#:schema"
        assert (path.parent / name).resolve() == file.schema.path.resolve()


def test_the_page_explains_every_key(file: OperatorsFile) -> None:
    rows = [line.split("|")[1].strip() for line in file.page.splitlines() if line.startswith("| `")]

    assert rows == [f"`{key}`" for key in file.schema.keys]


def test_the_page_links_the_file_and_its_sample(file: OperatorsFile) -> None:
    for path in (file.own, file.sample):
        assert f"(../{path.relative_to(ROOT)})" in file.page
