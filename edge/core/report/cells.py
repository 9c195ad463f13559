"""How a report writes a value, in Vietnamese: the same on the page and on paper."""

from collections.abc import Callable, Mapping

from edge.core.decimals import decimal
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.core.report.document import As, Cell
from edge.core.report_words import duration, hours, percent

NOTHING = "–"
RIGHT = frozenset({As.COUNT, As.METRES, As.MM, As.PERCENT, As.DBM, As.GB, As.SECONDS, As.MS})
"""These stand at the right of their column."""
GB = 1_000_000_000


def written(kind: As, cell: Cell) -> str:
    """One cell for people."""
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, str):
        return f"{cell[8:10]}/{cell[5:7]}/{cell[:4]}" if kind is As.DAY else cell
    return _WRITERS.get(kind, str)(cell)


def _one_place(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def _instant(at_ms: float) -> str:
    return f"{local(AtMs(round(at_ms))):%d/%m %H:%M}"


def _lasting(ms: float) -> str:
    """Hours of what lasts; minutes where that says more."""
    return hours(round(ms)) if ms >= 3_600_000 else duration(ms / 1000)


_WRITERS: Mapping[As, Callable[[float], str]] = {
    As.COUNT: lambda value: f"{value:,.0f}".replace(",", "."),
    As.METRES: lambda value: decimal(round(value, 2)),
    As.MM: _one_place,
    As.SECONDS: duration,
    As.MS: _lasting,
    As.PERCENT: percent,
    As.DBM: lambda value: f"{value:.0f}",
    As.GB: lambda value: _one_place(value / GB),
    As.INSTANT: _instant,
}
