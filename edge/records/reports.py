"""Monthly reports: made by a child that lives for one file, asked for by name, an audit line each."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any, Literal

from edge.config.schema import Config
from edge.core.airreport import month_span
from edge.core.errors import FinalError
from edge.core.recording import Who
from edge.kernel.errand import run_errand
from edge.kernel.wire.export import JobFailed
from edge.kernel.wire.report import FromReport, HornName, ReportWritten, WriteReport
from edge.store.journal import Journal, Tx

DEADLINE_S = 90.0
"""A year's worth of airings in one month takes seconds; a slow board at work takes its time."""
Form = Literal["pdf", "xlsx"]


class Reports:
    """One file at a time; the newest of a month takes the place of the one before."""

    def __init__(self, config: Config, database: Path, folder: Path, journal: Journal) -> None:
        self._config = config
        self._database = database
        self._folder = folder
        self._journal = journal
        self._turn = asyncio.Lock()

    async def make(self, month: str, form: Form, who: Who) -> dict[str, Any]:
        """The report of ``YYYY-MM``: where it lies, its hash, its size, and what to call it.

        Raises FinalError for a month that has not begun and for what the child cannot do, TransientError when it died.
        """
        year, number = int(month[:4]), int(month[5:])
        now_ms = self._journal.clock.now().at_ms
        if month_span(year, number)[0] > now_ms:
            raise FinalError("Tháng này chưa bắt đầu.")
        name = f"phat-thanh-{self._config.commune.id}-{month}.{form}"
        path = self._folder / name
        async with self._turn:
            written = await self._written(self._job(path, form, year, number, now_ms))
        await self._journal.record(partial(_deed, who=who, what=name))
        return {"file": name, "sha256": written.sha256, "bytes": written.bytes}

    async def _written(self, job: WriteReport) -> ReportWritten:
        kind: Any = FromReport  # a union is a type to msgspec
        answer = await run_errand("edge.workers.report", job, kind, DEADLINE_S)
        if isinstance(answer, JobFailed):
            raise FinalError(answer.reason)
        assert isinstance(answer, ReportWritten), f"{type(answer).__name__} is no report"
        return answer

    def _job(self, path: Path, form: Form, year: int, month: int, now_ms: int) -> WriteReport:
        config = self._config
        return WriteReport(
            database=str(self._database),
            out=str(path),
            form=form,
            year=year,
            month=month,
            commune=config.commune.name,
            hamlets={hamlet.id: hamlet.name for hamlet in config.hamlet},
            horns={horn.id: HornName(horn.name, horn.hamlet) for horn in config.horn},
            cameras={camera.id: camera.name for camera in config.camera},
            now_ms=now_ms,
        )


def _deed(tx: Tx, who: Who, what: str) -> None:
    tx.deed(who.user, who.role, "report.make", what)
