"""BigQuery's packages are in a layer that one function has, and no function pays for what it does not use."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.stack import properties, ref, resources, template
from tests.template import PATH

SRC = PATH.parent / "src"
ARTIFACT = SRC / "requirements.txt"
LAYER = PATH.parent / "layers" / "bigquery" / "requirements.txt"
PINNED = re.compile(r"^([-\w.]+)==(\S+)", re.MULTILINE)

IMPORTED_BY = {
    "slack_sdk": {"stepkeeper.slack"},
    "google": {"stepkeeper.engines.bigquery", "stepkeeper.google_credentials"},
    "stepkeeper.slack": {"stepkeeper.handlers.notifier"},
    # An engine is looked up by its name when a query names it: nobody else pays for its packages.
    "stepkeeper.engines.bigquery": set(),
}
"""What takes long to import, and who alone imports it."""


def pinned(requirements: Path) -> dict[str, str]:
    """Each package with its version."""
    return dict(PINNED.findall(requirements.read_text(encoding="utf-8")))


def imports() -> Iterator[tuple[str, str]]:
    """Every module of the product with each name that it imports, wherever in it."""
    for path in sorted((SRC / "stepkeeper").rglob("*.py")):
        module = ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names):
                    yield from ((module, alias.name) for alias in names)
                case ast.ImportFrom(module=str(origin), names=names):
                    yield from ((module, f"{origin}.{alias.name}") for alias in names)


def test_the_query_runner_alone_has_the_layer() -> None:
    layers = {
        name: function["Layers"]
        for name, function in properties("AWS::Serverless::Function").items()
        if "Layers" in function
    }

    assert layers == {"QueryRunnerFunction": [ref("BigQueryLayer")]}
    assert "Layers" not in template().document["Globals"]["Function"]


def test_the_layer_is_built_for_what_the_functions_run_on() -> None:
    (layer,) = resources("AWS::Serverless::LayerVersion").values()
    common = template().document["Globals"]["Function"]

    assert layer["Metadata"] == {
        "BuildMethod": common["Runtime"],
        "BuildArchitecture": common["Architectures"][0],
    }
    assert layer["Properties"]["CompatibleRuntimes"] == [common["Runtime"]]
    assert layer["Properties"]["CompatibleArchitectures"] == common["Architectures"]
    assert PATH.parent / layer["Properties"]["ContentUri"] == LAYER.parent


def test_what_both_hold_is_of_the_same_version() -> None:
    # The function's own copy comes first on the path, so the layer's packages meet that one.
    layer, artifact = pinned(LAYER), pinned(ARTIFACT)
    shared = layer.keys() & artifact.keys()

    assert shared
    assert {name: layer[name] for name in shared} == {name: artifact[name] for name in shared}


def test_the_artifact_holds_nothing_of_googles() -> None:
    assert "google-cloud-bigquery" in pinned(LAYER)
    assert [name for name in pinned(ARTIFACT) if re.match("google|grpc|proto", name)] == []


@pytest.mark.parametrize("requirements", [ARTIFACT, LAYER], ids=["artifact", "layer"])
def test_nothing_is_installed_but_what_was_looked_at(requirements: Path) -> None:
    text = requirements.read_text(encoding="utf-8")
    packages = re.split(r"\n(?=\S)", text.strip())

    assert len(packages) == len(pinned(requirements))
    assert [package.splitlines()[0] for package in packages if "--hash=sha256:" not in package] == []


@pytest.mark.parametrize("package", IMPORTED_BY)
def test_what_is_slow_to_import_is_imported_where_it_is_needed_and_nowhere_else(package: str) -> None:
    importing = {module for module, name in imports() if name == package or name.startswith(f"{package}.")}

    assert importing == IMPORTED_BY[package]
