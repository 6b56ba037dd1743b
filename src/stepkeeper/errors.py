"""What can go wrong, each named for what happened; the `ErrorEquals` in statemachines/ rely on the names."""


class StepkeeperError(Exception):
    """Something Stepkeeper itself refuses or could not do."""


class UnroutableEvent(StepkeeperError):
    """The event fits none of the shapes that the handler takes; nothing has happened."""


class InvalidSettings(StepkeeperError):
    """A variable of the function is missing or has a value it can not have."""


class InvalidPipelines(StepkeeperError):
    """The map of pipelines has mistakes; the message names each, and nothing was done."""


class InvalidExports(StepkeeperError):
    """The tables of what is to be exported have mistakes; the message names each, and nothing was done."""


class InvalidGate(StepkeeperError):
    """The text names no rule and no schedule that this function could toggle."""


class GateNotFound(StepkeeperError):
    """There is no such rule or schedule."""


class GateManaged(StepkeeperError):
    """The rule belongs to an AWS service, which alone may toggle it."""


class GateContended(StepkeeperError):
    """Others kept changing the gate while it was being toggled."""


class InvalidSchedule(StepkeeperError):
    """The text is no schedule expression that EventBridge could have."""


class ScheduleNotAnchored(StepkeeperError):
    """The starts at a rate can not be computed, since nothing tells when the first one was."""


class StartNotReproducible(StepkeeperError):
    """A missed start can not be made up for, since what its gate sends is not known."""


class StateMachineNotFound(StepkeeperError):
    """There is no state machine with this ARN."""


class StateMachineNotWatchable(StepkeeperError):
    """The state machine keeps no list of its executions (EXPRESS), so nothing can be said of them."""


class NoStateMachine(StepkeeperError):
    """An input came without a state machine to run it, and no default is set."""


class ReprocessingFailed(StepkeeperError):
    """Some spooled executions could not be started for a reason that is not theirs; they stay spooled."""


class ExportTaskNotFound(StepkeeperError):
    """CloudWatch Logs does not know the export task."""


class SpoolNotDeleted(StepkeeperError):
    """SQS kept messages that were to be deleted; they come again, and their runs are recognised."""


class SqlNotFound(StepkeeperError):
    """There is no such SQL text in S3, or the query runner may not read it."""


class InvalidSql(StepkeeperError):
    """The object in S3 is no SQL that could be sent to an engine."""


class InvalidParameters(StepkeeperError):
    """The parameters do not fit the SQL: one is missing, or can not be bound."""


class CredentialsUnusable(StepkeeperError):
    """The secret holds no credentials that the engine accepts."""


class EngineUnavailable(StepkeeperError):
    """The engine, or what a query needs before it, does not answer; the same call may succeed later."""


class QueryFailed(StepkeeperError):
    """The engine ran the query, and it failed for good: after this error alone a load is begun anew."""


class QueryRefused(StepkeeperError):
    """The engine does not take the query now; an earlier try may have been taken all the same."""


class QueryStillRunning(StepkeeperError):
    """The query is not finished yet, and the call waits no longer; the query itself goes on."""


class InvalidLoad(StepkeeperError):
    """The input of a load contradicts itself."""


class AwsUnavailable(StepkeeperError):
    """An AWS service does not answer, or asks to slow down; the same call may succeed later."""


class ClaimContended(StepkeeperError):
    """Others kept changing the claim on a load while it was being taken."""


class ClaimLost(StepkeeperError):
    """The claim on a load has gone to another run."""


class ChannelUnknown(StepkeeperError):
    """The message names a channel that the notifier was not given."""


class WebhookUnusable(StepkeeperError):
    """The secret holds no webhook URL for the channel."""


class NotificationRefused(StepkeeperError):
    """Slack will never take this message; the reason is Slack's own."""


class NotificationDelayed(StepkeeperError):
    """Slack does not take the message now; the same call may succeed later."""
