"""Once a week every horn says a short sentence at low volume, and its report tells whether it still sounds."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from edge.broadcast.horns import Horn
from edge.config.schema import SelfTest
from edge.core.errors import MolangError
from edge.core.moment import AtMs
from edge.core.place import HornId
from edge.core.policy.selftest import is_rest, last_due_ms
from edge.store.journal import Journal, Tx

log = logging.getLogger(__name__)

LOOK_S = 60.0
SPACING_S = 20.0
"""Between two horns: nobody hears them chime one after another like an alarm, and a thin link carries them all."""
BY = "tự kiểm tra"
ROLE = "technician"
Test = Callable[[str, str, str], Awaitable[None]]
"""Test this horn, by this user in this role; returns before it sounds."""


class SelfTests:
    """Tests what is due; after a restart only what was not tested yet."""

    def __init__(
        self,
        settings: SelfTest,
        horns: Mapping[HornId, Horn],
        test: Test,
        busy: Callable[[Horn], bool],
        journal: Journal,
    ) -> None:
        """``busy``: something sounds on this horn or waits to; it is tested later."""
        self._settings = settings
        self._horns = horns
        self._test = test
        self._busy = busy
        self._journal = journal

    async def run(self) -> None:
        """Test until cancelled."""
        if self._settings.day == "never":
            await asyncio.Event().wait()
        while True:
            await self._round()
            await asyncio.sleep(LOOK_S)

    async def _round(self) -> None:
        for horn in await self._due():
            if is_rest(self._journal.clock.now().at_ms):
                return
            if self._busy(horn):
                continue
            try:
                await self._test(horn.id, BY, ROLE)
            except MolangError as error:
                log.warning("self-test of %s: %s", horn.id, error)
            await asyncio.sleep(SPACING_S)

    async def _due(self) -> list[Horn]:
        now = self._journal.clock.now()
        since_ms = last_due_ms(self._settings.day, self._settings.at, now.at_ms)
        if since_ms is None or is_rest(now.at_ms):
            return []
        done = await self._journal.record(partial(_tested_since, since_ms=since_ms))
        return [horn for horn in self._horns.values() if horn.id not in done]


def _tested_since(tx: Tx, since_ms: AtMs) -> set[str]:
    rows = tx.run(
        "SELECT r.horn FROM horn_report r JOIN horn_order o ON o.id = r.horn_order"
        " WHERE o.op = 'test' AND o.by_user = ? AND o.made_at_ms >= ?",
        BY,
        since_ms,
    )
    return {horn for (horn,) in rows}
