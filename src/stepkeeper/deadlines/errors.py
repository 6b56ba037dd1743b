"""What can go wrong with a tick; the class names are part of the contract, as in stepkeeper.errors."""

from stepkeeper.errors import StepkeeperError


class DeadlinesNotJudged(StepkeeperError):
    """Some pipelines' deadlines could not be judged, or not be told of; the message names each."""


class NoMoreLists(StepkeeperError):
    """This tick may ask for no more lists of executions; what needs one waits for the next tick."""
