"""What has to become of gates, by what really happened: written from the design alone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.promises_of_gates.maps import Planned
from tests.promises_of_gates.stage import Item, Stage

AHEAD = timedelta(minutes=2)
NO_TIME = timedelta(microseconds=1)


def trouble_since(stage: Stage, upstream: Planned, downstream: Planned) -> datetime | None:
    """Since when an upstream is in trouble, as far as this downstream is concerned."""
    ended, now = stage.ledger.ended[upstream.name], stage.now
    needed = _needed(upstream, downstream, now) if upstream.gate else None
    last = max(ended, default=None)
    failed_at = last.stopped_at if last and last.status != "SUCCEEDED" else None
    has_succeeded = needed and any(run.status == "SUCCEEDED" and run.started_at >= needed for run in ended)
    moments = [moment for moment in (failed_at, None if has_succeeded else needed) if moment]
    return max(moments, default=None)


def _needed(upstream: Planned, downstream: Planned, now: datetime) -> datetime | None:
    its_start = downstream.schedule.previous_start(now + AHEAD)
    return upstream.schedule.previous_start(min(now, its_start - NO_TIME)) if its_start else None


def owners_wanted(stage: Stage, downstream: Planned, before: Item | None, state_before: str) -> set[str]:
    """Who has to hold the gate closed after a reconciliation, with the hold and the state before it."""
    gate = downstream.gate
    if gate in stage.ledger.shut:
        return set()
    was_closed = before is not None and state_before == "DISABLED"
    holding = set(before.get("owners", [])) if before and was_closed else set()
    wanted = {"operator"} if gate in stage.ledger.asked else set()
    for upstream in stage.upstream[downstream.name]:
        since = trouble_since(stage, upstream, downstream)
        counts = since is not None and _counts(stage, gate, upstream, since)
        if counts or (before and upstream.name in holding and not _lets_go(stage, upstream, before)):
            wanted.add(upstream.name)
    return wanted


def _counts(stage: Stage, gate: str, upstream: Planned, since: datetime) -> bool:
    """Whether nobody has let go of the gate since then, nor a time of day."""
    released = stage.released(gate)
    let_go = stage.ledger.let_go.get((gate, upstream.name))
    assert let_go is None or released.get(upstream.name) == let_go, f"{upstream.name} was to let go of {gate}"
    if gate in stage.ledger.opened:
        # When somebody did so, Stepkeeper only knows once it looks.
        moments = (let_go, stage.ledger.opened[gate], released.get("*"))
        let_go = max(moment for moment in moments if moment)
    else:
        assert "*" not in released, f"nobody has opened {gate} past Stepkeeper"
    if let_go and since <= let_go:
        return False
    return not upstream.reopen.startswith("at ") or stage.now < opening_after(upstream.reopen, since)


def _lets_go(stage: Stage, upstream: Planned, hold: Item) -> bool:
    if upstream.reopen == "on-success":
        return True
    since = hold.get(f"since {upstream.name}")
    if upstream.reopen == "by-hand" or since is None:
        return upstream.reopen != "by-hand"
    return stage.now >= opening_after(upstream.reopen, datetime.fromisoformat(since))


def opening_after(reopen: str, since: datetime) -> datetime:
    """`at HH:MM ZONE`, of a zone that never changes its clock."""
    _, clock, zone = reopen.split()
    local = since.astimezone(ZoneInfo(zone))
    at = datetime.combine(local.date(), time.fromisoformat(clock), ZoneInfo(zone))
    return (at if at > local else at + timedelta(days=1)).astimezone(UTC)


def wrong_gates(stage: Stage, before: dict[str, tuple[Item | None, str]]) -> list[str]:
    """Those that a reconciliation has not left as they have to be."""
    found = []
    for each in stage.blocked:
        wanted = owners_wanted(stage, each, *before[each.gate])
        state = "DISABLED" if wanted or each.gate in stage.ledger.shut else "ENABLED"
        seen = stage.world.gates.state(each.gate), stage.owners(each.gate)
        if seen != (state, wanted):
            found.append(
                f"{each.gate} is {seen}, and has to be {(state, wanted)}; before: {before[each.gate]}"
            )
    return found
