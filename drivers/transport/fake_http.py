"""An HTTP server on loopback, which fails on demand. For fakes; aiohttp's server is real."""

from __future__ import annotations

import asyncio

from aiohttp import web

from drivers.transport.fake_pty import Fault

FOR_EVER_S = 3_600


class FakeHttpServer:
    """Serves these routes, under `url` once it was started. What they answer goes through the `fault` that is set."""

    def __init__(self, *routes: web.RouteDef) -> None:
        self.fault = Fault.NONE
        self.late_s = 0.5
        self.port = 0
        self.url = ""
        self._routes = routes
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        """Listen."""
        app = web.Application()
        app.add_routes(self._routes)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"

    async def close(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def held_back(self) -> None:
        """Wait as long as the fault wants before anything is answered."""
        if self.fault is Fault.SILENT:
            await asyncio.sleep(FOR_EVER_S)
        if self.fault is Fault.LATE:
            await asyncio.sleep(self.late_s)

    async def spoilt(self, request: web.Request, response: web.Response) -> web.StreamResponse:
        """The answer as far as the fault allows; half of it ends with the connection."""
        await self.held_back()
        data = response.body if isinstance(response.body, bytes) else b""
        if self.fault is Fault.GARBLED:
            return web.Response(body=data[::-1], content_type=response.content_type)
        return await _half(request, data) if self.fault is Fault.HALF else response


async def _half(request: web.Request, data: bytes) -> web.StreamResponse:
    response = web.StreamResponse()
    response.content_length = len(data)
    await response.prepare(request)
    await response.write(data[: len(data) // 2])
    assert request.transport is not None
    request.transport.close()
    return response
