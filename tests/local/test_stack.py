"""What is built and deployed here is what goes to AWS, but for what makes it run without Lambda."""

import json
import stat
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.embedded_aws import EmbeddedAws
from local.local_runtime import copy_build
from local.stack import Build, SamFailed, build, deploy
from tests.local.support import invoked, new_name

HANDLER = """
import importlib.util

def handler(event, context):
    return {"name": context.function_name, "has_layer": importlib.util.find_spec("greeting") is not None}
"""


def write_application(directory: Path) -> Path:
    """A SAM application with two functions of one CodeUri, one of them with a layer, and a state machine.

    Returns its template.
    """
    function: dict[str, Any] = {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "Handler": "main.handler",
            "CodeUri": "src/",
            "Runtime": {"Ref": "PythonRuntime"},
            "Architectures": [{"Ref": "Architecture"}],
        },
    }
    with_layer = {**function, "Properties": {**function["Properties"], "Layers": [{"Ref": "Greeting"}]}}
    layer = {
        "Type": "AWS::Serverless::LayerVersion",
        "Properties": {"ContentUri": "layer/", "CompatibleRuntimes": [{"Ref": "PythonRuntime"}]},
        "Metadata": {
            "BuildMethod": {"Ref": "PythonRuntime"},
            "BuildArchitecture": {"Ref": "Architecture"},
        },
    }
    machine = {"Type": "AWS::Serverless::StateMachine", "Properties": {"DefinitionUri": "machine.asl.json"}}
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Parameters": {"PythonRuntime": {"Type": "String"}, "Architecture": {"Type": "String"}},
        "Resources": {"One": function, "Other": with_layer, "Greeting": layer, "Machine": machine},
        "Outputs": {name: {"Value": {"Ref": name}} for name in ("One", "Other", "Machine")},
    }
    for folder, module, content in (("src", "main.py", HANDLER), ("layer", "greeting.py", "")):
        (directory / folder).mkdir(parents=True)
        (directory / folder / module).write_text(content)
        (directory / folder / "requirements.txt").write_text("")
    definition = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}
    (directory / "machine.asl.json").write_text(json.dumps(definition))
    (directory / "template.yaml").write_text(json.dumps(template))
    return directory / "template.yaml"


def test_an_application_is_built_deployed_and_called(
    embedded: EmbeddedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "the-developers-own")
    template, said = write_application(tmp_path / "application"), []

    built = build(tmp_path / "built", template=template, say=said.append)
    stack = deploy(embedded, built, name=new_name("stack"), say=said.append)
    build(tmp_path / "again", template=template, say=said.append)

    assert invoked(embedded, stack.outputs["One"]) == {"name": stack.outputs["One"], "has_layer": False}
    assert invoked(embedded, stack.outputs["Other"]) == {"name": stack.outputs["Other"], "has_layer": True}
    assert stack.outputs["Machine"].startswith("arn:aws:states:")
    assert not list(built.directory.rglob("bootstrap"))
    assert said[0].startswith(f"sam build (python3.{sys.version_info.minor}")
    assert said[2] == "sam build: nothing has changed"


def test_a_build_that_fails_shows_what_sam_said(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Resources: [")

    with pytest.raises(SamFailed, match=r"`sam build` ended with status 1:(.|\n)*template"):
        build(tmp_path / "built", template=template, say=str)


def test_a_deployment_that_fails_shows_what_sam_said(embedded: EmbeddedAws, tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(json.dumps({"Resources": {"It": {"Type": "AWS::No::Such"}}}))

    with pytest.raises(SamFailed, match=r"`sam deploy` ended with status 1:(.|\n)*AWS::No::Such"):
        deploy(embedded, Build(tmp_path, template), name=new_name("stack"), say=str)


def test_functions_of_the_same_content_share_an_archive_with_a_bootstrap(tmp_path: Path) -> None:
    built = _built(tmp_path / "build", {"A": "same", "B": "same", "C": "other"})

    copied = yaml.safe_load(copy_build(built, tmp_path / "copy").read_text())

    code = {name: each["Properties"]["CodeUri"] for name, each in copied["Resources"].items()}
    assert code["A"] == code["B"] != code["C"]
    with zipfile.ZipFile(tmp_path / "copy" / code["A"]) as archive:
        assert archive.read("main.py") == b"same"
        assert stat.S_IMODE(archive.getinfo("bootstrap").external_attr >> 16) == 0o755
    assert not list(built.rglob("bootstrap"))


def test_the_archive_of_a_layer_is_made_once_for_every_copy(tmp_path: Path) -> None:
    build, layer = tmp_path / "build", tmp_path / "build" / "Greeting" / "python"
    layer.mkdir(parents=True)
    (layer / "greeting.py").write_text("hello = 1")
    resource = {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "Greeting"}}
    (build / "template.yaml").write_text(yaml.safe_dump({"Resources": {"Greeting": resource}}))

    def copied(name: str) -> tuple[Path, int]:
        template = yaml.safe_load(copy_build(build, tmp_path / name).read_text())
        archive = Path(template["Resources"]["Greeting"]["Properties"]["ContentUri"])
        return archive, archive.stat().st_mtime_ns

    first, again = copied("first"), copied("again")
    (layer / "greeting.py").write_text("hello = 2")
    changed, _ = copied("changed")

    assert first == again
    assert changed != first[0]
    with zipfile.ZipFile(changed) as archive:
        assert archive.namelist() == ["python/greeting.py"]
        assert archive.read("python/greeting.py") == b"hello = 2"


def _built(directory: Path, functions: dict[str, str]) -> Path:
    """What `sam build` leaves behind for functions with these contents."""
    resources = {}
    for name, content in functions.items():
        (directory / name).mkdir(parents=True)
        (directory / name / "main.py").write_text(content)
        resources[name] = {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": name}}
    (directory / "template.yaml").write_text(yaml.safe_dump({"Resources": resources}))
    return directory
