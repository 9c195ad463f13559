"""A picture of forecasts: what came, as a line; what was forecast for then, as bands. One panel for each flood."""

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.flood.scoring import Scored

WIDTH, HEIGHT, EDGE = 1200, 320, 46
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">'
    '<rect width="100%" height="100%" fill="#fff"/>'
)


def chart(found: Sequence[Scored], levels_m: Sequence[float]) -> str:
    """An SVG document."""
    panels = "".join(_panel(one, levels_m, number * HEIGHT) for number, one in enumerate(found))
    return HEAD.format(width=WIDTH, height=HEIGHT * len(found)) + panels + "</svg>\n"


def _panel(one: Scored, levels_m: Sequence[float], top: int) -> str:
    told = [(trial.due_ms, trial.came_m, trial.outlook) for trial in one.trials if trial.outlook]
    lows, highs = [look.low_m for _, _, look in told], [look.high_m for _, _, look in told]
    x = _scale(told[0][0], told[-1][0], EDGE, WIDTH - EDGE)
    y = _scale(min(lows), max(highs), top + HEIGHT - EDGE, top + EDGE)
    bands = "".join(
        f'<line x1="{x(due):.1f}" x2="{x(due):.1f}" y1="{y(look.low_m):.1f}" y2="{y(look.high_m):.1f}" stroke="#7fb2e5"'
        f' stroke-width="3"/><circle cx="{x(due):.1f}" cy="{y(look.level_m):.1f}" r="1.6" fill="#12568f"/>'
        for due, _, look in told
    )
    came = " ".join(f"{x(due):.1f},{y(value):.1f}" for due, value, _ in told)
    marks = "".join(_level(level, y(level)) for level in levels_m if min(lows) <= level <= max(highs))
    dates = f"{local(AtMs(told[0][0])):%d/%m/%Y} – {local(AtMs(told[-1][0])):%d/%m/%Y}"
    title = f"{one.name}: mực nước đã tới (đen), dự báo và khoảng (xanh), {dates}"
    return (
        f'<text x="{EDGE}" y="{top + 24}" font-weight="bold">{escape(title)}</text>{marks}{bands}'
        f'<polyline points="{came}" fill="none" stroke="#111" stroke-width="1.2"/>'
    )


def _level(level_m: float, y: float) -> str:
    return (
        f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y:.1f}" y2="{y:.1f}" stroke="#c33" stroke-dasharray="6 4"/>'
        f'<text x="4" y="{y + 4:.1f}" fill="#c33">{level_m:g} m</text>'
    )


def _scale(first: float, last: float, start: float, end: float) -> Callable[[float], float]:
    span = (last - first) or 1.0
    return lambda value: start + (value - first) / span * (end - start)
