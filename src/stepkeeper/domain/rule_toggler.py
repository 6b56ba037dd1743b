"""Decides what to do about a gate, so that what is not Stepkeeper's stays as its owner left it."""

from dataclasses import dataclass
from typing import assert_never

from stepkeeper.domain.gate import GateState
from stepkeeper.domain.hold import Hold


@dataclass(frozen=True)
class Close:
    """Record the hold, then disable the gate."""

    reason: str


@dataclass(frozen=True)
class Join:
    """The gate is held closed already: add the owner to the hold."""

    reason: str


@dataclass(frozen=True)
class Open:
    """Let the last owner go, then give the gate back the state it had."""

    state: GateState
    reason: str


@dataclass(frozen=True)
class LetGo:
    """Take the owner off the hold; the gate stays closed for the others."""

    reason: str


@dataclass(frozen=True)
class Forget:
    """The gate is open: take the owner off the hold, and end it where nobody else is on it."""

    reason: str


@dataclass(frozen=True)
class Nothing:
    """Hands off."""

    reason: str


Decision = Close | Join | Open | LetGo | Forget | Nothing


def decide_close(state: GateState, hold: Hold | None, *, owner: str) -> Decision:
    """What to do when `owner` wants the gate closed."""
    match state, hold:
        case "DISABLED", None:
            return Nothing("somebody else had disabled it, and only they enable it again")
        case "DISABLED", Hold(owners=owners) if owner in owners:
            return Nothing(f"it is held closed for {owner} already")
        case "DISABLED", Hold(owners=owners):
            return Join(f"held closed for {owner}, and for {_names(owners)}" if owners else f"for {owner}")
        case _, None:
            return Close(f"closed for {owner}")
        case _, Hold():
            return Close(f"closed for {owner}: somebody had opened it meanwhile")
    assert_never((state, hold))


def decide_open(state: GateState, hold: Hold | None, *, owner: str) -> Decision:
    """What to do when `owner` no longer needs the gate closed."""
    match state, hold:
        case "DISABLED", None:
            return Nothing("Stepkeeper did not disable it: whoever did has to enable it")
        case _, None:
            return Nothing("it was open")
        case "DISABLED", Hold(owners=owners, state_before=state_before) if owners <= {owner}:
            return Open(state_before, f"{owner} let go, nobody else holds it")
        case "DISABLED", Hold(owners=owners) if owner in owners:
            return LetGo(f"{owner} let go, but it is still held closed for {_names(owners - {owner})}")
        case "DISABLED", Hold(owners=owners):
            return Nothing(f"it is held closed for {_names(owners)}, not for {owner}")
        case _, Hold():
            return Forget("somebody had opened it meanwhile")
    assert_never((state, hold))


def _names(owners: frozenset[str]) -> str:
    return ", ".join(sorted(owners))
