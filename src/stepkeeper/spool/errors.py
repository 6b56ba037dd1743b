"""What can go wrong around the spool, each error named for what happened."""

from stepkeeper.errors import StepkeeperError


class NotWaiting(StepkeeperError):
    """No run of this lineage waits on the spool or in quarantine."""


class AlreadyAnswered(StepkeeperError):
    """The failed run was started again, redriven or dropped already."""


class LineageUnknown(StepkeeperError):
    """Nothing is remembered of this lineage."""


class PlanUnknown(StepkeeperError):
    """There is no such plan, or it is too old to be carried out."""


class SpoolNotReconciled(StepkeeperError):
    """The failures of some state machines could not be compared with what was spooled."""


class SpoolNotRefreshed(StepkeeperError):
    """Not all that has waited for long could be sent anew, and what could not may expire."""


class InvalidInput(StepkeeperError):
    """No execution could take this input."""
