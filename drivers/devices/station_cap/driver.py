"""Reads releases and levels of reservoirs out of alerts."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urljoin

from drivers.base import FinalDriverError, GaugeReading, TransientDriverError
from drivers.devices.station_cap.codec import Names, readings_of, taken_back
from drivers.devices.station_cap.xml import Alert, BadAlertError, Feed, read_feed
from drivers.transport.http_line import HttpLine

log = logging.getLogger(__name__)

DEADLINE_S = 8.0
"""For the feed and all that it points at."""
LEAST_S = 0.5
"""With less time left nothing more is fetched in this reading."""
MOST_LINKS = 20
"""Alerts fetched in one reading, the first of the feed; others have their turn at the next."""
REMEMBERED = 1_000
"""Alerts and links that were read; beyond it the oldest is forgotten, and would be told again."""
CANCEL = "Cancel"
COUNTS = "Actual"
"""Exercises, tests and drafts say nothing about a real river."""
Key = tuple[str, str]
K = TypeVar("K")
V = TypeVar("V")


class CapStation:
    """A `Station`: "release_planned", "release" and "inflow" in m3/s, "level" in m, each alert told once.

    Of an alert that another one replaces or cancels the planned release becomes 0 at the time when it would have begun.
    """

    def __init__(self, url: str, line: HttpLine, sender: str, names: Names) -> None:
        self._url = url
        self._line = line
        self._sender = sender
        self._names = names
        self._conditions: Mapping[str, str] = {}
        self._told: OrderedDict[Key, tuple[GaugeReading, ...]] = OrderedDict()
        self._over: OrderedDict[Key, None] = OrderedDict()
        self._followed: OrderedDict[str, None] = OrderedDict()
        self._logged: OrderedDict[str, None] = OrderedDict()

    async def read(self) -> tuple[GaugeReading, ...]:
        """What alerts say that were not told yet, oldest first.

        An alert that cannot be read does not hide the others: it is logged once, and alone it is a `FinalDriverError`.
        """
        until = asyncio.get_running_loop().time() + DEADLINE_S
        answer = await self._line.poll(self._conditions, deadline_s=DEADLINE_S)
        if answer is None:
            return ()
        feed = read_feed(answer.body)
        behind = [urljoin(self._url, link) for link in feed.links]
        feeds = [feed, *[one async for one in self._behind(behind, until)]]
        bad = [words for one in feeds for words in one.bad]
        alerts = sorted((alert for one in feeds for alert in one.alerts), key=lambda alert: alert.sent_ms)
        found = [reading for alert in alerts for reading in self._news(alert, bad)]
        if not bad and all(link in self._followed for link in behind):
            self._conditions = answer.conditions  # else the same feed must be sent again
        self._tell_bad(bad, alone=not found)
        return tuple(found)

    async def close(self) -> None:
        """Close the connection."""
        await self._line.close()

    async def _behind(self, links: Sequence[str], until: float) -> AsyncIterator[Feed]:
        """The alerts behind links that were not fetched yet."""
        for link in [link for link in links if link not in self._followed][:MOST_LINKS]:
            left_s = until - asyncio.get_running_loop().time()
            if left_s < LEAST_S:
                return
            try:
                yield await self._fetched(link, left_s)
            except TransientDriverError as error:  # it has its turn again, and does not hide the others
                self._log_once(f"alert {link} cannot be fetched now: {error}")
                continue
            _remember(self._followed, link, None)

    async def _fetched(self, link: str, deadline_s: float) -> Feed:
        try:
            answer = await self._line.poll({}, deadline_s=deadline_s, url=link)
        except FinalDriverError as error:
            return Feed((), (), (str(error),))
        return Feed((), (), ()) if answer is None else read_feed(answer.body)

    def _news(self, alert: Alert, bad: list[str]) -> Iterator[GaugeReading]:
        """What this alert says for the first time."""
        key = alert.sender, alert.identifier
        if alert.sender != self._sender:
            self._log_once(f"alerts of {alert.sender[:80]} are passed over: only those of {self._sender} are read")
            return
        if key in self._told or alert.status != COUNTS:
            return
        try:
            says = readings_of(alert, self._names)
        except BadAlertError as error:
            bad.append(f"{alert.identifier[:80]}: {error}")
            return
        now = () if alert.kind == CANCEL or key in self._over else says
        before = [reading for earlier in alert.references for reading in self._told.get(earlier, ())]
        if alert.kind == CANCEL:
            before += says  # after a restart nobody remembers what it refers to
        for earlier in alert.references:
            _remember(self._over, earlier, None)
        _remember(self._told, key, now)
        yield from dict.fromkeys(taken_back(before, now))
        yield from now

    def _tell_bad(self, bad: list[str], *, alone: bool) -> None:
        for words in bad:
            self._log_once(f"alert cannot be read: {words}")
        if bad and alone:
            raise FinalDriverError(f"{len(bad)} alerts cannot be read, the first is {bad[0]}")

    def _log_once(self, words: str) -> None:
        if words not in self._logged:
            log.warning("%s", words)
            _remember(self._logged, words, None)


def _remember(memory: OrderedDict[K, V], key: K, value: V) -> None:
    memory[key] = value
    while len(memory) > REMEMBERED:
        memory.popitem(last=False)
