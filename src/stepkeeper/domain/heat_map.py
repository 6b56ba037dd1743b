"""Draws an audit as a heat map: rows are log groups, columns periods, and colours their states."""

from collections import Counter, defaultdict

from stepkeeper.domain.audit import Audit, AuditedGroup, Gap
from stepkeeper.domain.heat_map_columns import Band, bands, major_labels, minor_labels
from stepkeeper.domain.heat_map_sheet import MARGIN, Sheet
from stepkeeper.domain.heat_map_style import CELL_HEIGHT, LOOKS, STATES, Look, shortened
from stepkeeper.domain.words import moment

ROW = CELL_HEIGHT + 4
LEAST_WIDTH = 1000
LEGEND_CELL = 18
NAME_CHARACTERS = 48
REASON_CHARACTERS = 90
CHARACTER = 7.4
"""About the width of one, in pixels, in the fonts of the style."""
ROOM_FOR_GAPS = 90
"""Right of the columns, where a row says how many gaps it has."""
MOST_LISTED = 10

NOTHING = "Nothing is to be exported: exports.toml has no tables, or none of them finds a log group."


def heat_map(audit: Audit) -> str:
    """An SVG document. Log groups with gaps come first, since there may be hundreds of others.

    Raises ValueError where a period is not of its group's unit.
    """
    return _Picture(audit).document()


class _Picture:
    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self.gaps = {(gap.log_group, gap.period): gap for gap in audit.gaps}
        self.with_gaps = {gap.log_group for gap in audit.gaps}
        self.names = min(NAME_CHARACTERS, max((len(each.log_group) for each in audit.groups), default=0))
        self.left = MARGIN + int(self.names * CHARACTER) + 12
        self.sheet = Sheet(LEAST_WIDTH)

    def document(self) -> str:
        title = f"Log exports: {_many(len(self.gaps), 'gap') if self.gaps else 'no gap'}"
        self._head(title)
        if self.audit.groups:
            self._legend()
        self._list_gaps()
        sections: dict[tuple[str, str], list[AuditedGroup]] = defaultdict(list)
        for group in self.audit.groups:
            sections[group.export, group.unit].append(group)
        for _, groups in sorted(sections.items()):
            self._section(
                sorted(groups, key=lambda each: (each.log_group not in self.with_gaps, each.log_group))
            )
        return self.sheet.document(title)

    def _head(self, title: str) -> None:
        groups, periods = len(self.audit.groups), sum(self.audit.counts.values())
        self.sheet.line(title, "title", down=20)
        counted = f"{_many(groups, 'log group')}, {_many(periods, 'period')}"
        self.sheet.line(f"{moment(self.audit.audited_at)}, {counted}", "quiet", down=22)
        if not groups:
            self.sheet.line(NOTHING, "heading", down=28)

    def _legend(self) -> None:
        counts: Counter[Look] = Counter(self.audit.counts)
        counts["overdue"] = sum(_is_overdue(gap) for gap in self.audit.gaps)
        x = MARGIN
        self.sheet.y += 14
        for look in LOOKS if counts["overdue"] else STATES:
            words = f"{look} {counts[look]:,}"
            self.sheet.cell(look, x, width=LEGEND_CELL, kind="legend")
            self.sheet.row(x + LEGEND_CELL + 7, words, "words")
            x += LEGEND_CELL + 7 + int(len(words) * CHARACTER) + 20
        self.sheet.row(x, "no cell: not wanted", "quiet")
        self.sheet.width = max(self.sheet.width, x + 140 + MARGIN)
        self.sheet.y += CELL_HEIGHT + 6

    def _list_gaps(self) -> None:
        for gap in self.audit.gaps[:MOST_LISTED]:
            line = f"{shortened(gap.log_group, NAME_CHARACTERS)} {gap.period}: {gap.state}"
            reason = f": {shortened(gap.reason, REASON_CHARACTERS)}" if gap.reason else ""
            told = _told(gap.log_group, gap.period, gap.state, gap)
            self.sheet.line(line + reason, "words", down=19, tooltip=told)
        if len(self.audit.gaps) > MOST_LISTED:
            more = _many(len(self.audit.gaps) - MOST_LISTED, "more gap")
            self.sheet.line(f"and {more}", "quiet", down=19)

    def _section(self, groups: list[AuditedGroup]) -> None:
        export, unit = groups[0].export, groups[0].unit
        self.sheet.line(f"{export}, by {unit}", "heading", down=42)
        sorting = ", those with gaps first" if groups[0].log_group in self.with_gaps and groups[1:] else ""
        self.sheet.line(f"{_many(len(groups), 'log group')}{sorting}", "quiet", down=17)
        in_order = bands((period for group in groups for period in group.periods), unit)
        for band in in_order:
            periods = {column.period for column in band.columns}
            self._axis(band, groups[0])
            for group in groups:
                if periods & group.periods.keys() or (band is in_order[-1] and not group.periods):
                    self._row(group, band)

    def _axis(self, band: Band, group: AuditedGroup) -> None:
        sheet = self.sheet
        sheet.width = max(sheet.width, self.left + band.width + ROOM_FOR_GAPS + MARGIN)
        for down, labels in ((24, major_labels(band)), (13, minor_labels(band, group.unit))):
            sheet.y += down
            for at, label in labels:
                sheet.text(self.left + at, sheet.y, label, "axis")
        sheet.rule(self.left, sheet.y + 4, to=self.left + band.width)
        sheet.y += 7

    def _row(self, group: AuditedGroup, band: Band) -> None:
        held = f"{group.log_group}: {_many(group.objects, 'object')}, {_many(group.bytes, 'byte')}"
        self.sheet.row(MARGIN, shortened(group.log_group, self.names), "name", tooltip=held)
        gaps = 0
        for index, column in enumerate(band.columns):
            if state := group.periods.get(column.period):
                gap = self.gaps.get((group.log_group, column.period))
                gaps += gap is not None
                self.sheet.cell(
                    "overdue" if gap and _is_overdue(gap) else state,
                    self.left + index * band.pitch,
                    width=band.pitch - 2,
                    kind="cell gap" if gap else "cell",
                    tooltip=_told(group.log_group, column.period, state, gap),
                )
        if gaps:
            self.sheet.row(self.left + band.width + 8, _many(gaps, "gap"), "alarm")
        if not group.periods:
            self.sheet.row(self.left, "no period is wanted yet", "quiet")
        self.sheet.y += ROW


def _is_overdue(gap: Gap) -> bool:
    return gap.state in ("planned", "submitted")


def _told(log_group: str, period: str, state: str, gap: Gap | None) -> str:
    reason = f": {gap.reason}" if gap and gap.reason else ""
    return f"{log_group} {period}: {state}{reason}"


def _many(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
