"""The life of the table child: one file, one answer."""

import hashlib
from pathlib import Path

import msgspec

from edge.core.errors import FinalError
from edge.kernel.wire import Channel
from edge.kernel.wire.export import JobFailed
from edge.kernel.wire.table import ReadTable, TableRead
from edge.workers.lifeline import answer_one
from edge.workers.table.book import read_book
from edge.workers.table.limits import MOST_BYTES
from edge.workers.table.plain import read_plain


async def serve(supervisor: Channel[ReadTable, msgspec.Struct]) -> None:
    """Read one table."""
    await answer_one(supervisor, read_table)


def read_table(job: ReadTable) -> TableRead | JobFailed:
    """The cells, or why they cannot be read."""
    try:
        data = _bytes_of(Path(job.path))
        rows = read_book(data) if job.form == "xlsx" else read_plain(data)
    except FinalError as error:
        return JobFailed(str(error))
    except OSError as error:
        return JobFailed(f"Không đọc được tệp: {error.strerror}.")
    except MemoryError:
        return JobFailed("Tệp này mở ra quá lớn.")
    return TableRead(hashlib.sha256(data).hexdigest(), tuple(rows))


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise FinalError(f"Tệp nặng quá {MOST_BYTES // 1024 // 1024} MB.")
    return data
