"""Decides what becomes of a gate when it is seen how one of its upstream pipelines stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from stepkeeper.domain.gate import GateState
from stepkeeper.domain.hold import Hold
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.rule_toggler import Close, Forget, Join, LetGo, Nothing, Open
from stepkeeper.domain.trouble import Trouble, is_wanted, lets_go


@dataclass(frozen=True)
class Keep:
    """The upstream is in trouble, and the gate is to be closed for it. `since` is when that began."""

    since: datetime
    reason: str


@dataclass(frozen=True)
class Release:
    """The upstream is not in trouble, or its trouble holds the gate no more."""

    reason: str


@dataclass(frozen=True)
class Wait:
    """The upstream is well again, and lets go later, or when a person says so."""

    reason: str


Wish = Keep | Release | Wait


@dataclass(frozen=True)
class Respect:
    """Somebody opened the gate while it was held closed: it stays open, and the hold is over."""

    reason: str


@dataclass(frozen=True)
class Finish:
    """The gate is open and nobody holds it: end the hold, which was broken off."""

    reason: str


def wish_of(
    upstream: Pipeline,
    trouble: Trouble | None,
    hold: Hold | None,
    *,
    released: Mapping[str, datetime],
    now: datetime,
) -> Wish:
    """What an upstream wants of a gate downstream of it."""
    name = upstream.name
    if trouble and is_wanted(trouble, owner=name, reopen=upstream.reopen, released=released, now=now):
        return Keep(trouble.since, trouble.reason)
    why = "is well" if trouble is None else "no longer holds it for what happened"
    since = hold.held_since.get(name) if hold else None
    if hold is None or name not in hold.owners or lets_go(upstream.reopen, held_since=since, now=now):
        return Release(why)
    return Wait(f"{name} {why}, and lets go {'later' if upstream.reopen != 'by-hand' else 'by hand'}")


Settlement = Close | Join | Open | LetGo | Forget | Respect | Finish | Nothing

NOT_OURS = "somebody else had disabled it, and only they enable it again"


def decide(state: GateState, hold: Hold | None, wish: Wish, *, owner: str) -> Settlement:
    """What to do about a gate for one of its upstreams. `hold` was read before `state`."""
    if hold is None:
        return _without_hold(state, wish, owner)
    if state != "DISABLED":
        return _open_and_held(hold, wish, owner)
    match wish:
        case Keep() if owner in hold.owners and hold.closed_at:
            return Nothing(f"it is held closed for {owner} already")
        case Keep(reason=reason):
            return Join(f"{owner} {reason}")
        case Release(reason=reason) if hold.owners <= {owner}:
            return Open(hold.state_before, f"{owner} {reason}, and nobody else holds it")
        case Release(reason=reason) if owner in hold.owners:
            return LetGo(f"{owner} {reason}; it is still held for {', '.join(sorted(hold.owners - {owner}))}")
        case Release():
            return Nothing(f"{owner} does not hold it")
        case Wait(reason=reason):
            return Nothing(reason)
    assert_never(wish)


def _without_hold(state: GateState, wish: Wish, owner: str) -> Settlement:
    if not isinstance(wish, Keep):
        return Nothing(f"{owner} does not hold it")
    return Nothing(NOT_OURS) if state == "DISABLED" else Close(f"{owner} {wish.reason}")


def _open_and_held(hold: Hold, wish: Wish, owner: str) -> Settlement:
    """The gate is open although there is a hold: something broke off, or somebody opened it."""
    if not hold.owners:
        return Close(f"{owner} {wish.reason}") if isinstance(wish, Keep) else Finish("nobody holds it")
    if hold.closed_at:
        return Respect(f"somebody opened it while it was held closed for {', '.join(sorted(hold.owners))}")
    if isinstance(wish, Keep):
        return Close(f"{owner} {wish.reason}")
    if owner in hold.owners:
        return Forget("it was about to be closed, which is not needed any more")
    return Nothing(f"{owner} does not hold it")
