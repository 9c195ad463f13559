"""Between the supervisor and the table child, which lives for one brought file."""

from typing import Literal

from edge.kernel.wire import Beat, Hello, Message
from edge.kernel.wire.export import JobFailed

TableForm = Literal["xlsx", "csv"]


class ReadTable(Message, frozen=True):
    """Read the first sheet of a file that somebody brought: nothing in it is believed."""

    path: str
    form: TableForm


class TableRead(Message, frozen=True):
    """Its cells as text, row by row as they stand in the sheet; ``sha256`` of the file that was read."""

    sha256: str
    rows: tuple[tuple[str, ...], ...]


ToTable = ReadTable
FromTable = Hello | Beat | TableRead | JobFailed
