"""Who may do a load: one run at a time, and none after it was done.

A claim outlives the run that held it, for it knows under which run's name the load was begun (`load_as`). The
next run takes that name over and so joins the statement that may still be running, instead of loading again.
Only when the engine itself said that the load failed is the name forgotten.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

CLAIM_LASTS = timedelta(days=10)
"""Longer than load_when_ready may run: a claim that is older belongs to nobody."""

KNOWN_AFTER = timedelta(minutes=5)
"""What Step Functions tells of an execution is eventually consistent (API reference, DescribeExecution): one
that it does not know may have begun a moment ago."""

REMEMBERED_FOR = timedelta(days=400)


@dataclass(frozen=True)
class Claim:
    """On one load for one period. `holder` is the execution that is at it, or that did it where `done`."""

    holder: str | None
    load_as: str | None
    done: bool
    since: datetime
    version: int


@dataclass(frozen=True)
class Changed:
    """The claim is to become this."""

    claim: Claim
    reason: str


@dataclass(frozen=True)
class Unchanged:
    """The claim is right as it is, for the one who asked."""

    claim: Claim | None
    reason: str


@dataclass(frozen=True)
class Refused:
    """Somebody else is at it, or has done it."""

    reason: str


def holder_to_ask_for(claim: Claim | None, execution: str, *, now: datetime) -> str | None:
    """The execution of which it matters whether it still runs."""
    if claim is None or claim.done or claim.holder in (None, execution) or now - claim.since >= CLAIM_LASTS:
        return None
    return claim.holder


def take(
    claim: Claim | None, execution: str, *, now: datetime, holder_runs: bool | None
) -> Changed | Unchanged | Refused:
    """An execution wants to do the load. `holder_runs` is None where nobody knows the holder."""
    if claim is None:
        return Changed(Claim(execution, execution, False, now, 1), "nobody was at this load")
    since = f"{claim.since:%Y-%m-%d %H:%M:%S %Z}"
    if claim.done:
        return Refused(f"{claim.holder} has loaded it, at {since}")
    if claim.holder == execution and claim.load_as:
        return Unchanged(claim, "this execution holds the claim already")
    if holder_runs or (holder_runs is None and now - claim.since < KNOWN_AFTER):
        return Refused(f"{claim.holder} is at it, since {since}")
    taken = replace(
        claim, holder=execution, load_as=claim.load_as or execution, since=now, version=claim.version + 1
    )
    if claim.holder == execution:
        return Changed(taken, "the load has failed, and this execution begins it again")
    return Changed(taken, f"{claim.holder or 'an execution'} that was at it has ended")


def complete(
    claim: Claim | None, execution: str, *, load_as: str, now: datetime
) -> Changed | Unchanged | Refused:
    """The load that was begun as `load_as` has succeeded."""
    if claim is None:
        return Changed(Claim(execution, load_as, True, now, 1), "the claim was gone")
    if claim.load_as != load_as:
        return Refused(f"the load goes on as {claim.load_as} by now, held by {claim.holder}")
    if claim.done:
        return Unchanged(claim, "it is recorded already")
    done = replace(claim, holder=execution, done=True, since=now, version=claim.version + 1)
    return Changed(done, "the load has succeeded")


def forget(claim: Claim | None, *, load_as: str) -> Changed | Unchanged:
    """The engine said that the load that was begun as `load_as` failed: the next one is begun anew."""
    if claim is None or claim.done or claim.load_as != load_as:
        return Unchanged(claim, "the load goes on under another name by now")
    return Changed(replace(claim, load_as=None, version=claim.version + 1), "the load has failed")


def release(claim: Claim | None, execution: str) -> Changed | Unchanged:
    """An execution has ended without having loaded."""
    if claim is None or claim.done or claim.holder != execution:
        return Unchanged(claim, "it holds no claim")
    return Changed(replace(claim, holder=None, version=claim.version + 1), "the execution has ended")
