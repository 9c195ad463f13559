"""Source-information systems (R2, R13): their items become drafts, and they hear which horns sounded.

An item is never aired because somebody outside said so: a leader hears and approves it like any other notice.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from drivers.base import DriverError, NewsItem, NewsPage, NewsPlay, NewsSource
from edge.config.schema import NewsSource as SourceSettings
from edge.control.protocol import DraftBulletin
from edge.core.errors import FinalError, TransientError
from edge.core.news import BulletinChanged, BulletinWithdrawn, ServiceChanged
from edge.core.place import EVERYWHERE
from edge.kernel.bus import Bus
from edge.kernel.device import open_as
from edge.kernel.keep_running import describe, keep_running
from edge.store.ids import get_meta, put_meta
from edge.store.journal import Journal, Tx
from edge.store.sources import (
    DRAFTED,
    REFUSED,
    SourceItem,
    is_known,
    keep_item,
    note_told,
    take_back_expired,
    untold_plays,
)

log = logging.getLogger(__name__)

LONGEST_WAIT_S = 60.0
LEAST_PAUSE_S = 2.0
"""Between two questions, whatever the source does with its long poll."""
Draft = Callable[[DraftBulletin], Awaitable[dict[str, Any]]]
PRIORITIES = {"thuong": "thuong", "uu_tien": "uu_tien", "khan_cap": "khan_cap"}


class SourceService:
    """Every configured source, each on its own: one that is gone harms no other."""

    def __init__(
        self, sources: Sequence[SourceSettings], hamlet_of: Mapping[str, str], hamlets: Mapping[str, str], draft: Draft,
        journal: Journal, bus: Bus,
    ) -> None:  # fmt: skip
        """``hamlet_of`` names the hamlet of each horn, ``hamlets`` are names by id; ``draft`` keeps a notice."""
        self._sources = sources
        self._hamlet_of = hamlet_of
        self._hamlets = hamlets
        self._draft = draft
        self._journal = journal
        self._bus = bus

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tidy())
            for source in self._sources:
                name = f"source-{source.id}"
                failed = partial(self._failed, name)
                group.create_task(
                    keep_running(name, partial(self._serve, source), longest_wait_s=LONGEST_WAIT_S, failed=failed)
                )

    async def _serve(self, source: SourceSettings) -> None:
        driver = await open_as(NewsSource, f"news_source {source.id}", source.kind, source.settings)
        try:
            while True:
                page = await _asked(driver.fetch(await self._journal.record(partial(_cursor, source=source.id))))
                await self._take_page(source, page)
                await self._tell(source, driver)
                self._bus.publish(ServiceChanged(f"source-{source.id}", "up", "", 0))
                await asyncio.sleep(LEAST_PAUSE_S)
        finally:
            await driver.close()

    async def _take_page(self, source: SourceSettings, page: NewsPage) -> None:
        """The cursor moves when all of it is stored: after a crash the source gives the same again, and it is known."""
        for item in page.items:
            await self._take(source, item)
        await self._journal.record(partial(_keep_cursor, source=source.id, cursor=page.cursor))

    async def _take(self, source: SourceSettings, item: NewsItem) -> None:
        if await self._journal.record(partial(is_known, source=source.id, item=item.id)):
            return
        reason = self._refusal(item)
        bulletin = None if reason else f"nguon-{_digest(source.id, item.id)}"
        if bulletin is not None:
            try:
                await self._draft(self._drafted(source, item, bulletin))
            except FinalError as error:
                bulletin, reason = None, str(error)
        state = DRAFTED if bulletin else REFUSED
        kept = SourceItem(source.id, item.id, item.origin, state, reason, bulletin, item.valid_until_ms)
        await self._journal.record(partial(keep_item, item=kept))
        log.info("source %s, item %s: %s %s", source.id, item.id, state, reason)

    def _refusal(self, item: NewsItem) -> str:
        """Why it cannot become a draft; empty when it can."""
        if item.valid_until_ms <= self._journal.clock.now().at_ms:
            return "Tin đã hết hạn."
        if not item.text.strip():
            return "Tin chỉ có tệp âm thanh: hãy nghe và tải lên bằng tay."
        if item.zones and not self._ours(item):
            return "Tin dành cho nơi khác."
        return ""

    def _ours(self, item: NewsItem) -> tuple[str, ...]:
        return tuple(zone for zone in item.zones if zone in self._hamlets)

    def _drafted(self, source: SourceSettings, item: NewsItem, bulletin: str) -> DraftBulletin:
        return DraftBulletin(
            user=f"Nguồn {source.name}"[:80],
            role="operator",
            id=bulletin,
            text=item.text,
            priority=PRIORITIES[item.rank],  # type: ignore[arg-type]  # one of the three
            hamlets=self._ours(item) or (EVERYWHERE,),
        )

    async def _tell(self, source: SourceSettings, driver: NewsSource) -> None:
        plays = await self._journal.record(partial(untold_plays, source=source.id))
        if not plays:
            return
        told = tuple(
            NewsPlay(
                play.item,
                play.order,
                self._hamlet_of.get(play.horn, ""),
                play.horn,
                play.outcome,
                play.began_ms,
                play.played_ms / 1000,
            )
            for play in plays
        )
        await _asked(driver.report(told))
        orders = tuple(dict.fromkeys(play.order for play in plays))
        await self._journal.record(partial(note_told, source=source.id, orders=orders))

    async def _tidy(self) -> None:
        """Drafts of items that are no longer valid go back."""
        while True:
            for bulletin in await self._journal.record_surely(take_back_expired):
                self._bus.publish(BulletinWithdrawn(bulletin))
                self._bus.publish(BulletinChanged())
            await asyncio.sleep(LONGEST_WAIT_S)

    def _failed(self, name: str, error: BaseException) -> None:
        self._bus.publish(ServiceChanged(name, "down", describe(error), 0))


async def _asked(question: Awaitable[Any]) -> Any:
    try:
        return await question
    except DriverError as cause:
        raise TransientError(str(cause)) from cause


def _cursor(tx: Tx, source: str) -> str:
    return get_meta(tx.connection, f"source_cursor/{source}", "")


def _keep_cursor(tx: Tx, source: str, cursor: str) -> None:
    put_meta(tx.connection, f"source_cursor/{source}", cursor)


def _digest(source: str, item: str) -> str:
    return hashlib.sha256(f"{source}/{item}".encode()).hexdigest()[:24]
