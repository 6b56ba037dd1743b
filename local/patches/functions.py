"""The environment that functions run in."""

import os
from pathlib import Path

from local.environment import PASSED_TO_FUNCTIONS
from local.patches.patching import Function, Params, patch

GUARD = Path(__file__).resolve().parents[1] / "guard"
"""What Python loads by itself from there, `sitecustomize`, refuses connections to anywhere else."""


@patch("services.lambda_svc", "_provided_worker_env")
def functions_have_lambdas_environment(original: Function) -> Function:
    """Lambda runs in UTC and tells a function its log group; nothing of the service's own is to be seen.

    MiniStack hands all its own variables down and leaves these out.
    """

    def _provided_worker_env(config: Params, code_dir: str, port: int) -> dict[str, str]:
        own = (config.get("Environment") or {}).get("Variables") or {}
        leaked = os.environ.keys() - PASSED_TO_FUNCTIONS - own.keys()
        given = original(config, code_dir, port)
        log_group = (config.get("LoggingConfig") or {}).get("LogGroup")
        return {name: value for name, value in given.items() if name not in leaked} | {
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": log_group or f"/aws/lambda/{config['FunctionName']}",
            "TZ": ":UTC",
        }

    return _provided_worker_env


@patch("services.lambda_svc", "_provided_worker_env")
def functions_find_their_layers(original: Function) -> Function:
    """Lambda has the `python` folder of a function's layers on its path, after the function's own code.

    MiniStack keeps the layers of a `provided` runtime and never unpacks them.
    """

    def _provided_worker_env(config: Params, code_dir: str, port: int) -> dict[str, str]:
        given = original(config, code_dir, port)
        # In /opt the files of a later layer lie over those of an earlier one.
        layers = [_python_folder(layer) for layer in reversed(config.get("Layers") or [])]
        path = os.pathsep.join(filter(None, [*layers, given.get("PYTHONPATH")]))
        return given | ({"PYTHONPATH": path} if path else {})

    return _provided_worker_env


@patch("services.lambda_svc", "_provided_worker_env")
def functions_reach_this_machine_alone(original: Function) -> Function:
    """Nothing that a function calls may leave the machine, whatever a library of its does in the background.

    MiniStack lets a function call whom it likes.
    """

    def _provided_worker_env(config: Params, code_dir: str, port: int) -> dict[str, str]:
        given = original(config, code_dir, port)
        path = os.pathsep.join(filter(None, [str(GUARD), given.get("PYTHONPATH")]))
        return given | {"PYTHONPATH": path}

    return _provided_worker_env


def _python_folder(layer: Params | str) -> str:
    from ministack.services import lambda_svc

    archive = lambda_svc._resolve_layer_zip(layer)
    # The cache of its Docker executor unpacks what has the same content once, and removes what is unused.
    return str(Path(lambda_svc._docker_extracted_dir(archive, "layer"), "python")) if archive else ""
