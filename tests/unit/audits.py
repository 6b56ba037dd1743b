"""Audits to draw: any that could be, and a few that tests know by heart."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from stepkeeper.domain.audit import Audit, AuditedGroup, AuditedState, Gap
from stepkeeper.domain.period import Unit

AUDITED_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
NAME_CHARACTERS = "-./#0123456789ABCXYZabcxyz_"
GAP_STATES: tuple[AuditedState, ...] = ("failed", "lost")
OVERDUE_STATES: tuple[AuditedState, ...] = ("planned", "submitted")
OTHER_STATES: tuple[AuditedState, ...] = ("completed", "empty", "submitted", "planned", "accepted")

names = st.text(NAME_CHARACTERS, min_size=1, max_size=90)
dates = st.dates(date(1999, 12, 20), date(2035, 1, 10))
reasons = st.none() | st.text() | st.sampled_from(["<&\">'", "]]>", "\x00\x1b", "\ud800", "理由 🔥"])


def period_id(day: date, unit: Unit) -> str:
    """The id of the period that a day is in."""
    if unit == "week":
        return f"{day.isocalendar().year}-W{day.isocalendar().week:02d}"
    return day.isoformat()[: 7 if unit == "month" else 10]


def period_ids(last: date, count: int, unit: Unit) -> list[str]:
    """So many periods, the last of which `last` is in."""
    if unit == "month":
        months = [last.year * 12 + last.month - 1 - back for back in range(count)]
        return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in reversed(months)]
    days = 7 if unit == "week" else 1
    return [period_id(last - timedelta(days=days * back), unit) for back in reversed(range(count))]


@st.composite
def audits(draw: st.DrawFn) -> Audit:
    """Any audit, with a reason for each gap that may be any text."""
    groups = []
    for name in draw(st.lists(names, max_size=6, unique=True)):
        unit: Unit = draw(st.sampled_from(["day", "week", "month"]))
        run = period_ids(draw(dates), draw(st.sampled_from([0, 1, 36, 110])), unit)
        ids = run + [period_id(day, unit) for day in draw(st.lists(dates, max_size=4))]
        state = st.sampled_from([*GAP_STATES, *OTHER_STATES])
        marked = draw(st.dictionaries(st.sampled_from(ids), state, max_size=8)) if ids else {}
        export = draw(st.sampled_from(["nightly", "daily"]))
        periods = dict.fromkeys(ids, OTHER_STATES[0]) | marked
        groups.append(AuditedGroup(name, export, unit, periods, len(ids), 1000 * len(ids)))
    gaps = [
        Gap(group.log_group, period, state, draw(reasons))
        for group in groups
        for period, state in group.periods.items()
        if state in GAP_STATES or (state in OVERDUE_STATES and draw(st.booleans()))
    ]
    return Audit(AUDITED_AT, tuple(groups), tuple(gaps))


def audit_of(*groups: AuditedGroup, reason: str | None = None) -> Audit:
    """An audit whose gaps all have this reason."""
    gaps = [
        Gap(group.log_group, period, state, reason)
        for group in groups
        for period, state in group.periods.items()
        if state in GAP_STATES
    ]
    return Audit(AUDITED_AT, groups, tuple(gaps))
