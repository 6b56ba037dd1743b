"""The environment that functions run in."""

import os

from local.environment import PASSED_TO_FUNCTIONS
from local.patches.patching import Function, Params, patch


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
