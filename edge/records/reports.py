"""Reports: made by a child that lives for one of them, written down with an audit line, told to the province."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

from edge.config.indicators import known_indicators
from edge.config.schema import Config
from edge.core.errors import FinalError
from edge.core.recording import Who
from edge.core.report.period import Kind, Period, period_of
from edge.kernel.errand import run_errand
from edge.kernel.wire.export import JobFailed
from edge.kernel.wire.report import Form, FromReport, ReportWritten, WriteReport
from edge.records.report_setup import due_of, gauges_of, letterhead_of, names_of
from edge.store.journal import Journal, Tx
from edge.store.reports import (
    MOST_REVISIONS,
    File,
    Made,
    Signed,
    files_of,
    keep_report,
    keep_signature,
    next_revision,
    report_id,
    report_row,
)

DEADLINE_S = 90.0
"""A year's worth of airings in one month takes seconds; a slow board at work takes its time."""
MOST_SIGNED_BYTES = 20_000_000
Errand = Callable[[WriteReport], Awaitable[ReportWritten | JobFailed]]
ALL_FORMS: tuple[Form, ...] = ("pdf", "xlsx", "json")
_ROLES = {"leader": "lãnh đạo xã", "operator": "phát thanh viên", "technician": "kỹ thuật viên"}


class Reports:
    """One report at a time; with a province, its files stand in the line of media for it.

    ``errand`` has a job done elsewhere: by default in a child.
    """

    def __init__(
        self,
        config: Config,
        database: Path,
        folder: Path,
        journal: Journal,
        errand: Errand | None = None,
    ) -> None:
        self._config = config
        self._database = database
        self._folder = folder
        self._journal = journal
        self._sent_from = folder.name if config.hub else ""
        self._errand = errand or _by_child
        self._turn = asyncio.Lock()

    async def make(self, month: str, form: Literal["pdf", "xlsx"], who: Who) -> dict[str, Any]:
        """The report of the loudspeakers of ``YYYY-MM``: where it lies, its hash, its size, and what to call it.

        The newest of a month takes the place of the one before. Raises FinalError for a month that has not begun and
        for what the child cannot do, TransientError when it died.
        """
        period = self._begun(Kind.AIR, month)
        stem = f"phat-thanh-{self._config.commune.id}-{month}"
        async with self._turn:
            written = await self._written(self._job(period, stem, (form,), who))
        file = written.files[form]
        await self._journal.record(partial(_deed, who=who, what=file.name))
        return {"file": file.name, "sha256": file.sha256, "bytes": file.bytes}

    async def make_commune(self, kind: Kind, key: str, who: Who) -> dict[str, Any]:
        """The commune's report of a day or a month, as a new revision in all forms: ``{"id"}``.

        A report of a time that is over goes to the tiers of the settings. Raises as `make`.
        """
        period = self._begun(kind, key)
        async with self._turn:
            return {"id": await self._revision(period, who)}

    async def _revision(self, period: Period, who: Who) -> str:
        revision = await self._journal.record(partial(next_revision, period=period))
        if revision > MOST_REVISIONS:
            raise FinalError(f"Báo cáo {period.words} đã lập {MOST_REVISIONS} lần.")
        stem = f"bao-cao-{self._config.commune.id}-{report_id(period, revision)}"
        written = await self._written(self._job(period, stem, ALL_FORMS, who))
        made = Made(
            period,
            revision,
            written.complete,
            who.user,
            written.summary,
            written.figures,
            {form: File(file.name, file.sha256, file.bytes) for form, file in written.files.items()},
            due_of(self._config, period),
            written.title,
        )
        return await self._journal.record(partial(self._keep, made=made, who=who))

    def _keep(self, tx: Tx, made: Made, who: Who) -> str:
        name = keep_report(tx, made, folder=self._sent_from)
        _deed(tx, who, name)
        return name

    async def keep_signed(self, report: str, name: str, signer: str, who: Who) -> dict[str, Any]:
        """A signed PDF lies in the reports folder: it must begin with every byte of the report that was signed.

        That its signature is good was checked by whoever signed (``molang reports sign``) and is checked by whoever
        reads it. Raises FinalError for another file.
        """
        row = await self._journal.record(partial(report_row, report=report))
        if row is None:
            raise FinalError(f"Không có báo cáo {report[:60]!r}.")
        draft = files_of(row["files"])["pdf"]
        file = await asyncio.to_thread(_checked, self._folder / name, draft)
        signed = Signed(file, signer, self._journal.clock.now().at_ms)
        await self._journal.record(partial(self._sign, report=report, signed=signed, who=who))
        return {"id": report, "sha256": file.sha256}

    def _sign(self, tx: Tx, report: str, signed: Signed, who: Who) -> None:
        keep_signature(tx, report, signed, folder=self._sent_from)
        tx.deed(who.user, who.role, "report.sign", f"{report}, {signed.file.sha256[:12]}")

    def _begun(self, kind: Kind, key: str) -> Period:
        period = period_of(kind, key)
        if period.since_ms > self._journal.clock.now().at_ms:
            raise FinalError("Ngày này chưa bắt đầu." if kind is Kind.DAY else "Tháng này chưa bắt đầu.")
        return period

    async def _written(self, job: WriteReport) -> ReportWritten:
        answer = await self._errand(job)
        if isinstance(answer, JobFailed):
            raise FinalError(answer.reason)
        return answer

    def _job(self, period: Period, stem: str, forms: tuple[Form, ...], who: Who) -> WriteReport:
        return WriteReport(
            database=str(self._database),
            folder=str(self._folder),
            stem=stem,
            forms=forms,
            period=period,
            commune=self._config.commune.name,
            letterhead=letterhead_of(self._config),
            names=names_of(self._config),
            gauges=gauges_of(self._config),
            made_by=_by(who),
            now_ms=self._journal.clock.now().at_ms,
            indicators=known_indicators(self._config),
        )


async def _by_child(job: WriteReport) -> ReportWritten | JobFailed:
    kind: Any = FromReport  # a union is a type to msgspec
    answer: ReportWritten | JobFailed = await run_errand("edge.workers.report", job, kind, DEADLINE_S)
    return answer


def _by(who: Who) -> str:
    """Who has it made, as it stands on the paper."""
    if who.role == "box":
        return "hộp Mõ Làng tự lập"
    office = _ROLES.get(who.role, who.role)
    return f"người lập: {who.user}" if who.user == office else f"người lập: {who.user} ({office})"


def _checked(path: Path, draft: File) -> File:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_SIGNED_BYTES + 1)
    except OSError as cause:
        raise FinalError(f"Không đọc được {path.name}: {cause.strerror}.") from cause
    if len(data) > MOST_SIGNED_BYTES:
        raise FinalError(f"{path.name} lớn hơn {MOST_SIGNED_BYTES // 1_000_000} MB.")
    if len(data) <= draft.bytes or hashlib.sha256(data[: draft.bytes]).hexdigest() != draft.sha256:
        raise FinalError(f"{path.name} không phải bản ký của báo cáo này.")
    return File(path.name, hashlib.sha256(data).hexdigest(), len(data))


def _deed(tx: Tx, who: Who, what: str) -> None:
    tx.deed(who.user, who.role, "report.make", what)
