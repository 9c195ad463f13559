"""Urgent bulletins of the province under a key that the commune accepted: spoken as they come, aired as khẩn cấp.

Nobody approves them a second time; the acceptance of the key was that (docs/design/commands.md). Whoever revokes the
key stops what waits, STOP silences what sounds.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from dataclasses import dataclass
from functools import partial

from edge.broadcast.arbiter import Arbiter
from edge.broadcast.drafts import Drafts
from edge.core.errors import FinalError, TransientError
from edge.core.news import ProvinceAsked
from edge.kernel.bus import Bus, Mailbox
from edge.kernel.province_time import ProvinceTime
from edge.store.bulletins import BulletinRow, get_bulletin, set_state
from edge.store.journal import Journal, Tx
from edge.store.urgent_bulletins import UrgentRow, accepted_key, settle_urgent, waiting_urgent

log = logging.getLogger(__name__)

AGAIN_S = 2.0
MOST_TRIES = 10
"""Each of them waits half a minute for a voice: what could not be said by then is shown as failed."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One with the name of its key, "" once that was revoked."""

    row: UrgentRow
    signer: str


class UrgentBulletins:
    """Works off what waits, one after the other, after each nudge and at the start."""

    def __init__(self, drafts: Drafts, arbiter: Arbiter, time: ProvinceTime, journal: Journal, bus: Bus) -> None:
        self._drafts = drafts
        self._arbiter = arbiter
        self._time = time
        self._journal = journal
        self._bus = bus
        self._tries: Counter[str] = Counter()

    async def run(self) -> None:
        """Air until cancelled."""
        with self._bus.listen(ProvinceAsked) as mailbox:
            while True:
                for waiting in await self._journal.record_surely(_waiting):
                    await self._say(waiting)
                await _nudged(mailbox, AGAIN_S if self._tries else None)

    async def _say(self, waiting: _Waiting) -> None:
        """Each ends aired, queued, or kept where people see why not; what only failed for now is tried again."""
        row = _bulletin(waiting)
        try:
            state = await self._air(waiting, row)
        except TransientError as error:
            self._tries[row.id] += 1
            if self._tries[row.id] < MOST_TRIES:
                log.warning("urgent bulletin %s waits: %s", row.id, error)
                return
            state = await self._lost(row, str(error))
        except FinalError as error:
            state = await self._lost(row, str(error))
        self._tries.pop(row.id, None)
        log.info("urgent bulletin %s: %s", row.id, state)
        await self._journal.record_surely(partial(settle_urgent, name=row.id, detail=state))

    async def _air(self, waiting: _Waiting, row: BulletinRow) -> str:
        self._check(waiting)
        state = await self._drafts.announce(row)
        if state != "approved":
            return state
        self._check(await self._journal.record(partial(_again, row=waiting.row)))
        return await self._arbiter.air(row.id, row.author, "province", press=row.id)

    def _check(self, waiting: _Waiting) -> None:
        """Also after the words were rendered: that may take a while."""
        if not waiting.signer:
            raise FinalError("Khóa ký bản tin này đã bị xã thu hồi.")
        if waiting.row.exp_ms <= self._time.now_ms(self._journal.clock.now()):
            raise FinalError("Bản tin khẩn của tỉnh đã hết hạn trước khi phát được.")

    async def _lost(self, row: BulletinRow, why: str) -> str:
        """Nobody may press it later either: it was never approved by the commune."""
        log.error("urgent bulletin %s will not sound: %s", row.id, why)
        await self._drafts.give_up(row, why)
        await self._journal.record_surely(partial(_withdraw, bulletin=row.id, why=why))
        return f"failed: {why}"


def _bulletin(waiting: _Waiting) -> BulletinRow:
    row = waiting.row
    return BulletinRow(
        id=row.id,
        text=row.text,
        spoken="",
        priority="khan_cap",
        hamlets=row.hamlets,
        state="rendering",
        author=f"tỉnh: {waiting.signer}"[:80],
        approver=waiting.signer or None,
        recording=None,
        incident=row.incident,
    )


async def _nudged(mailbox: Mailbox[ProvinceAsked], at_most_s: float | None) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(at_most_s):
            await mailbox.get()


def _waiting(tx: Tx) -> list[_Waiting]:
    return [_again(tx, row) for row in waiting_urgent(tx)]


def _again(tx: Tx, row: UrgentRow) -> _Waiting:
    key = accepted_key(tx, row.key_id)
    return _Waiting(row, key.name if key else "")


def _withdraw(tx: Tx, bulletin: str, why: str) -> None:
    if get_bulletin(tx, bulletin).state == "approved":
        set_state(tx, bulletin, "failed", why)
