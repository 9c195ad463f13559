"""A chart as inline SVG: the lines of core.report.drawing; colours are the page's (base.css)."""

from collections.abc import Iterator

from markupsafe import Markup

from edge.core.report.document import Chart
from edge.core.report.drawing import HIGH, WIDE, Area, Line, Shape, Words, drawn


def svg(chart: Chart) -> Markup:
    """The whole element; its name is its title for who does not see it."""
    shapes = Markup("").join(_one(shape) for shape in drawn(chart))
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{} ({})">{}</svg>').format(
        round(WIDE), round(HIGH), chart.name, chart.unit, shapes
    )


def _one(shape: Shape) -> Markup:
    if isinstance(shape, Words):
        return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
            shape.role, shape.x, shape.y, shape.anchor, shape.text
        )
    tag = "polygon" if isinstance(shape, Area) else "polyline"
    return Markup('<{} class="{}" points="{}"/>').format(tag, shape.role, " ".join(_points(shape)))


def _points(shape: Line | Area) -> Iterator[str]:
    return (f"{x:g},{y:g}" for x, y in shape.points)
