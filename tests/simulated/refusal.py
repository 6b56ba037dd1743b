"""AWS's errors, as the simulation raises them; botocore makes the modelled exceptions of them."""

from typing import Any


class Refusal(Exception):
    """A call that AWS answers with an error. `fields` are what the error's shape has beside its message."""

    def __init__(
        self, code: str, message: str, *, status: int = 400, query_code: str | None = None, **fields: Any
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.parsed: dict[str, Any] = {"Error": {"Code": code, "Message": message}, **fields}
        if query_code:
            # SQS alone: the code is that of its older protocol, and the exception is named by this one.
            self.parsed["Error"] |= {"QueryErrorCode": query_code, "Type": "Sender"}


def only(sent: dict[str, Any], *known: str) -> None:
    """Lets no parameter pass that the simulation would have to ignore."""
    unknown = sent.keys() - set(known)
    if unknown:
        raise NotImplementedError(f"the simulation does not know {sorted(unknown)}; it takes {known}")
