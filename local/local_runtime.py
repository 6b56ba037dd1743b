"""Makes a copy of a `sam build` whose functions the embedded AWS starts under Lambda's own runtime client.

The `provided` runtime starts an executable named `bootstrap` in the function's folder. Under managed
runtimes such a file would take the runtime's place, so it goes into the copy and never into the build.
"""

import hashlib
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from local.tools import tool

BOOTSTRAP = "bootstrap"
LAYER_ARCHIVES = "layer-archives"


def copy_build(build: Path, target: Path, *, files: Mapping[str, Path] | None = None) -> Path:
    """Write deployable archives and a template for them into `target`; returns the template.

    `files` take the place of the operator's files in the build, by their names there.

    Functions with the same content (all of one CodeUri) share an archive, which `sam deploy` uploads once.
    Archives of layers are large and stay beside the build, for the next copy.
    """
    target.mkdir(exist_ok=True)
    template = yaml.safe_load((build / "template.yaml").read_text())
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = _function_archive(build / properties["CodeUri"], target, files or {})
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            properties["ContentUri"] = _layer_archive(build / properties["ContentUri"], build.parent)
        if resource["Type"] == "AWS::Serverless::StateMachine":
            properties["DefinitionUri"] = str((build / properties["DefinitionUri"]).resolve())
    path = target / "template.yaml"
    path.write_text(yaml.safe_dump(template, sort_keys=False))
    return path


def bootstrap() -> str:
    """The program that the embedded AWS starts for a function of Python's."""
    version = f"python3.{sys.version_info.minor}"
    return (
        "#!/bin/sh\n"
        f"export AWS_EXECUTION_ENV=AWS_Lambda_{version}\n"
        f'exec "{tool("runtime")}" -m awslambdaric "$_HANDLER"\n'
    )


def write_archive(archive: Path, files: dict[str, bytes]) -> None:
    """Write a function's files and the bootstrap into a zip archive, always the same for the same files."""
    _write_zip(archive, {**files, BOOTSTRAP: bootstrap().encode()})


def _function_archive(function: Path, target: Path, instead: Mapping[str, Path]) -> str:
    files = _files(function)
    files |= {name: path.read_bytes() for name, path in instead.items() if name in files}
    archive = target / f"{_digest(files)}.zip"
    if not archive.exists():
        write_archive(archive, files)
    return archive.name


def _layer_archive(layer: Path, kept_in: Path) -> str:
    files = _files(layer)
    archive = kept_in.resolve() / LAYER_ARCHIVES / f"{_digest(files)}.zip"
    if not archive.exists():
        archive.parent.mkdir(exist_ok=True)
        # Whoever finds it takes it for whole, also after this was interrupted.
        unfinished = archive.with_suffix(".unfinished")
        _write_zip(unfinished, files)
        unfinished.rename(archive)
    return str(archive)


def _files(directory: Path) -> dict[str, bytes]:
    paths = sorted(path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): path.read_bytes() for path in paths}


def _digest(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _write_zip(archive: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name == BOOTSTRAP else 0o644) << 16
            written.writestr(entry, content, compresslevel=1)
