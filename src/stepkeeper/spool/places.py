"""Where the spool, the quarantine and what is remembered of them are."""

from pydantic import Field

from stepkeeper.domain.plan import Source
from stepkeeper.settings import Settings


class Places(Settings):
    """The variables that every handler around the spool has."""

    spool_queue_url: str = Field(pattern=r"^https?://")
    quarantine_queue_url: str = Field(pattern=r"^https?://")
    state_table: str = Field(min_length=3)

    def queue_url(self, source: Source) -> str:
        """The queue that a source of messages is."""
        return self.quarantine_queue_url if source == "quarantine" else self.spool_queue_url
