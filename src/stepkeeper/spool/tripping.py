"""Stops a state machine whose runs are failing again, and tells people."""

from collections.abc import Sequence
from datetime import datetime

from stepkeeper.aws import breakers, sns
from stepkeeper.aws.clients import client
from stepkeeper.domain.breaker import Outage, WatchedRun, outage_of, write_outage_alert


def trip(
    state_table: str, alert_topic_arn: str, runs: Sequence[WatchedRun], *, now: datetime
) -> Outage | None:
    """Tells of an outage that the first runs of one state machine show, and remembers it."""
    outage = outage_of(runs, now=now)
    if outage is None:
        return None
    known = breakers.read_breaker(client("dynamodb"), state_table, outage.state_machine_arn).outage
    if known and known.is_on(now):
        return known
    # Told first: told twice is a nuisance, remembered and never told leaves runs waiting for nobody.
    sns.publish(client("sns"), alert_topic_arn, write_outage_alert(outage, runs))
    breakers.write_outage(client("dynamodb"), state_table, outage)
    return outage
