"""A chart of a bench as SVG: bars of the medians, a whisker from the least to the most, a dot for each round."""

from collections.abc import Iterator
from html import escape

from hil.bench.outcome import Case, Outcome, Spread
from hil.bench.report import short

WIDTH, LABELS, VALUES = 900, 300, 90
ROW, HEAD, MARGIN = 26, 40, 16
_STYLE = (
    "text{font:13px sans-serif;fill:#222}.t{font-size:16px;font-weight:bold}.v{fill:#555}"
    "rect.b{fill:#2f7d5b}rect.w{fill:#fff}line{stroke:#222;stroke-width:1}circle{fill:#e0a030;stroke:#7a5200}"
)


def draw(title: str, note: str, outcome: Outcome) -> str:
    """The whole picture: one group of bars for each figure that the bench calls worth it."""
    groups = [(figure, [case for case in outcome.cases if figure in case.figures]) for figure in outcome.chart]
    height = 2 * MARGIN + HEAD + sum(HEAD + ROW * len(cases) for _, cases in groups)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<rect class="w" width="{WIDTH}" height="{height}"/>',
        _text(MARGIN, MARGIN + 16, title, "t"),
        _text(MARGIN, MARGIN + 34, note, "v"),
    ]
    top = MARGIN + HEAD
    for figure, cases in groups:
        lines += _group(figure, cases, top)
        top += HEAD + ROW * len(cases)
    return "\n".join([*lines, "</svg>", ""])


def _group(figure: str, cases: list[Case], top: float) -> Iterator[str]:
    spreads = [case.figures[figure] for case in cases]
    most = max((spread.most for spread in spreads), default=0.0) or 1.0
    scale = (WIDTH - LABELS - VALUES - MARGIN) / most
    yield _text(MARGIN, top + HEAD - 12, figure, "t")
    for number, (case, spread) in enumerate(zip(cases, spreads, strict=True)):
        yield from _bar(case.name, spread, top + HEAD + ROW * number, scale)


def _bar(name: str, spread: Spread, top: float, scale: float) -> Iterator[str]:
    middle = top + ROW / 2
    yield _text(MARGIN, middle + 4, name)
    yield f'<rect class="b" x="{LABELS}" y="{top + 5:g}" width="{spread.median * scale:.1f}" height="{ROW - 10}"/>'
    left, right = LABELS + spread.least * scale, LABELS + spread.most * scale
    yield f'<line x1="{left:.1f}" y1="{middle:g}" x2="{right:.1f}" y2="{middle:g}"/>'
    for value in spread.rounds:
        yield f'<circle cx="{LABELS + value * scale:.1f}" cy="{middle:g}" r="2.5"/>'
    yield _text(max(right, LABELS) + 8, middle + 4, short(spread.median), "v")


def _text(x: float, y: float, words: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:g}"{f" class={kind!r}" if kind else ""}>{escape(words)}</text>'
