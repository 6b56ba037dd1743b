"""samconfig.toml: `sam build && sam deploy --guided` is all that a user types."""

import json
import subprocess
import tomllib

from local.tools import tool
from tests.contract.stack import resources
from tests.template import PATH

CONFIG = tomllib.loads((PATH.parent / "samconfig.toml").read_text(encoding="utf-8"))
OPTIONS_OF_SAM = """
import json
from samcli.commands.deploy.command import cli as deploy
from samcli.commands.validate.validate import cli as validate
options = {"deploy": deploy.params, "validate": validate.params}
print(json.dumps({name: [option.name for option in params] for name, params in options.items()}))
"""


def test_sam_knows_every_setting() -> None:
    told = subprocess.run(
        [tool("sam"), "-c", OPTIONS_OF_SAM],
        env={"SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    options = json.loads(told.stdout)
    assert CONFIG["version"] == 0.1
    assert CONFIG["default"].keys() == {"global", *options}
    assert CONFIG["default"]["global"]["parameters"].keys() <= set(options["deploy"])
    for command in options:
        assert CONFIG["default"][command]["parameters"].keys() <= set(options[command]), command


def test_a_deployment_asks_before_it_changes_anything() -> None:
    assert CONFIG["default"]["deploy"]["parameters"]["confirm_changeset"] is True


def test_a_deployment_may_make_roles_but_none_with_a_name_of_its_own() -> None:
    assert CONFIG["default"]["deploy"]["parameters"]["capabilities"] == "CAPABILITY_IAM"
    assert not [name for name, it in resources("AWS::IAM::Role").items() if "RoleName" in it["Properties"]]
