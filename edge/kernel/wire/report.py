"""Between the supervisor and the report child, which lives for one file."""

from typing import Literal

from edge.kernel.wire import Beat, Hello, Message
from edge.kernel.wire.export import JobFailed


class HornName(Message, frozen=True):
    """How people call a horn, and its hamlet's id."""

    name: str
    hamlet: str


class WriteReport(Message, frozen=True):
    """The report of one month as a file ``out``, whole or not at all."""

    database: str
    out: str
    form: Literal["pdf", "xlsx"]
    year: int
    month: int
    commune: str
    hamlets: dict[str, str]
    horns: dict[str, HornName]
    cameras: dict[str, str]
    now_ms: int


class ReportWritten(Message, frozen=True):
    """It lies complete on the disk, synced."""

    sha256: str
    bytes: int


ToReport = WriteReport
FromReport = Hello | Beat | ReportWritten | JobFailed
