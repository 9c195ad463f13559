"""Finds what is to be sent, by rule and on demand, and makes the first of the queue fit to leave."""

import asyncio
import logging
from functools import partial
from pathlib import Path

from edge.core.errors import FinalError, TransientError
from edge.kernel.wire.upload import KINDS
from edge.store.journal import Journal, Tx
from edge.store.media_fetches import Allowed, fetch_clips, settle_fetches, take_wishes
from edge.store.media_queue import (
    DELETED,
    Upload,
    conceal_again,
    copies,
    forget_old,
    gone,
    made_ready,
    next_uploads,
    offer_stills,
    refused,
)
from edge.sync.media.concealing import Privacy, clear_outgoing, prepare
from edge.sync.media.rule import Rule

log = logging.getLogger(__name__)

LOOK_S = 1.0
BACK_MS = 24 * 3_600_000
"""By rule only what began within a day goes: a box that was cut off for a month does not flood the line with it."""
AHEAD = 4
"""So many of each kind lie ready: each may be a copy on the disk that no quota counts."""
TIDY_S = 3_600.0


class Finder:
    """Keeps the queue filled and its head ready."""

    def __init__(self, data: Path, rule: Rule, privacy: Privacy, journal: Journal) -> None:
        self._data = data
        self._rule = rule
        self._privacy = privacy
        self._journal = journal
        masked = frozenset(camera for camera, masks in privacy.masks.items() if masks)
        self._allowed = Allowed(rule.on_demand, not privacy.people, masked)

    async def run(self) -> None:
        """Look for ever."""
        await self._journal.record(conceal_again)
        tidied_s = float("-inf")
        while True:
            if asyncio.get_running_loop().time() - tidied_s > TIDY_S:
                await self._tidy()
                tidied_s = asyncio.get_running_loop().time()
            await self._journal.record(self._find)
            if not await self._prepare_one():
                await asyncio.sleep(LOOK_S)

    def _find(self, tx: Tx) -> None:
        since_ms = tx.now.at_ms - BACK_MS
        if self._rule.stills:
            offer_stills(tx, self._rule.stills, since_ms)
        if self._rule.clips:
            fetch_clips(tx, self._rule.clips, since_ms)
        take_wishes(tx)
        settle_fetches(tx, self._allowed)

    async def _prepare_one(self) -> bool:
        """Make the most urgent file that waits ready, unless enough are; whether it did."""
        upload = await self._journal.record(self._most_urgent)
        if upload is None:
            return False
        try:
            ready = await prepare(self._data, upload, self._privacy)
        except FileNotFoundError:
            await self._journal.record_surely(lambda tx: gone(tx, upload, DELETED))
        except FinalError as error:
            reason = str(error)
            log.warning("%s is not sent: %s", upload.path, reason)
            await self._journal.record_surely(lambda tx: refused(tx, upload, reason))
        except TransientError as error:
            log.warning("%s cannot be made ready now: %s", upload.path, error)
            return False
        else:
            work = partial(made_ready, upload=upload, copy=ready.copy, sha256=ready.sha256, size=ready.bytes)
            await self._journal.record_surely(work)
        return True

    def _most_urgent(self, tx: Tx) -> Upload | None:
        """Of each kind, and of what is wanted at any hour: what may not go now must not be in the way of the others."""
        for kind in KINDS:
            for by_rule in (False, True):
                first = next_uploads(tx, ("waiting", "ready"), (kind,), AHEAD, by_rule=by_rule)
                if waits := [upload for upload in first if upload.state == "waiting"]:
                    return waits[0]
        return None

    async def _tidy(self) -> None:
        await self._journal.record(forget_old)
        needed = await self._journal.record(copies)
        await asyncio.to_thread(clear_outgoing, self._data, needed)
