"""The picture of an audit shows every period once, and marks every gap."""

import re
from collections import Counter
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given

from stepkeeper.domain.audit import Audit, AuditedGroup, Gap
from stepkeeper.domain.heat_map import heat_map
from stepkeeper.domain.heat_map_style import MARKS, STATES
from tests.unit.audits import AUDITED_AT, OVERDUE_STATES, audit_of, audits, period_ids

SVG = "{http://www.w3.org/2000/svg}"
UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Seen:
    """What a viewer finds in the picture."""

    def __init__(self, audit: Audit) -> None:
        self.root = ElementTree.fromstring(heat_map(audit).encode())  # noqa: S314 (our own)
        self.cells = [
            each for each in self.root.iter(f"{SVG}use") if each.get("class", "").startswith("cell")
        ]

    @property
    def texts(self) -> list[str]:
        return ["".join([each.text or "", *(child.tail or "" for child in each)])
                for each in self.root.iter(f"{SVG}text")]  # fmt: skip

    @property
    def told(self) -> list[str]:
        return [each.findtext(f"{SVG}title", "") for each in self.cells]

    def states(self, kind: str = "cell") -> Counter[str]:
        return Counter(
            each.get("href", "").strip("#").rpartition("-")[0]
            for each in self.cells
            if kind in each.get("class", "").split()
        )


def looks(gap: Gap) -> str:
    """How a gap is drawn: what should long be there stands out from what is only waiting."""
    return "overdue" if gap.state in OVERDUE_STATES else gap.state


def group(name: str = "/orders", export: str = "nightly", **periods: str) -> AuditedGroup:
    named = {each.replace("_", "-").removeprefix("p"): state for each, state in periods.items()}
    return AuditedGroup(name, export, "month", named, 12, 34_567)  # type: ignore[arg-type]


@given(audits())
def test_every_period_is_a_cell_and_every_gap_is_marked(audit: Audit) -> None:
    seen = Seen(audit)

    periods = [(each, period) for each in audit.groups for period in each.periods]
    assert len(seen.cells) == len(periods)
    gaps = {(gap.log_group, gap.period): looks(gap) for gap in audit.gaps}
    assert seen.states() == Counter(
        gaps.get((each.log_group, period), each.periods[period]) for each, period in periods
    )
    assert seen.states("gap") == Counter(gaps.values())
    for gap in audit.gaps:
        reason = f": {gap.reason}" if gap.reason else ""
        told = UNFIT.sub("\ufffd", f"{gap.log_group} {gap.period}: {gap.state}{reason}")
        assert _newlines(told) in [_newlines(each) for each in seen.told]


@given(audits())
def test_no_two_cells_and_no_two_labels_of_columns_lie_on_each_other(audit: Audit) -> None:
    seen = Seen(audit)

    width, height = float(seen.root.get("width", "0")), float(seen.root.get("height", "0"))
    ends: dict[float, float] = {}
    for cell in seen.cells:
        x, y = float(cell.get("x", "")), float(cell.get("y", ""))
        assert x >= ends.get(y, 0)
        ends[y] = x + float(cell.get("href", "").rpartition("-")[2])
        assert ends[y] <= width
        assert y < height
    ends = {}
    for label in seen.root.iter(f"{SVG}text"):
        if label.get("class") == "axis":
            x, y = float(label.get("x", "")), float(label.get("y", ""))
            assert x >= ends.get(y, 0)
            ends[y] = x + 6 * len(label.text or "")


def test_every_state_has_a_colour_and_failed_and_lost_can_be_told_without() -> None:
    seen = Seen(audit_of(group(**{f"p2026_0{n}": state for n, state in enumerate(STATES, start=1)})))

    symbols = {each.get("id"): [*each] for each in seen.root.iter(f"{SVG}g")}
    used = [symbols[each.get("href", "").strip("#")] for each in seen.cells]
    assert [shapes[0].get("class") for shapes in used] == list(STATES)
    paths = [shapes[1].get("d") for shapes in used if len(shapes) > 1]
    assert len(set(paths)) == len(paths) == len(MARKS) - 1


def test_a_gap_that_is_still_waiting_stands_out_from_what_may_wait() -> None:
    orders = group(p2026_09="planned", p2026_10="planned")

    seen = Seen(Audit(AUDITED_AT, (orders,), (Gap("/orders", "2026-09", "planned", "no run for 40 days"),)))

    assert seen.states() == {"overdue": 1, "planned": 1}
    assert seen.told == ["/orders 2026-09: planned: no run for 40 days", "/orders 2026-10: planned"]
    assert {"planned 2", "overdue 1"} <= set(seen.texts)


def test_the_title_says_how_many_gaps_there_are_and_when() -> None:
    seen = Seen(audit_of(group(p2026_08="completed", p2026_09="failed", p2026_10="lost")))

    assert seen.texts[:2] == ["Log exports: 2 gaps", "2026-11-22 09:00:00 UTC, 1 log group, 3 periods"]
    assert {"completed 1", "failed 1", "lost 1", "planned 0"} <= set(seen.texts)


