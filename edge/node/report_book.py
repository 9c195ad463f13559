"""Ends of what sounded, kept on the node's disk until the box says that it stored them.

One small file an end, named by its place in the row and by the order: a new end never makes an old one doubtful.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from edge.core.broadcast import Ack, OrderId
from edge.core.errors import FinalError
from edge.kernel.disk import write_atomically
from edge.kernel.wire.order import ack_from_payload, ack_to_payload

log = logging.getLogger(__name__)

MOST = 2_000
"""Half a year of an ordinary horn. Beyond this the oldest is dropped and counted: the box calls it UNKNOWN."""


@dataclass(frozen=True, slots=True)
class _Page:
    path: Path
    payload: bytes


class ReportBook:
    """Ends that wait for the box, oldest first. ``lost`` counts those that found no room, ``fault`` is a sentence."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._pages: dict[OrderId, _Page] = {}
        self._next = 1
        self.lost = 0
        self.fault = ""
        self._load()

    def __len__(self) -> int:
        return len(self._pages)

    def __contains__(self, order: OrderId) -> bool:
        return order in self._pages

    async def keep(self, ack: Ack) -> bytes:
        """Put an end on the disk, and return what is to be said: the first end of an order stays its only one.

        A disk that fails is told in ``fault``, and memory keeps the end meanwhile.
        """
        if (known := self._pages.get(ack.order)) is not None:
            return known.payload
        page = _Page(self._folder / f"{self._next:010d}_{ack.order}.json", ack_to_payload(ack))
        self._next += 1
        self._pages[ack.order] = page
        self._drop_the_oldest()
        await self._write(page)
        if ack.order not in self._pages:  # it was heard while it was written
            _unlink(page.path)
        return page.payload

    async def mend(self) -> None:
        """The disk takes something again: ends that only memory holds are written down."""
        if not self.fault:
            return
        self.fault = ""
        for page in list(self._pages.values()):
            if not page.path.exists():
                await self._write(page)

    async def _write(self, page: _Page) -> None:
        try:
            await asyncio.to_thread(write_atomically, page.path, page.payload)
        except OSError as error:
            if not self.fault:
                log.error("report %s cannot be kept: %s", page.path.stem, error)  # noqa: TRY400 - the trace adds nothing
            self.fault = f"Không ghi được báo cáo phát: {error}."
        else:
            self.fault = ""

    def first(self, count: int) -> list[tuple[OrderId, bytes]]:
        """The oldest ends, as acks."""
        return [(order, page.payload) for order, page in islice(self._pages.items(), count)]

    def forget(self, orders: Iterable[OrderId]) -> int:
        """The box has stored these; returns how many of them waited here."""
        gone = [page for order in orders if (page := self._pages.pop(order, None)) is not None]
        for page in gone:
            _unlink(page.path)
        return len(gone)

    def _drop_the_oldest(self) -> None:
        while len(self._pages) > MOST:
            oldest = next(iter(self._pages))
            _unlink(self._pages.pop(oldest).path)
            self.lost += 1
            if self.lost == 1:
                log.error("more than %d reports wait for the box: the oldest are dropped", MOST)

    def _load(self) -> None:
        for path in sorted(self._folder.glob("*_*.json")):
            number, _, _ = path.stem.partition("_")
            try:
                payload = path.read_bytes()
                self._pages[ack_from_payload(payload).order] = _Page(path, payload)
                self._next = max(self._next, int(number) + 1)
            except (FinalError, ValueError, OSError) as error:
                log.error("%s is damaged (%s), set aside", path, error)  # noqa: TRY400 - the trace adds nothing
                path.replace(path.with_suffix(".damaged"))


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:  # it comes again after a restart, and is heard again
        log.warning("%s cannot be removed: %s", path, error)
