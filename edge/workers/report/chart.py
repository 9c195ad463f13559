"""A chart on paper: the same lines as on the page (core.report.drawing), in ink."""

from typing import Any

from reportlab.lib import colors
from reportlab.platypus import Flowable

from edge.core.report.document import Chart
from edge.core.report.drawing import HIGH, TEXT_PT, WIDE, Area, Line, Shape, Words, drawn
from edge.workers.report import look

WATER = colors.HexColor("#0c6a61")
_LINES = {"grid": (look.RULE, 0.4, ()), "trace": (WATER, 1.6, ())}
_AREAS = {"water": colors.HexColor("#d9ebe9"), "bar": colors.HexColor("#3f7fb5")}
SMALLEST_PT = 7.0


class ChartOnPaper(Flowable):  # type: ignore[misc]  # the library ships no types
    """Takes the whole width."""

    def __init__(self, chart: Chart, width: float) -> None:
        super().__init__()
        self._shapes = drawn(chart)
        self._scale = width / WIDE
        self.width, self.height = width, HIGH * self._scale

    def wrap(self, *_: float) -> tuple[float, float]:
        """How large it is, points."""
        return self.width, self.height

    def draw(self) -> None:
        """On the library's own canvas."""
        for shape in self._shapes:
            self._one(shape)

    def _one(self, shape: Shape) -> None:
        if isinstance(shape, Words):
            self._words(shape)
            return
        path = self.canv.beginPath()
        path.moveTo(*self._at(shape.points[0]))
        for point in shape.points[1:]:
            path.lineTo(*self._at(point))
        if isinstance(shape, Area):
            path.close()
            self.canv.setFillColor(_AREAS[shape.role])
        else:
            self._pen(shape)
        self.canv.drawPath(path, stroke=int(isinstance(shape, Line)), fill=int(isinstance(shape, Area)))

    def _pen(self, line: Line) -> None:
        level = look.LEVEL_INKS.get(line.role)
        ink, wide, dashes = (colors.HexColor(level), 0.9, (4, 3)) if level else _LINES[line.role]
        self.canv.setStrokeColor(ink)
        self.canv.setLineWidth(wide)
        self.canv.setDash(*dashes)

    def _words(self, words: Words) -> None:
        self.canv.setFont(look.PLAIN, max(SMALLEST_PT, TEXT_PT * self._scale))
        self.canv.setFillColor(colors.HexColor(look.LEVEL_INKS[words.role]) if words.role != "scale" else look.GREY)
        draw: Any = {"start": self.canv.drawString, "end": self.canv.drawRightString}.get(
            words.anchor, self.canv.drawCentredString
        )
        x, y = self._at((words.x, words.y))
        draw(x, y, words.text)

    def _at(self, point: tuple[float, float]) -> tuple[float, float]:
        return point[0] * self._scale, self.height - point[1] * self._scale
