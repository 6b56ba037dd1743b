"""The token bucket by which AWS holds the calls of one API back."""


class TokenBucket:
    """Full in the beginning. Each call takes a token, and `refill` come back in a second."""

    def __init__(self, *, size: float, refill: float) -> None:
        self._size = size
        self._refill = refill
        self._tokens = size
        self._looked_at: float | None = None

    def take(self, now: float) -> bool:
        """Whether a call goes through at `now`, in seconds on any clock."""
        gone = 0 if self._looked_at is None else now - self._looked_at
        self._tokens = min(self._size, self._tokens + gone * self._refill)
        self._looked_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
