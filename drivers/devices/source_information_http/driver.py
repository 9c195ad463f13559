"""Polls a source of items over HTTPS, and tells it what became of them."""

from __future__ import annotations

from drivers.base import NewsPage, NewsPlay
from drivers.devices.source_information_http import codec
from drivers.transport.http_line import HttpLine

PATIENCE_S = 10.0
"""Beyond what the source may wait for something new."""


class SourceInformationHttp:
    """A `NewsSource`. One connection, one question at a time."""

    def __init__(self, line: HttpLine, wait_s: int) -> None:
        self._line = line
        self._wait_s = wait_s

    async def fetch(self, after: str) -> NewsPage:
        """Items after the cursor; the source may hold its answer back for `wait_s` while there are none."""
        asked = {"after": after, "wait": str(self._wait_s)}
        return codec.page_of(
            await self._line.ask("GET", "/v1/items", params=asked, deadline_s=self._wait_s + PATIENCE_S)
        )

    async def report(self, plays: tuple[NewsPlay, ...]) -> None:
        """Tell it; done when it answered."""
        await self._line.ask("POST", "/v1/plays", body=codec.plays_bytes(plays), deadline_s=PATIENCE_S)

    async def close(self) -> None:
        """Close the connection."""
        await self._line.close()
