"""An answer of an HTTP server on loopback, which fails on demand. For fakes; aiohttp's server is real."""

from __future__ import annotations

import asyncio

from aiohttp import web

from drivers.transport.fake_pty import Fault

FOR_EVER_S = 3_600


async def spoilt(request: web.Request, response: web.Response, fault: Fault, late_s: float) -> web.StreamResponse:
    """The answer as far as the fault allows; half of it ends with the connection."""
    if fault is Fault.SILENT:
        await asyncio.sleep(FOR_EVER_S)
    if fault is Fault.LATE:
        await asyncio.sleep(late_s)
    data = response.body if isinstance(response.body, bytes) else b""
    if fault is Fault.GARBLED:
        return web.Response(body=data[::-1], content_type=response.content_type)
    return await _half(request, data) if fault is Fault.HALF else response


async def _half(request: web.Request, data: bytes) -> web.StreamResponse:
    response = web.StreamResponse()
    response.content_length = len(data)
    await response.prepare(request)
    await response.write(data[: len(data) // 2])
    assert request.transport is not None
    request.transport.close()
    return response
