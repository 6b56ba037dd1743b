"""Deploys the naive loop beside the reprocessor, with all that the reprocessor has except its code."""

from dataclasses import replace
from pathlib import Path

from local.deployed import Operator
from local.local_runtime import write_archive

NAME = "naive-loop"
CODE = Path(__file__).parent / "functions" / "naive_loop.py"
SAME = ("Runtime", "Architectures", "Role", "MemorySize", "Timeout", "Environment")


def deploy_naive_loop(operator: Operator, artifact: Path, folder: Path) -> Operator:
    """Creates the function and gives an operator that knows it as `NaiveLoop`.

    It is made from the reprocessor's own artifact, so that it has the same boto3.
    """
    functions = operator.client("lambda")
    reprocessor = functions.get_function_configuration(
        FunctionName=operator.output("ReprocessorFunctionName")
    )
    files = {
        str(path.relative_to(artifact)): path.read_bytes() for path in artifact.rglob("*") if path.is_file()
    }
    archive = folder / f"{NAME}.zip"
    write_archive(archive, files | {CODE.name: CODE.read_bytes()})
    functions.create_function(
        FunctionName=NAME,
        Handler=f"{CODE.stem}.handler",
        Code={"ZipFile": archive.read_bytes()},
        **{setting: reprocessor[setting] for setting in SAME},
    )
    outputs = operator.stack.outputs | {"NaiveLoopFunctionName": NAME}
    return replace(operator, stack=replace(operator.stack, outputs=outputs))
