"""A radio station on loopback: Ogg Opus or MP3 over HTTP, in real time, that can break off."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice

import av
from aiohttp import web

from hil.talker import BLOCK, RATE_HZ, tone_blocks
from tests.workers.live.browser import free_port


class Radio:
    """``sends`` False: whoever listens is cut off and nobody is let in."""

    def __init__(self, port: int, codec: str) -> None:
        self.url = f"http://127.0.0.1:{port}/radio.{codec}"
        self.listeners = 0
        self.sends = True
        self._data = encoded(codec, 30.0)
        self._rate = len(self._data) / 30.0

    def turn_stereo_after(self, seconds: float) -> None:
        """From there on the same codec has two channels, as when a station goes over to its advertisements."""
        at = int(seconds * self._rate)
        self._data = self._data[:at] + encoded("adts", 20.0, "stereo")

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if not self.sends:
            raise web.HTTPServiceUnavailable
        self.listeners += 1
        answer = web.StreamResponse(headers={"Content-Type": "audio/mpeg"})
        await answer.prepare(request)
        loop = asyncio.get_running_loop()
        began, sent = loop.time() - 2.0, 0  # two seconds at once, as stations do
        while self.sends and sent < len(self._data):
            until = int((loop.time() - began) * self._rate)
            await answer.write(self._data[sent:until])
            sent = max(sent, until)
            await asyncio.sleep(0.05)
        if request.transport is not None:
            request.transport.abort()
        return answer


def encoded(codec: str, seconds: float, layout: str = "mono") -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=codec) as container:
        stream = container.add_stream(
            {"mp3": "libmp3lame", "ogg": "libopus", "adts": "aac"}[codec], rate=RATE_HZ, layout=layout
        )
        for number, block in enumerate(islice(tone_blocks(), round(seconds * 50))):
            frame = av.AudioFrame.from_ndarray(block[None, :], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE_HZ, number * BLOCK
            resampled = av.AudioResampler(format=stream.format, layout=stream.layout, rate=RATE_HZ).resample(frame)
            for part in resampled:
                container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return file.getvalue()


@asynccontextmanager
async def radio(codec: str = "mp3") -> AsyncIterator[Radio]:
    port = free_port()
    station = Radio(port, codec)
    app = web.Application()
    app.router.add_get("/{name}", station.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield station
    finally:
        station.sends = False
        await runner.cleanup()
