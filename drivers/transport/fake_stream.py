"""A server on loopback for fakes of devices that speak over TCP: listens on a free port, and stops."""

from __future__ import annotations

import asyncio
import ssl

LONGEST_LINE = 64 * 1024


class FakeStream:
    """Hands every connection to ``serve``, which whoever inherits writes."""

    def __init__(self) -> None:
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        """Listen on 127.0.0.1; 0 is any free port, and ``port`` says which."""
        self._server = await asyncio.start_server(self.serve, "127.0.0.1", port, ssl=tls, limit=LONGEST_LINE)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        raise NotImplementedError
