"""A vision shard's packets socket that serves real H.264 made by x264."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from edge.kernel.wire import Channel
from edge.kernel.wire.vision import Gathered, Packet, StreamHead, WatchCamera, WatchCameras

FPS = 15


@dataclass(frozen=True)
class Footage:
    """A stream as a demuxer gives it."""

    head: StreamHead
    packets: tuple[Packet, ...]


def pictures(width: int, height: int, count: int) -> Iterator[av.VideoFrame]:
    """A light bar that walks over a grey gradient."""
    base = np.linspace(40, 120, width, dtype=np.uint8)[None, :, None].repeat(height, 0).repeat(3, 2)
    for number in range(count):
        picture = base.copy()
        left = number * 8 % (width - 16)
        picture[:, left : left + 16] = 235
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, FPS)
        yield frame


def film(width: int = 320, height: int = 240, count: int = 45, *, codec: str = "libx264", b_frames: int = 0) -> bytes:
    """An MP4 file with a key frame every 15 pictures."""
    file = io.BytesIO()
    options = {"g": "15", "bf": str(b_frames), "preset": "ultrafast", "x264-params": "scenecut=0"}
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream(codec, rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for frame in pictures(width, height, count):
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


def avcc_footage(mp4: bytes) -> Footage:
    """Lengths before units and an avcC record, as an MP4 file has them."""
    with av.open(io.BytesIO(mp4)) as source:
        stream = source.streams.video[0]
        packets = tuple(_wire(packet) for packet in source.demux(stream) if packet.size)
        return Footage(_head(stream, bytes(stream.codec_context.extradata)), packets)


def annexb_footage(mp4: bytes) -> Footage:
    """Start codes before units, parameter sets in the stream, as RTSP cameras send them."""
    with av.open(io.BytesIO(mp4)) as source:
        stream = source.streams.video[0]
        rewrite = av.BitStreamFilterContext("h264_mp4toannexb", stream)
        packets = tuple(
            _wire(made) for packet in source.demux(stream) if packet.size for made in rewrite.filter(packet)
        )
        sets = packets[0].data.split(b"\x00\x00\x01")
        extradata = b"".join(
            b"\x00\x00\x00\x01" + unit.rstrip(b"\x00") for unit in sets if unit and unit[0] & 31 in (7, 8)
        )
        return Footage(_head(stream, extradata), packets)


def _head(stream: av.VideoStream, extradata: bytes) -> StreamHead:
    base = stream.time_base
    return StreamHead(
        stream.codec_context.name, stream.width, stream.height, base.numerator, base.denominator, extradata
    )


def _wire(packet: av.Packet) -> Packet:
    return Packet(bytes(packet), packet.pts, packet.dts, packet.duration or 0, packet.is_keyframe)


@dataclass
class FakeShard:
    """Serves ``footage`` to each watcher: once and then silence, or for ever in real time."""

    path: Path
    footage: Footage
    for_ever: bool = False
    pause_s: float = 1 / FPS
    stalled: bool = False
    connections: int = 0
    asked: list[str] = field(default_factory=list)
    sent: int = 0
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        channel: Channel[WatchCamera | WatchCameras, StreamHead | Packet | Gathered] = Channel(
            reader,
            writer,
            WatchCamera | WatchCameras,  # type: ignore[arg-type]  # msgspec takes a union
        )
        wishes: dict[int, asyncio.Task[None]] = {}
        with contextlib.suppress(Exception):
            async for wish in channel:
                if isinstance(wish, WatchCamera):
                    await self._show(wish.camera, channel.send)
                else:
                    self._choose(channel, dict(wish.cameras), wishes)
        for task in wishes.values():
            task.cancel()
        self._writers.discard(writer)
        writer.close()

    def _choose(
        self,
        channel: Channel[WatchCamera | WatchCameras, StreamHead | Packet | Gathered],
        wanted: dict[int, str],
        wishes: dict[int, asyncio.Task[None]],
    ) -> None:
        for number in wishes.keys() - wanted.keys():
            wishes.pop(number).cancel()
        for number in wanted.keys() - wishes.keys():

            async def send(one: StreamHead | Packet, number: int = number) -> None:
                await channel.send(
                    Gathered(number, (), one) if isinstance(one, StreamHead) else Gathered(number, (one,))
                )

            wishes[number] = asyncio.create_task(self._show(wanted[number], send))

    async def _show(self, camera: str, send: Callable[[StreamHead | Packet], Awaitable[None]]) -> None:
        self.asked.append(camera)
        await send(self.footage.head)
        async for packet in self._packets():
            await send(packet)
            self.sent += 1

    async def _packets(self) -> AsyncIterator[Packet]:
        once = self.footage.packets
        step = once[1].dts - once[0].dts
        lap = once[-1].dts - once[0].dts + step
        laps = range(1_000_000) if self.for_ever else range(1)
        for number in laps:
            for packet in once:
                while self.stalled:
                    await asyncio.sleep(0.02)
                yield Packet(
                    packet.data, packet.pts + number * lap, packet.dts + number * lap, packet.duration, packet.key
                )
                await asyncio.sleep(self.pause_s)

    def cut(self) -> None:
        """Close every connection, as a killed shard does."""
        for writer in list(self._writers):
            writer.close()

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["FakeShard"]:
        self.path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._serve, str(self.path))
        try:
            yield self
        finally:
            server.close()
            self.cut()
