"""A year of many log groups is exported by one run, which hands over to another execution on the way."""

from collections import Counter
from contextlib import ExitStack
from datetime import UTC, timedelta

from local.deployed import Operator
from tests.e2e.support.exports import begin_export, exported_lines, manifests, overlaps, tasks
from tests.e2e.support.months import last_months, log_group

GROUPS = [f"/year/{name}" for name in ("billing", "mail", "orders", "orders/returns", "shop")]
"""In [exports.year]: twelve months in UTC. The manifests of one lie in a folder of another's."""
BEFORE_HANDING_OVER = 40
SECONDS = 240


def test_a_year_of_five_log_groups_is_exported_by_two_executions_and_each_line_once(
    operator: Operator,
) -> None:
    months, before = last_months(12, UTC), len(tasks(operator))
    with ExitStack() as made:
        for name in GROUPS:
            made.enter_context(
                log_group(operator, name, months, created=months[0].start - timedelta(days=40))
            )
        begun = begin_export(operator)
        first = operator.finished(begun, seconds=SECONDS)
        handed_over = tasks(operator)[before:]
        second = operator.finished(f"{begun}-1", seconds=SECONDS)

    recorded = {name: manifests(operator, name, folder="years") for name in GROUPS}
    exported = Counter(
        line
        for each in recorded.values()
        for manifest in each.values()
        for line in exported_lines(operator, manifest)
    )
    executions = [run["name"] for run in operator.runs(operator.output("ExportLogsArn"))]
    made_tasks = tasks(operator)[before:]
    at = {"after": GROUPS[len(handed_over) // len(months)]}
    assert (first["status"], second["status"]) == ("SUCCEEDED", "SUCCEEDED")
    assert second["input"] == {
        "run": begun,
        "name": first["name"],
        "continues": begun,
        "continued": 1,
        "at": at,
    }
    assert [name for name in executions if name.startswith(first["name"])] == [second["name"], first["name"]]
    assert BEFORE_HANDING_OVER <= len(handed_over) < len(made_tasks)
    assert (len(made_tasks), overlaps(made_tasks)) == (len(GROUPS) * len(months), 0)
    assert [list(each) for each in recorded.values()] == [[month.id for month in months]] * len(GROUPS)
    assert exported == Counter(line for name in GROUPS for month in months for line in month.lines_of(name))