def test_one_gap_is_told_with_its_reason_and_beside_its_row() -> None:
    seen = Seen(audit_of(group(p2026_09="completed", p2026_10="failed"), reason='<b> & "c"'))

    assert seen.texts[0] == "Log exports: 1 gap"
    assert '/orders 2026-10: failed: <b> & "c"' in seen.texts
    assert seen.texts[-1] == "1 gap"
    assert seen.told == ["/orders 2026-09: completed", '/orders 2026-10: failed: <b> & "c"']


def test_where_nothing_is_to_be_exported_the_picture_says_so() -> None:
    seen = Seen(audit_of())

    assert seen.texts[0] == "Log exports: no gap"
    assert seen.texts[-1].startswith("Nothing is to be exported: exports.toml has no tables")
    assert not seen.cells


def test_a_gap_of_a_log_group_that_is_no_longer_there_is_listed() -> None:
    seen = Seen(Audit(AUDITED_AT, (), (Gap("/gone", "2026-10", "lost", "it was deleted"),)))

    assert seen.texts[0] == "Log exports: 1 gap"
    assert "/gone 2026-10: lost: it was deleted" in seen.texts


def test_tables_and_units_are_sections_and_log_groups_with_gaps_come_first() -> None:
    seen = Seen(
        audit_of(
            group("/a", p2026_10="completed"),
            group("/z", p2026_10="failed"),
            AuditedGroup("/d", "daily", "day", {"2026-10-31": "empty"}, 0, 0),
        )
    )

    rows = ("daily, by day", "nightly, by month", "/a", "/d", "/z")
    assert [text for text in seen.texts if text in rows] == [
        "daily, by day",
        "/d",
        "nightly, by month",
        "/z",
        "/a",
    ]


def test_a_new_log_group_has_a_row_although_no_period_of_it_is_wanted_yet() -> None:
    seen = Seen(audit_of(group("/new")))

    assert seen.texts[-2:] == ["/new", "no period is wanted yet"]


def test_a_long_name_is_shortened_in_the_middle_and_whole_in_the_tooltip() -> None:
    name = "/aws/lambda/" + "n" * 400 + "-prod"

    seen = Seen(audit_of(group(name, p2026_10="completed")))

    row = next(each for each in seen.root.iter(f"{SVG}text") if each.get("class") == "name")
    assert "".join(child.tail or "" for child in row) == f"/aws/lambda/{'n' * 11}…{'n' * 19}-prod"
    assert row.findtext(f"{SVG}title") == f"{name}: 12 objects, 34,567 bytes"


@pytest.mark.parametrize(
    ("unit", "count", "rows", "labels"),
    [
        ("month", 3, 1, ["2026", "Aug", "Sep", "Oct"]),
        ("month", 36, 1, ["2023", "2024", "2025", "2026", *["Jan", "Apr", "Jul", "Oct"] * 3]),
        ("week", 60, 1, ["2025", "2026", "W37", "W41", "W45", "W49", "W01"]),
        ("day", 1_096, 13, ["Nov 2023", "Dec 2023", "1", "6", "11", "16", "21", "26", "1", "6"]),
    ],
    ids=["a few months", "three years of months", "weeks", "three years of days"],
)  # fmt: skip
def test_as_many_columns_are_labelled_as_have_room(
    unit: str, count: int, rows: int, labels: list[str]
) -> None:
    ids = period_ids(date(2026, 10, 31), count, unit)  # type: ignore[arg-type]
    seen = Seen(
        audit_of(AuditedGroup("/orders", "nightly", unit, dict.fromkeys(ids, "completed"), 0, 0))  # type: ignore[arg-type]
    )

    axis = [each.text for each in seen.root.iter(f"{SVG}text") if each.get("class") == "axis"]
    assert axis[: len(labels)] == labels
    assert seen.texts.count("/orders") == rows


def test_three_hundred_log_groups_of_three_years_are_all_there() -> None:
    ids = period_ids(date(2026, 10, 31), 36, "month")
    groups = [
        AuditedGroup(f"/g/{n}", "nightly", "month", dict.fromkeys(ids, "completed"), 0, 0) for n in range(300)
    ]

    assert len(Seen(audit_of(*groups)).cells) == 300 * 36


def test_a_period_of_another_unit_is_a_mistake() -> None:
    wrong = AuditedGroup("/orders", "nightly", "month", {"2026-W40": "completed"}, 0, 0)

    with pytest.raises(ValueError, match="2026-W40"):
        heat_map(audit_of(wrong))


def _newlines(words: str) -> str:
    """As XML reads them."""
    return words.replace("\r\n", "\n").replace("\r", "\n")
