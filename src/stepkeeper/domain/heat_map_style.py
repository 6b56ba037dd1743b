"""How the heat map looks: the colours and marks of the states, and text that is safe in XML."""

import re
from html import escape
from typing import Literal

from stepkeeper.domain.audit import AuditedState

CELL_HEIGHT = 16

STATES: tuple[AuditedState, ...] = (
    "completed",
    "empty",
    "submitted",
    "planned",
    "failed",
    "lost",
    "accepted",
)

Look = AuditedState | Literal["overdue"]
"""What a cell looks like. Overdue is a gap whose export is still to come, or has not ended."""

LOOKS: tuple[Look, ...] = (*STATES, "overdue")

STYLE = """
text { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328 }
text.name { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
text.title { font-size: 20px; font-weight: 600 }
text.heading { font-size: 14px; font-weight: 600 }
text.quiet { fill: #59636e }
text.axis { font-size: 10.5px; fill: #59636e }
text.alarm { fill: #b5380c; font-weight: 600 }
.paper { fill: #ffffff }
.line { stroke: #d1d9e0; stroke-width: 1 }
.completed { fill: #2f78bd }
.empty { fill: #b4d6f3 }
.submitted { fill: #f2d43d }
.planned { fill: none; stroke: #8c959f; stroke-dasharray: 2 2 }
.overdue { fill: none; stroke: #d55e00; stroke-width: 2 }
.bang { fill: none; stroke: #d55e00; stroke-width: 2; stroke-linecap: round }
.failed { fill: #d55e00 }
.lost { fill: #1f2328 }
.accepted { fill: #a9b0b8 }
.mark { fill: none; stroke: #ffffff; stroke-width: 2; stroke-linecap: round }
.dark { fill: none; stroke: #1f2328; stroke-width: 1.5; stroke-linecap: round }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
text.quiet, text.axis { fill: #9aa4af }
text.alarm { fill: #ff9a5c }
.paper { fill: #14181d }
.line { stroke: #3a424c }
.completed { fill: #4c97dd }
.empty { fill: #24476b }
.lost { fill: #f5f7fa }
.lost-mark { stroke: #14181d }
.accepted { fill: #6b7480 }
.empty-mark { stroke: #e6edf3 }
}
"""

# Around the middle of a cell, 4 to each side. Failed and lost can be told without any colour.
MARKS: dict[Look, tuple[str, str]] = {
    "empty": ("dark empty-mark", "M-1.5 0H1.5"),
    "submitted": ("dark", "M-2 -3L2.5 0L-2 3Z"),
    "failed": ("mark", "M-3 -3L3 3M3 -3L-3 3"),
    "lost": ("mark lost-mark", "M-4 0L0 -4M-3.5 3.5L3.5 -3.5M0 4L4 0"),
    "accepted": ("dark", "M-3 0L-1 2.5L3 -2.5"),
    "overdue": ("bang", "M0 -4V0.5M0 4V4.1"),
}

UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold, not even escaped (XML 1.0, production 2)."""


def text_of(words: str) -> str:
    """Any words as the content of an element or attribute."""
    return escape(UNFIT.sub("\ufffd", words))


def shortened(words: str, most: int) -> str:
    """At most so many characters, the middle of longer words left out."""
    if len(words) <= most:
        return words
    head = (most - 1) // 2
    return f"{words[:head]}…{words[len(words) - (most - 1 - head) :]}"


def symbols(widths: set[int]) -> str:
    """A cell of each look in each width, to be used by the id `<look>-<width>`."""
    return "".join(_symbol(look, width) for width in sorted(widths) for look in LOOKS)


def _symbol(look: Look, width: int) -> str:
    inset = {"planned": 0.5, "overdue": 1}.get(look, 0)
    less = 2 * inset
    box = (
        f'<rect class="{look}" x="{inset}" y="{inset}" width="{width - less}"'
        f' height="{CELL_HEIGHT - less}" rx="2"/>'
    )
    if look in MARKS:
        kind, path = MARKS[look]
        box += f'<path class="{kind}" transform="translate({width / 2} {CELL_HEIGHT / 2})" d="{path}"/>'
    return f'<g id="{look}-{width}">{box}</g>\n'
