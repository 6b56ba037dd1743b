"""The naive loop: for each group and month start a task, ask every five seconds how it goes, go on.

It keeps no ledger, waits half a minute where another export is active, and is one execution.
"""

from typing import Any

from tests.simulated.simulation import Simulation

MONTH_MS = 30 * 86_400_000
POLL_SECONDS = 5


class NaiveExport:
    """The function that the loop calls, and the loop."""

    def __init__(self, simulation: Simulation, groups: list[str], months: int) -> None:
        self.simulation = simulation
        self.months = months
        self.groups = groups
        self.completed = 0

    def call(self, event: Any) -> Any:
        """Starts a task, or says how it goes."""
        logs = self.simulation.client("logs")
        if "task" in event:
            [found] = logs.describe_export_tasks(taskId=event["task"])["exportTasks"]
            self.completed += found["status"]["code"] == "COMPLETED"
            return found["status"]["code"]
        group, month = divmod(event["number"], self.months)
        end = round(self.simulation.world.clock.now().timestamp() * 1000) - month * MONTH_MS
        return logs.create_export_task(
            logGroupName=self.groups[group],
            fromTime=end - MONTH_MS,
            to=end,
            destination=self.simulation.world.s3.bucket,
            destinationPrefix=f"naive/{event['number']}",
        )["taskId"]

    def definition(self) -> dict[str, Any]:
        """Seven states' worth of a blog post."""
        function = self.simulation.template.refs["LogExporterFunction"]
        total = len(self.groups) * self.months

        def task(payload: str, **fields: Any) -> dict[str, Any]:
            called = {"FunctionName": function, "Payload": payload}
            return {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Arguments": called,
                "Output": "{% $states.result.Payload %}",
                **fields,
            }

        return {
            "QueryLanguage": "JSONata",
            "StartAt": "Begin",
            "States": {
                "Begin": {"Type": "Pass", "Assign": {"number": 0}, "Next": "Start"},
                "Start": task(
                    "{% {'number': $number} %}",
                    Assign={"task": "{% $states.result.Payload %}"},
                    Retry=[
                        {
                            "ErrorEquals": ["States.ALL"],
                            "IntervalSeconds": 30,
                            "MaxAttempts": 10,
                            "BackoffRate": 1.5,
                        }
                    ],
                    Next="Wait",
                ),
                "Wait": {"Type": "Wait", "Seconds": POLL_SECONDS, "Next": "Ask"},
                "Ask": task("{% {'task': $task} %}", Next="Is it complete?"),
                "Is it complete?": {
                    "Type": "Choice",
                    "Choices": [
                        {"Condition": "{% $states.input = 'COMPLETED' %}", "Next": "Count"},
                    ],
                    "Default": "Wait",
                },
                "Count": {"Type": "Pass", "Assign": {"number": "{% $number + 1 %}"}, "Next": "Is it all?"},
                "Is it all?": {
                    "Type": "Choice",
                    "Choices": [{"Condition": f"{{% $number < {total} %}}", "Next": "Start"}],
                    "Default": "Done",
                },
                "Done": {"Type": "Succeed"},
            },
        }
