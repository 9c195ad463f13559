"""Makes the reports that are due: of yesterday at the set hour, of last month on the 1st, and missed ones."""

import asyncio
import logging

from edge.config.schema import Config
from edge.core.errors import MolangError
from edge.core.recording import Who
from edge.core.report.period import Period, due, is_known
from edge.records.report_setup import minute_of
from edge.records.reports import Reports
from edge.store.journal import Journal, Tx
from edge.store.reports import clock_marks, complete_reports, disbelieve, note_known_clock, note_sent

log = logging.getLogger(__name__)

LOOK_S = 30.0
SETTLE_S = 60.0
"""After a start the horns and the alarms have the machine first."""
AGAIN_S = 900.0
"""A report that failed is not tried every half minute: a child that dies takes seconds of a slow board."""
BOX = Who("hộp", "box")


class ReportHours:
    """Looks from time to time what is due, and what of it the province has."""

    def __init__(self, config: Config, reports: Reports, journal: Journal, settle_s: float = SETTLE_S) -> None:
        self._minute = minute_of(config)
        self._reports = reports
        self._journal = journal
        self._settle_s = settle_s
        self._not_before_s: dict[Period, float] = {}
        self._waits = False

    async def run(self) -> None:
        """Look until cancelled."""
        await asyncio.sleep(self._settle_s)
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> list[str]:
        """Make everything that is due now, each once; ids of what was made."""
        wanted = await self._journal.record(self._due)
        made = []
        for period in wanted:
            if self._not_before_s.get(period, 0.0) <= self._journal.clock.steady():
                made += await self._make(period)
        return made

    def _due(self, tx: Tx) -> list[Period]:
        note_sent(tx)
        first_ms, known_ms = clock_marks(tx)
        known = is_known(tx.now.clock, tx.now.at_ms, known_ms)
        if known == self._waits:
            log.log(
                logging.INFO if known else logging.WARNING, "reports: the clock is %s", "known" if known else "unsure"
            )
        self._waits = not known
        if not known:
            return []
        disbelieve(tx)
        note_known_clock(tx)
        return due(tx.now.at_ms, self._minute, first_ms or tx.now.at_ms, complete_reports(tx))

    async def _make(self, period: Period) -> list[str]:
        try:
            made = await self._reports.make_commune(period.kind, period.key, BOX)
        except MolangError as error:
            log.error("report of %s failed, next try in %.0f s: %s", period.key, AGAIN_S, error)  # noqa: TRY400 - the sentence
            self._not_before_s[period] = self._journal.clock.steady() + AGAIN_S
            return []
        log.info("report %s is made", made["id"])
        self._not_before_s.pop(period, None)
        return [str(made["id"])]
