"""The life of the report child: one report, one answer."""

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import msgspec

from edge.core.airreport import Report
from edge.core.errors import MolangError
from edge.core.report.document import Document
from edge.core.report.period import Kind
from edge.core.report.whole import Frame, air_report, commune_report
from edge.kernel.disk import write_atomically
from edge.kernel.wire import Channel
from edge.kernel.wire.export import JobFailed
from edge.kernel.wire.report import Form, ReportWritten, WriteReport, WrittenFile
from edge.store.airlog import span_report
from edge.store.reader import Reader
from edge.store.report_rows import Gauge, facts_of
from edge.workers.lifeline import answer_one
from edge.workers.report.pdf import as_pdf
from edge.workers.report.sheet import as_xlsx

log = logging.getLogger(__name__)


async def serve(supervisor: Channel[WriteReport, msgspec.Struct]) -> None:
    """Write one report."""
    await answer_one(supervisor, _answer)


def _answer(job: WriteReport) -> ReportWritten | JobFailed:
    try:
        return write_report(job)
    except MolangError as error:
        return JobFailed(str(error))
    except (OSError, sqlite3.Error) as error:
        log.warning("report failed: %s", error)
        return JobFailed(f"Không làm được báo cáo: {error}.")


def write_report(job: WriteReport) -> ReportWritten:
    """Count once, write every form that was asked for."""
    with closing(Reader(Path(job.database))) as reader:
        document = _counted(reader, job)
    files: dict[str, WrittenFile] = {form: _file(job, form, document) for form in job.forms}
    return ReportWritten(files, document.title, document.summary, {**document.figures}, document.complete)


def _counted(reader: Reader, job: WriteReport) -> Document:
    frame = Frame(job.commune, job.period, job.now_ms, job.made_by, job.letterhead)
    if job.period.kind is Kind.AIR:
        return air_report(frame, _air(reader, job), job.names)
    gauges = [Gauge(one.id, one.levels, one.datum, one.rain_mm, one.period_s, one.by_hand) for one in job.gauges]
    return commune_report(frame, facts_of(reader, job.period, job.now_ms, job.names, gauges, job.indicators))


def _air(reader: Reader, job: WriteReport) -> Report:
    hamlet_of = {horn: hamlet for horn, (_, hamlet) in job.names.horns.items()}
    return span_report(reader, hamlet_of, job.period.since_ms, min(job.period.until_ms, job.now_ms))


_FORMS: Mapping[Form, Callable[[Document], bytes]] = {
    "pdf": as_pdf,
    "xlsx": as_xlsx,
    "json": msgspec.json.encode,
}


def _file(job: WriteReport, form: Form, document: Document) -> WrittenFile:
    data = _FORMS[form](document)
    path = Path(job.folder) / f"{job.stem}.{form}"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, data)
    return WrittenFile(path.name, hashlib.sha256(data).hexdigest(), len(data))
