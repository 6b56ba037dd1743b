"""template.yaml, read once, and what of it the contract tests ask for."""

from functools import cache
from typing import Any

from tests.template import Template

Resource = dict[str, Any]

HANDLERS = {
    "rule_toggler": "RuleToggler",
    "gate_reconciler": "GateReconciler",
    "execution_watchdog": "ExecutionWatchdog",
    "error_spooler": "ErrorSpooler",
    "reprocessor": "Reprocessor",
    "spool_reconciler": "SpoolReconciler",
    "spool_refresher": "SpoolRefresher",
    "bucket_checker": "BucketChecker",
    "log_exporter": "LogExporter",
    "query_runner": "QueryRunner",
    "notifier": "Notifier",
    "load_claimer": "LoadClaimer",
}
"""Each handler's module, and its name in the template."""


@cache
def template() -> Template:
    """The template with its parameters at their defaults; not to be changed."""
    return Template()


def resources(kind: str | None = None) -> dict[str, Resource]:
    """All resources, or those of one type, samples included."""
    return {
        logical_id: resource
        for logical_id, resource in template().document["Resources"].items()
        if kind in (None, resource["Type"])
    }


def properties(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of all resources of a type, as the template writes them."""
    return {logical_id: resource["Properties"] for logical_id, resource in resources(kind).items()}


def as_list(value: Any) -> list[Any]:
    """Most of what may be a list in a template may be its only item too."""
    return value if isinstance(value, list) else [value]


def ref(logical_id: str) -> dict[str, str]:
    """`!Ref` as the tests read it."""
    return {"Ref": logical_id}


def arn(logical_id: str) -> dict[str, list[str]]:
    """`!GetAtt Something.Arn` as the tests read it."""
    return {"Fn::GetAtt": [logical_id, "Arn"]}
