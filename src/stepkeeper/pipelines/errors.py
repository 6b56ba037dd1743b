"""What can go wrong with the pipelines of the map and their gates."""

from stepkeeper.errors import StepkeeperError


class PipelineUnknown(StepkeeperError):
    """The map has no pipeline of this name."""


class GatesNotReconciled(StepkeeperError):
    """Some gates could not be compared with the map; the message names each, the others were."""


class GatesFailed(StepkeeperError):
    """Some gates could not be toggled; the message names each, the others were toggled."""
