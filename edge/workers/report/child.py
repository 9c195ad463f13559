"""The life of the report child: one file, one answer."""

import hashlib
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from edge.core.errors import MolangError
from edge.kernel.disk import write_atomically
from edge.kernel.wire import Channel
from edge.kernel.wire.export import JobFailed
from edge.kernel.wire.report import ReportWritten, WriteReport
from edge.store.airlog import month_report
from edge.store.reader import Reader
from edge.workers.lifeline import answer_one
from edge.workers.report.pdf import as_pdf
from edge.workers.report.sheet import as_xlsx

log = logging.getLogger(__name__)


async def serve(supervisor: Channel[WriteReport, msgspec.Struct]) -> None:
    """Write one report."""
    await answer_one(supervisor, _answer)


def _answer(job: WriteReport) -> ReportWritten | JobFailed:
    try:
        return _written(job)
    except MolangError as error:
        return JobFailed(str(error))
    except (OSError, sqlite3.Error) as error:
        log.warning("report failed: %s", error)
        return JobFailed(f"Không làm được báo cáo: {error}.")


def _written(job: WriteReport) -> ReportWritten:
    with closing(Reader(Path(job.database))) as reader:
        hamlet_of = {horn: named.hamlet for horn, named in job.horns.items()}
        found = month_report(reader, hamlet_of, job.year, job.month, job.now_ms)
    data = as_pdf(job, found) if job.form == "pdf" else as_xlsx(job, found)
    out = Path(job.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(out, data)
    return ReportWritten(hashlib.sha256(data).hexdigest(), len(data))
