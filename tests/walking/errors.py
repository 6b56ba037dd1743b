"""How a walk through a state machine goes wrong, or ends."""


class StateError(Exception):
    """An error by its name, as Retry and Catch know it."""

    def __init__(self, error: str, cause: str | None = None) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause

    @property
    def output(self) -> dict[str, str]:
        """`$states.errorOutput`."""
        return {"Error": self.error} | ({} if self.cause is None else {"Cause": self.cause})


class Failure(Exception):
    """The execution fails, whatever a Catch says."""

    def __init__(self, error: str | None, cause: str | None = None) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


class Abort(Exception):
    """Somebody stops the execution; for a test to raise where it looks on."""


class Gone(Exception):
    """The execution was ended by somebody else."""


def query_error(cause: str) -> StateError:
    """The one error of all expressions that cannot be evaluated."""
    return StateError("States.QueryEvaluationError", cause)
