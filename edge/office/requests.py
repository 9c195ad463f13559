"""Persons' requests about their own data: kept, answered within two working days, done or refused with a reason."""

import asyncio
import datetime as dt
import logging
import sqlite3
from collections.abc import Mapping
from functools import partial
from typing import Any

from edge.control.protocol import AddRequest, ListRequests, StepRequest
from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.person_request import ANSWER_DAYS, Step
from edge.core.working_days import due_after
from edge.store.journal import Journal, Tx
from edge.store.person_requests import add_request, forget_contacts, seen, take_step

log = logging.getLogger(__name__)

FORGET_EVERY_S = 3600.0
MOST_ROWS = 300
OLDEST_MS = 90 * 86_400_000
"""A request that came longer ago than this was not forgotten on a desk: somebody mistyped the day."""


class PersonRequests:
    """``holidays`` are days on which no deadline runs."""

    def __init__(self, holidays: Mapping[dt.date, str], journal: Journal) -> None:
        self._holidays = holidays
        self._journal = journal

    async def run(self) -> None:
        """Names of requests that were closed long ago go, until cancelled."""
        while True:
            if gone := await self._journal.record_surely(forget_contacts):
                log.info("%d closed requests have lost their names", gone)
            await asyncio.sleep(FORGET_EVERY_S)

    async def listed(self, request: ListRequests) -> dict[str, Any]:
        """Open ones first, by their deadline. Whoever reads them is written down."""
        rows = await self._journal.record(partial(_listed, request=request))
        return {"rows": rows, "now_ms": self._journal.clock.now().at_ms}

    async def add(self, request: AddRequest) -> dict[str, Any]:
        """Keep it with its deadline; raises FinalError for a day that cannot be."""
        now_ms = self._journal.clock.now().at_ms
        if not now_ms - OLDEST_MS <= request.came_at_ms <= now_ms + 60_000:
            raise FinalError("Ngày nhận yêu cầu phải trong 90 ngày qua, không ở tương lai.")
        due_ms = due_after(AtMs(request.came_at_ms), ANSWER_DAYS, self._holidays)
        return await self._journal.record(partial(_added, request=request, due_ms=due_ms))

    async def step(self, request: StepRequest) -> dict[str, Any]:
        """Raises FinalError when the request is closed."""
        await self._journal.record(partial(_stepped, request=request))
        return {}


def _added(tx: Tx, request: AddRequest, due_ms: int) -> dict[str, Any]:
    number = add_request(
        tx,
        *(request.id, request.kind, request.who, request.reach, request.about, request.came_at_ms, due_ms),
        user=request.user,
        role=request.role,
    )
    return {"number": number, "due_ms": due_ms}


def _stepped(tx: Tx, request: StepRequest) -> None:
    take_step(tx, request.id, Step(request.kind), request.words, request.user, request.role)


def _listed(tx: Tx, request: ListRequests) -> list[dict[str, Any]]:
    seen(tx, request.user, request.role)
    rows = _dicts(
        tx.run(
            "SELECT id, number, kind, who, reach, about, came_at_ms, due_ms, state, answered_at_ms, closed_at_ms"
            " FROM person_request ORDER BY closed_at_ms IS NOT NULL, answered_at_ms IS NOT NULL, due_ms, number DESC"
            " LIMIT ?",
            MOST_ROWS,
        )
    )
    for row in rows:
        steps = tx.run(
            "SELECT at_ms, kind, words, by_user FROM person_request_step WHERE request = ?"
            " ORDER BY at_ms, kind = 'came' DESC, kind IN ('done', 'refused')",  # of one millisecond: as life goes
            row["id"],
        )
        row["steps"] = _dicts(steps)
    return rows


def _dicts(cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
