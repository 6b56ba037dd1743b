"""Functions find what is in their layers; MiniStack alone keeps it from them."""

import io
import zipfile
from pathlib import Path
from typing import Any

from local.embedded_aws import EmbeddedAws
from tests.local.support import invoked, new_function, new_name

SHOWS_ITS_PATH = """
import sys

def handler(event, context):
    try:
        import greeting
    except ImportError:
        return None
    return {"text": greeting.TEXT, "file": greeting.__file__, "path": sys.path}
"""


def test_a_function_imports_from_its_layer_and_no_other_function_does(
    embedded: EmbeddedAws, bare: EmbeddedAws, tmp_path: Path
) -> None:
    def ask(aws: EmbeddedAws, *texts: str) -> Any:
        layers = [_layer(aws, {"python/greeting.py": f"TEXT = {text!r}"}) for text in texts]
        return invoked(aws, new_function(aws, SHOWS_ITS_PATH, tmp_path, Layers=layers))

    answer = ask(embedded, "hello")

    assert answer["text"] == "hello"
    assert answer["file"].startswith(str(embedded.directory))
    assert ask(embedded) is None
    assert ask(bare, "hello") is None


def test_a_functions_own_code_comes_before_its_layers_and_those_before_the_librarys(
    embedded: EmbeddedAws, tmp_path: Path
) -> None:
    layer = _layer(embedded, {"python/greeting.py": "TEXT = 1", "python/main.py": "raise SystemExit"})

    answer = invoked(embedded, new_function(embedded, SHOWS_ITS_PATH, tmp_path, Layers=[layer]))

    assert str(Path(answer["file"]).parent) in answer["path"][1:3]


def test_a_later_layer_lies_over_an_earlier_one(embedded: EmbeddedAws, tmp_path: Path) -> None:
    layers = [_layer(embedded, {"python/greeting.py": f"TEXT = {number}"}) for number in (1, 2)]

    answer = invoked(embedded, new_function(embedded, SHOWS_ITS_PATH, tmp_path, Layers=layers))

    assert answer["text"] == 2


def test_a_function_goes_over_to_a_new_version_of_its_layer(embedded: EmbeddedAws, tmp_path: Path) -> None:
    name = new_name("layer")
    old = _layer(embedded, {"python/greeting.py": "TEXT = 'old'"}, name)
    function = new_function(embedded, SHOWS_ITS_PATH, tmp_path, Layers=[old])
    before = invoked(embedded, function)["text"]

    new = _layer(embedded, {"python/greeting.py": "TEXT = 'new'"}, name)
    embedded.client("lambda").update_function_configuration(FunctionName=function, Layers=[new])

    assert before == "old"
    assert invoked(embedded, function)["text"] == "new"


def _layer(aws: EmbeddedAws, files: dict[str, str], name: str | None = None) -> str:
    """Publish a layer with these files; returns the ARN of the version."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    published = aws.client("lambda").publish_layer_version(
        LayerName=name or new_name("layer"), Content={"ZipFile": content.getvalue()}
    )
    return str(published["LayerVersionArn"])
