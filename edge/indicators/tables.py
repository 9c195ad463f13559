"""Tables that people bring: read by a child that lives for one file, shown with every wrong cell, kept whole or not.

What is kept is what was shown: the seal covers the file and what its rows change, so that neither another file nor a
value that somebody typed meanwhile slips in under it.
"""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from edge.control.protocol import CheckTable, ImportTable
from edge.core.errors import FinalError
from edge.core.indicator.table import Checked, Row, beside, check_table
from edge.core.indicator.values import Indicator, Measured, Origin, spoken
from edge.core.news import IndicatorsChanged
from edge.kernel.bus import Bus
from edge.kernel.errand import run_errand
from edge.kernel.wire.export import JobFailed
from edge.kernel.wire.table import FromTable, ReadTable, TableRead
from edge.store.indicators import keep_value, value_before
from edge.store.journal import Journal, Tx

DEADLINE_S = 30.0
KEPT_S = 3600.0
"""A brought file waits so long to be looked at and kept."""
SWEEP_EVERY_S = 600.0
Errand = Callable[[ReadTable], Awaitable[TableRead | JobFailed]]


class Tables:
    """One file at a time. ``spool`` is where the pages leave files, each named by a UUID."""

    def __init__(
        self, spool: Path, indicators: Sequence[Indicator], journal: Journal, bus: Bus, errand: Errand | None = None
    ) -> None:
        self._spool = spool
        self._indicators = indicators
        self._known = {one.id: one for one in indicators}
        self._journal = journal
        self._bus = bus
        self._errand = errand or _by_child
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Delete files that nobody kept, for ever."""
        while True:
            await asyncio.to_thread(self._sweep)
            await asyncio.sleep(SWEEP_EVERY_S)

    async def check(self, request: CheckTable) -> dict[str, Any]:
        """What the file would change; raises FinalError for one that is no table."""
        table, seal = await self._checked(request)
        return {
            "seal": seal,
            "rows": [self._shown(row) for row in table.rows],
            "wrong": [msgspec.to_builtins(one) for one in table.wrong],
            "wrong_count": table.wrong_count,
            "same": sum(_says_the_same(row) for row in table.rows),
        }

    async def bring(self, request: ImportTable) -> dict[str, Any]:
        """Keep all rows in one transaction; raises FinalError when anything is wrong or changed since it was shown."""
        table, seal = await self._checked(request)
        if table.wrong_count:
            raise FinalError(f"Bảng còn {table.wrong_count} ô sai: chưa nhập gì.")
        if not table.rows:
            raise FinalError("Bảng không có dòng số liệu nào.")
        if seal != request.seal:
            raise FinalError("Tệp hoặc số liệu đã thay đổi từ lúc xem: hãy xem lại rồi nhập.")
        kept = await self._journal.record(partial(self._keep, rows=table.rows, request=request))
        await asyncio.to_thread((self._spool / request.upload).unlink, missing_ok=True)
        self._bus.publish(IndicatorsChanged())
        return {"kept": kept}

    def _keep(self, tx: Tx, rows: Sequence[Row], request: ImportTable) -> int:
        kept = sum(keep_value(tx, self._known[row.indicator], row.measured) for row in rows)
        names = ", ".join(sorted({row.indicator for row in rows}))
        tx.deed(request.user, request.role, "indicator.import", f"{kept} số liệu của {names}"[:500])
        return kept

    async def _checked(self, request: CheckTable | ImportTable) -> tuple[Checked, str]:
        path = self._spool / request.upload
        if not path.is_file():
            raise FinalError("Tệp không còn ở đây: hãy chọn lại tệp.")
        async with self._turn:
            read = await self._errand(ReadTable(str(path), request.form))
        if isinstance(read, JobFailed):
            raise FinalError(read.reason)
        now_ms = self._journal.clock.now().at_ms
        table = await asyncio.to_thread(check_table, read.rows, self._indicators, now_ms, request.user)
        table = await self._journal.record(partial(_beside, table=table))
        return table, _seal(read.sha256, table)

    def _shown(self, row: Row) -> dict[str, Any]:
        indicator = self._known[row.indicator]
        was = row.before
        return {
            "number": row.number,
            "indicator": row.indicator,
            "name": indicator.name,
            "value": row.measured.value,
            "words": spoken(indicator, row.measured),
            "before_words": "" if was is None else spoken(indicator, was),
            "at_ms": row.measured.at_ms,
            "note": row.measured.note,
            "leap": row.leap,
            "same": _says_the_same(row),
        }

    def _sweep(self) -> None:
        for path in self._spool.iterdir():
            if time.time() - path.stat().st_mtime > KEPT_S:
                path.unlink(missing_ok=True)


def _beside(tx: Tx, table: Checked) -> Checked:
    return beside(table, lambda row: value_before(tx, row.indicator, row.measured.at_ms))


def _says_the_same(row: Row) -> bool:
    """Whether keeping it changes nothing."""
    was, new = row.before, row.measured
    return (
        was is not None
        and (was.at_ms, was.value, was.total, was.note) == (new.at_ms, new.value, new.total, new.note)
        and was.origin is Origin.IMPORTED
    )


def _seal(sha256: str, table: Checked) -> str:
    """Who imports is no part of what was shown."""
    shown = [(row.number, row.indicator, _figures(row.measured), _figures(row.before)) for row in table.rows]
    return hashlib.sha256(msgspec.json.encode([sha256, shown])).hexdigest()


def _figures(measured: Measured | None) -> tuple[object, ...] | None:
    return None if measured is None else (measured.at_ms, measured.value, measured.total, measured.note)


async def _by_child(job: ReadTable) -> TableRead | JobFailed:
    kind: Any = FromTable  # a union is a type to msgspec
    answer: TableRead | JobFailed = await run_errand("edge.workers.table", job, kind, DEADLINE_S)
    return answer
