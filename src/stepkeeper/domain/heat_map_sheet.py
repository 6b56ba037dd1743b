"""The sheet that the heat map is drawn on, from the top to the bottom."""

from dataclasses import dataclass, field

from stepkeeper.domain.heat_map_style import CELL_HEIGHT, STYLE, Look, symbols, text_of

MARGIN = 24


@dataclass
class Sheet:
    """`y` is where it goes on; all numbers are pixels."""

    width: int
    y: int = MARGIN
    drawn: list[str] = field(default_factory=list)
    cell_widths: set[int] = field(default_factory=set)

    def line(self, words: str, kind: str, *, down: int, tooltip: str | None = None) -> None:
        """A line of text, so far below the last one."""
        self.y += down
        self.text(MARGIN, self.y, words, kind, tooltip=tooltip)

    def text(self, x: int, y: int, words: str, kind: str, *, tooltip: str | None = None) -> None:
        """Text whose base line begins there."""
        title = f"<title>{text_of(tooltip)}</title>" if tooltip else ""
        self.drawn.append(f'<text class="{kind}" x="{x}" y="{y}">{title}{text_of(words)}</text>')

    def rule(self, x: int, y: int, *, to: int) -> None:
        """A line below the labels of columns."""
        self.drawn.append(f'<path class="line" d="M{x} {y}H{to}"/>')

    def cell(self, look: Look, x: int, *, width: int, kind: str, tooltip: str | None = None) -> None:
        """A cell of a row, or of the legend."""
        self.cell_widths.add(width)
        title = f"<title>{text_of(tooltip)}</title>" if tooltip else ""
        self.drawn.append(f'<use class="{kind}" href="#{look}-{width}" x="{x}" y="{self.y}">{title}</use>')

    def row(self, x: int, words: str, kind: str, *, tooltip: str | None = None) -> None:
        """Text beside the cells of a row."""
        self.text(x, self.y + CELL_HEIGHT - 4, words, kind, tooltip=tooltip)

    def document(self, label: str) -> str:
        """What was drawn, as an SVG document."""
        height = self.y + MARGIN
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{height}"'
                f' viewBox="0 0 {self.width} {height}" role="img" aria-label="{text_of(label)}">',
                f"<style>{STYLE}</style>",
                f"<defs>\n{symbols(self.cell_widths)}</defs>",
                f'<rect class="paper" width="{self.width}" height="{height}"/>',
                *self.drawn,
                "</svg>\n",
            ]
        )
