"""Makes a copy of a `sam build` whose functions the embedded AWS starts under Lambda's own runtime client.

The `provided` runtime starts an executable named `bootstrap` in the function's folder. Under managed
runtimes such a file would take the runtime's place, so it goes into the copy and never into the build.
"""

import hashlib
import sys
import zipfile
from pathlib import Path

import yaml

from local.tools import tool

BOOTSTRAP = "bootstrap"


def copy_build(build: Path, target: Path) -> Path:
    """Write deployable archives and a template for them into `target`; returns the template.

    Functions with the same content (all of one CodeUri) share an archive, which `sam deploy` uploads once.
    """
    target.mkdir(exist_ok=True)
    template = yaml.safe_load((build / "template.yaml").read_text())
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = _archive(build / properties["CodeUri"], target)
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
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
        for name, content in sorted({**files, BOOTSTRAP: bootstrap().encode()}.items()):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name == BOOTSTRAP else 0o644) << 16
            written.writestr(entry, content, compresslevel=1)


def _archive(function: Path, target: Path) -> str:
    paths = sorted(path for path in function.rglob("*") if path.is_file())
    files = {str(path.relative_to(function)): path.read_bytes() for path in paths}
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    archive = target / f"{digest.hexdigest()[:16]}.zip"
    if not archive.exists():
        write_archive(archive, files)
    return archive.name
