"""Between the supervisor and the report child, which lives for one report."""

from typing import Literal

from edge.core.indicator.values import Indicator
from edge.core.report.document import Figure, Letterhead
from edge.core.report.facts import Names
from edge.core.report.period import Period
from edge.kernel.wire import Beat, Hello, Message
from edge.kernel.wire.export import JobFailed

Form = Literal["pdf", "xlsx", "json"]
"""``json`` is the report as values (core.report.document), from which the page is drawn."""


class ReportGauge(Message, frozen=True):
    """A station, as ``edge.store.report_rows.Gauge``."""

    id: str
    levels: tuple[float, ...] = ()
    datum: str = ""
    rain_mm: tuple[float, ...] = ()
    period_s: float = 60.0
    by_hand: bool = False


class WriteReport(Message, frozen=True):
    """The report of a period as files ``folder/stem.<form>``, each whole or not at all."""

    database: str
    folder: str
    stem: str
    forms: tuple[Form, ...]
    period: Period
    commune: str
    letterhead: Letterhead
    names: Names
    gauges: tuple[ReportGauge, ...]
    made_by: str
    now_ms: int
    indicators: tuple[Indicator, ...] = ()


class WrittenFile(Message, frozen=True):
    """It lies complete on the disk, synced."""

    name: str
    sha256: str
    bytes: int


class ReportWritten(Message, frozen=True):
    """All forms that were asked for, the same figures in each."""

    files: dict[str, WrittenFile]
    title: str
    summary: tuple[str, ...]
    figures: dict[str, Figure]
    complete: bool


ToReport = WriteReport
FromReport = Hello | Beat | ReportWritten | JobFailed
