"""Tells the wall when the disk takes nothing any more, and when it does again; one that nobody writes to is tried."""

import asyncio
import logging
import time
from functools import partial

from edge.core.errors import TransientError
from edge.core.news import ServiceChanged
from edge.kernel.bus import Bus
from edge.store.ids import put_meta
from edge.store.journal import Journal

log = logging.getLogger(__name__)

NAME = "store"
LOOK_S = 0.5
TRY_AGAIN_S = 2.0
"""While it fails: somebody who made room wants to see that it helped."""
TRY_IDLE_S = 60.0
"""A dead disk should be found before the flood; a commune that writes anything within a minute costs no try at all."""
TRIED = "store_tried_s"


class StoreWatch:
    """Looks at the journal's own commits, and writes one row where there are none."""

    def __init__(self, journal: Journal, bus: Bus) -> None:
        self._journal = journal
        self._bus = bus
        self._told: str | None = None
        self._tried_s = float("-inf")

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await self._try_if_due()
            self._tell(self._journal.fault)
            await asyncio.sleep(LOOK_S)

    async def _try_if_due(self) -> None:
        now_s = time.monotonic()
        every_s = TRY_AGAIN_S if self._journal.fault else TRY_IDLE_S
        if now_s - max(self._tried_s, self._journal.wrote_s) < every_s:
            return
        self._tried_s = now_s
        try:
            await self._journal.with_connection(partial(put_meta, key=TRIED, value=str(now_s)))
        except TransientError:
            return  # the journal remembers why

    def _tell(self, fault: str) -> None:
        if fault == self._told:
            return
        if fault:
            log.error("the store takes nothing: %s", fault)
        elif self._told:
            log.info("the store writes again")
        self._told = fault
        detail = f"Không ghi được vào đĩa: {fault}. Loa và STOP vẫn chạy, việc mới không được ghi lại." if fault else ""
        self._bus.publish(ServiceChanged(NAME, "down" if fault else "up", detail, 0))
