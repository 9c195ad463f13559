"""Polls a source of items over HTTPS, and tells it what became of them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping

import aiohttp

from drivers.base import FinalDriverError, NewsPage, NewsPlay, TransientDriverError
from drivers.devices.source_information_http import codec

PATIENCE_S = 10.0
"""Beyond what the source may wait for something new."""
REFUSED = frozenset({400, 401, 403, 404, 405, 410, 422})
"""Asking again would be refused again; a person must look at address or token."""


class SourceInformationHttp:
    """A `NewsSource`. One connection, one question at a time."""

    def __init__(self, url: str, token: str, wait_s: int, tls: ssl.SSLContext | None) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._wait_s = wait_s
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None
        self._turn = asyncio.Lock()

    async def fetch(self, after: str) -> NewsPage:
        """Items after the cursor; the source may hold its answer back for `wait_s` while there are none."""
        asked = {"after": after, "wait": str(self._wait_s)}
        return codec.page_of(await self._ask("GET", "/v1/items", params=asked, deadline_s=self._wait_s + PATIENCE_S))

    async def report(self, plays: tuple[NewsPlay, ...]) -> None:
        """Tell it; done when it answered."""
        await self._ask("POST", "/v1/plays", body=codec.plays_bytes(plays), deadline_s=PATIENCE_S)

    async def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        deadline_s: float,
    ) -> bytes:
        async with self._turn:
            try:
                async with asyncio.timeout(deadline_s):
                    return await self._answer(method, path, params, body)
            except TimeoutError as error:
                raise TransientDriverError(f"{self._url} does not answer within {deadline_s:g} s") from error
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise TransientDriverError(f"{self._url}: {error}") from error

    async def _answer(self, method: str, path: str, params: Mapping[str, str] | None, body: bytes | None) -> bytes:
        session = self._opened()
        async with session.request(
            method, self._url + path, params=params, data=body, ssl=self._tls or True, allow_redirects=False
        ) as answer:
            data = await answer.content.read(codec.MOST_BYTES + 1)
            while (
                answer.status == 200 and len(data) <= codec.MOST_BYTES and (more := await answer.content.read(65_536))
            ):
                data += more
        if answer.status in REFUSED:
            raise FinalDriverError(f"{self._url} refuses with {answer.status}")
        if answer.status not in (200, 204):
            raise TransientDriverError(f"{self._url} answers {answer.status}")
        return data

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
            self._session = aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=None))
        return self._session
