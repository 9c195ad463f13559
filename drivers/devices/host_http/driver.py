"""Asks a host over HTTP."""

from __future__ import annotations

import asyncio
import contextlib

from drivers.base import FinalDriverError
from drivers.transport.http_line import HttpLine


class HttpHost:
    """A `Host`: whatever it says below 500 is an answer; a page that wants a password is a server that lives."""

    def __init__(self, line: HttpLine, deadline_s: float) -> None:
        self._line = line
        self._deadline_s = deadline_s

    async def look(self) -> float:
        """Milliseconds until it answered; raises a DriverError when it does not, or only says that it is broken."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        with contextlib.suppress(FinalDriverError):  # 401, 403, 404: somebody is there and speaks HTTP
            await self._line.poll({}, deadline_s=self._deadline_s)
        return (loop.time() - began) * 1000

    async def close(self) -> None:
        """Close the connection."""
        await self._line.close()
