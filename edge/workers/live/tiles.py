"""All tiles of one browser over one WebSocket: it says which cameras it wants, and gets their fragments in batches.

The browser sends, as text, its whole wish whenever that changes: ``{"watch": [[7, "cam-cau"], [8, "cam-cho"]]}``. The
numbers are its own: a new one for each new wish, so that what was still on its way for an old one is told apart. It
gets binary messages, each a row of chunks: channel number, kind, length (``>HBxI``), then so many bytes. Kind 0 is
fMP4 (an init and fragments, ready to append), kind 1 a notice as JSON: ``{"mime": …}`` before an init, ``{"waiting":
true}``, ``{"stills": "H.265"}``, ``{"unknown": true}``. An empty message is a sign of life.
"""

import asyncio
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from edge.core.errors import FinalError
from edge.workers.live.feed import CameraFeed
from edge.workers.live.viewer import Allowance, Viewer

MOST_TILES = 64
MOST_WISH_BYTES = 8192
GATHER_S = 0.2
"""Fragments of this time travel together: a message for every frame of 29 cameras would cost both ends three times
as much, and a wall is looked at from four metres."""
BEAT_S = 2.0
"""A page that hears nothing for longer knows that the line is dead."""
MOST_BATCH_BYTES = 2 * 1024 * 1024
MOST_UNSENT_BYTES = 24 * 1024 * 1024
"""Of one browser, over all its tiles."""
MEDIA, NOTICE = 0, 1
_HEAD = struct.Struct(">HBxI")
_UNKNOWN = b'{"unknown":true}'

Channel = Annotated[int, Meta(ge=0, le=65535)]
Camera = Annotated[str, Meta(max_length=80)]


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that the browser wants from now on."""

    watch: Annotated[list[tuple[Channel, Camera]], Meta(max_length=MOST_TILES)]


@dataclass(frozen=True, slots=True)
class _Tile:
    camera: str
    feed: CameraFeed
    viewer: Viewer


class Tiles:
    """What one browser watches. Everything is called from the loop of the feeds."""

    def __init__(self, feeds: Mapping[str, CameraFeed]) -> None:
        self._feeds = feeds
        self._tiles: dict[int, _Tile] = {}
        self._unknown: list[int] = []
        self._allowance = Allowance(MOST_UNSENT_BYTES)
        self._free_at = 0.0

    def choose(self, text: str) -> None:
        """Take a new wish: cameras that are no longer in it end, new ones begin; raises FinalError for nonsense."""
        try:
            wish = msgspec.json.decode(text.encode(errors="surrogateescape"), type=Wish)
        except (msgspec.DecodeError, UnicodeError) as cause:
            raise FinalError(f"Không hiểu trình duyệt muốn xem gì: {cause}.") from cause
        wanted = dict(wish.watch)
        for channel in [one for one, tile in self._tiles.items() if wanted.get(one) != tile.camera]:
            self._end(channel)
        self._unknown = [channel for channel, camera in wanted.items() if camera not in self._feeds]
        for channel, camera in wanted.items():
            if camera in self._feeds and channel not in self._tiles:
                self._tiles[channel] = _Tile(camera, self._feeds[camera], self._feeds[camera].join(self._allowance))
        self._allowance.ready.set()

    async def next(self) -> bytes:
        """The next batch, not earlier than GATHER_S after the last one; empty when BEAT_S passed without any."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(BEAT_S):
                await self._allowance.ready.wait()
        except TimeoutError:
            return b""
        await asyncio.sleep(max(0.0, self._free_at - loop.time()))
        self._free_at = loop.time() + GATHER_S
        return self._batch()

    def close(self) -> None:
        """The browser went."""
        for channel in list(self._tiles):
            self._end(channel)

    def _end(self, channel: int) -> None:
        tile = self._tiles.pop(channel)
        tile.feed.leave(tile.viewer)
        tile.viewer.take_all()

    def _batch(self) -> bytes:
        self._allowance.ready.clear()
        parts = [part for channel in self._unknown for part in (_HEAD.pack(channel, NOTICE, len(_UNKNOWN)), _UNKNOWN)]
        self._unknown.clear()
        size = 0
        for channel in list(self._tiles):
            for part in _chunks(channel, self._tiles[channel].viewer.take_all()):
                parts.append(part)
                size += len(part)
            if size > MOST_BATCH_BYTES:
                self._allowance.ready.set()
                self._turn(channel)
                break
        return b"".join(parts)

    def _turn(self, channel: int) -> None:
        """The tiles behind this one come first next time."""
        order = list(self._tiles)
        at = order.index(channel) + 1
        self._tiles = {one: self._tiles[one] for one in order[at:] + order[:at]}


def _chunks(channel: int, messages: list[str | bytes]) -> Iterator[bytes]:
    """Neighbouring fragments as one chunk, notices between them as their own."""
    media: list[bytes] = []
    for message in messages:
        if isinstance(message, bytes):
            media.append(message)
            continue
        yield from _media(channel, media)
        media = []
        notice = message.encode()
        yield _HEAD.pack(channel, NOTICE, len(notice)) + notice
    yield from _media(channel, media)


def _media(channel: int, media: list[bytes]) -> Iterator[bytes]:
    if media:
        yield _HEAD.pack(channel, MEDIA, sum(map(len, media)))
        yield from media
