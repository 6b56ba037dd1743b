"""What can go wrong with the exports of logs; the names reach Step Functions."""

from stepkeeper.errors import StepkeeperError


class ExportPeriodUnknown(StepkeeperError):
    """The ledger has no such period of such a log group."""


class ExportContended(StepkeeperError):
    """Somebody else changed the same item of the ledger at the same time; the call can be repeated."""


class ExportTurnLost(StepkeeperError):
    """Another run of export_logs has taken the turn, so this one must do nothing more."""


class ExportManifestInvalid(StepkeeperError):
    """An object that should be a manifest is none."""


class LimitExceededException(StepkeeperError):
    """Another export is active; CloudWatch Logs runs one at a time. The name is AWS's own for it."""
