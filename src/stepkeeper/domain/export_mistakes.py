"""What is wrong with exports.toml although each of its values could be right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from stepkeeper.domain.export_retention import least_retention
from stepkeeper.domain.mistakes import Mistake
from stepkeeper.domain.period import Unit


@dataclass(frozen=True)
class Draft:
    """A table as far as it could be read. A value that is no good is None, or not in `log_groups`.

    `takes_some` tells whether any of the keys that take log groups has something in it, good or not.
    """

    name: str
    takes_some: bool
    log_groups: tuple[str, ...] = ()
    unit: Unit | None = None
    settle: timedelta | None = None
    retention_days: int | None = None


def mistakes_among(drafts: Sequence[Draft]) -> Iterator[Mistake]:
    """All mistakes between the keys of one table and between tables."""
    yield from _without_log_groups(drafts)
    yield from _taken_twice(drafts)
    yield from _gone_too_soon(drafts)


def _without_log_groups(drafts: Sequence[Draft]) -> Iterator[Mistake]:
    for draft in drafts:
        if not draft.takes_some:
            why = "takes no log group. Give one of log_groups, prefixes and tags, with something in it."
            yield Mistake(draft.name, None, why)


def _taken_twice(drafts: Sequence[Draft]) -> Iterator[Mistake]:
    firsts: dict[str, str] = {}
    for draft in drafts:
        seen: set[str] = set()
        for log_group in draft.log_groups:
            first = firsts.setdefault(log_group, draft.name)
            if log_group in seen:
                yield _twice(draft, log_group, "is named twice. Name each log group once.")
            elif first != draft.name:
                why = f"is in the log_groups of [exports.{first}] already. Each log group has one table."
                yield _twice(draft, log_group, why)
            seen.add(log_group)


def _twice(draft: Draft, log_group: str, why: str) -> Mistake:
    shown = log_group if len(log_group) <= 80 else f"{log_group[:80]}…"
    return Mistake(draft.name, "log_groups", f"{shown!r} {why}")


def _gone_too_soon(drafts: Sequence[Draft]) -> Iterator[Mistake]:
    for draft in drafts:
        if draft.unit is None or draft.settle is None or draft.retention_days is None:
            continue
        least = least_retention(draft.unit, draft.settle)
        if draft.retention_days < least:
            why = (
                f"'{draft.retention_days}d' is too short: a {draft.unit} could be gone before it is "
                f"exported. Allowed with this period and settle: '{least}d' or more."
            )
            yield Mistake(draft.name, "retention", why)
