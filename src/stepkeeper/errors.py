"""What can go wrong, each error named for what happened.

The class name reaches Step Functions as the error name, so it is part of the contract with the
`ErrorEquals` fields in statemachines/.
"""


class StepkeeperError(Exception):
    """Something Stepkeeper itself refuses or could not do."""


class UnroutableEvent(StepkeeperError):
    """The event fits none of the shapes that the handler takes; nothing has happened."""


class InvalidSettings(StepkeeperError):
    """A variable of the function is missing or has a value it can not have."""


class InvalidGate(StepkeeperError):
    """The text names no rule and no schedule that this function could toggle."""


class GateNotFound(StepkeeperError):
    """There is no such rule or schedule."""


class GateManaged(StepkeeperError):
    """The rule belongs to an AWS service, which alone may toggle it."""


class GateContended(StepkeeperError):
    """Others kept changing the gate while it was being toggled."""


class GatesFailed(StepkeeperError):
    """Some gates could not be toggled; the message names each, the others were toggled."""


class StateMachineNotFound(StepkeeperError):
    """There is no state machine with this ARN."""


class StateMachineNotWatchable(StepkeeperError):
    """The state machine keeps no list of its executions (EXPRESS), so nothing can be said of them."""


class NoStateMachine(StepkeeperError):
    """An input came without a state machine to run it, and no default is set."""


class ReprocessingFailed(StepkeeperError):
    """Some spooled executions could not be started for a reason that is not theirs; they stay spooled."""


class LogGroupNotFound(StepkeeperError):
    """There is no log group of this name."""


class ExportTaskNotFound(StepkeeperError):
    """CloudWatch Logs does not know the export task."""


class ExportTaskFailed(StepkeeperError):
    """CloudWatch Logs gave the export up, or somebody cancelled it."""


class ExportTaskNotCompleted(StepkeeperError):
    """The export is not finished, so its period must not be recorded as done."""


class SpoolNotDeleted(StepkeeperError):
    """SQS kept messages that were to be deleted; they come again, and their runs are recognised."""
