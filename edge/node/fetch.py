"""Brings clips from the box to the node's disk, over HTTPS with the node's certificate."""

import asyncio
import errno
import logging
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO
from weakref import WeakValueDictionary

import aiohttp

from edge.core.broadcast import MediaRef
from edge.core.errors import FinalError, TransientError
from edge.core.speech import Sha256
from edge.node.cache import ClipCache

log = logging.getLogger(__name__)

FETCH_DEADLINE_S = 120.0
CONNECT_S = 5.0
SILENCE_S = 15.0
"""A thin link may stall; longer than this and a new request goes on from where it broke."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 5.0
NO_ROOM_S = 2.0
"""A box whose own node this is gives up space that it held back as soon as its disk is full (edge/store/ballast.py)."""
CHUNK = 16_384
PAUSE_S = 0.1


class Clips:
    """What orders need: clips on the disk, fetched when they are not there yet."""

    def __init__(self, cache: ClipCache, media_url: str, tls: ssl.SSLContext | None) -> None:
        self._cache = cache
        self._url = media_url.rstrip("/")
        self._tls = tls
        self._busy: WeakValueDictionary[Sha256, asyncio.Lock] = WeakValueDictionary()
        self._session: aiohttp.ClientSession | None = None
        self._hurried: Counter[Sha256] = Counter()

    async def __aenter__(self) -> "Clips":
        connector = aiohttp.TCPConnector(ssl=self._tls or True, limit=4)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENCE_S)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def bring(
        self, media: Sequence[MediaRef], deadline_s: float = FETCH_DEADLINE_S, *, bytes_per_s: int = 0
    ) -> tuple[str, ...]:
        """Paths of these clips, whole and verified; raises TransientError or FinalError naming the clip.

        With ``bytes_per_s`` slowly, for the plan: it stands still while anything is brought in a hurry, and goes at
        full speed for a clip that somebody else is in a hurry for.
        """
        hurried = Counter() if bytes_per_s else Counter({ref.sha256 for ref in media})
        self._hurried += hurried
        try:
            async with asyncio.timeout(deadline_s):
                return tuple([str(await self._bring_one(ref, bytes_per_s)) for ref in media])
        except TimeoutError as cause:
            raise TransientError(f"Không tải xong các đoạn tiếng trong {deadline_s:.0f} giây.") from cause
        except OSError as cause:
            raise FinalError(f"Đĩa của nút không ghi được đoạn tiếng: {cause}.") from cause
        finally:
            self._hurried -= hurried

    async def _bring_one(self, ref: MediaRef, bytes_per_s: int) -> Path:
        lock = self._busy.setdefault(ref.sha256, asyncio.Lock())
        async with lock:
            if not await asyncio.to_thread(self._cache.holds, ref):
                await self._fetch(ref, bytes_per_s)
        return self._cache.path(ref.sha256)

    async def _fetch(self, ref: MediaRef, bytes_per_s: int) -> None:
        wait_s, room_by_s = FIRST_WAIT_S, _steady_s() + NO_ROOM_S
        while True:
            try:
                return await self._fetch_once(ref, bytes_per_s)
            except (aiohttp.ClientError, TimeoutError, TransientError) as error:
                log.info("clip %s: %s, going on in %.1f s", ref.sha256[:12], error or "timeout", wait_s)
            except OSError as error:
                if error.errno != errno.ENOSPC or _steady_s() > room_by_s:
                    raise
                log.info("clip %s: no room, trying again in %.1f s", ref.sha256[:12], wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    async def _fetch_once(self, ref: MediaRef, bytes_per_s: int) -> None:
        part = self._cache.part(ref.sha256)
        have = _size(part)
        await asyncio.to_thread(self._cache.make_room, max(0, ref.bytes - have), planned=bytes_per_s > 0)
        if have < ref.bytes:
            await self._pull(ref, part, have, bytes_per_s)
        if await asyncio.to_thread(self._cache.adopt, ref):
            return
        if have:
            raise TransientError("the resumed bytes do not fit, starting again")
        raise FinalError(f"Đoạn tiếng {ref.sha256[:12]} của hộp có nội dung khác với mã của nó.")

    async def _pull(self, ref: MediaRef, part: Path, have: int, bytes_per_s: int) -> None:
        assert self._session is not None
        headers = {"Range": f"bytes={have}-"} if have else {}
        async with self._session.get(f"{self._url}/{ref.sha256}", headers=headers) as response:
            _check_status(response.status, ref)
            resumed = response.status == 206
            with _opened(part, resumed=resumed) as file:
                want = ref.bytes - (have if resumed else 0)
                await _copy(response.content, file, want, ref, partial(self._pause, ref.sha256, bytes_per_s))

    async def _pause(self, clip: Sha256, bytes_per_s: int, took: int) -> None:
        """After a piece of a clip that has time: wait as long as the slow speed asks for, and for all who have none."""
        left_s = took / bytes_per_s if bytes_per_s else 0.0
        while (left_s > 0 or (bytes_per_s and self._hurried)) and not self._hurried[clip]:
            await asyncio.sleep(PAUSE_S)
            left_s -= PAUSE_S


async def _copy(
    source: aiohttp.StreamReader, file: BinaryIO, want: int, ref: MediaRef, pause: Callable[[int], Awaitable[None]]
) -> None:
    """Copy exactly ``want`` bytes; a body that holds more is refused before it fills the disk."""
    async for chunk in source.iter_chunked(CHUNK):
        want -= len(chunk)
        if want < 0:
            raise FinalError(f"Đoạn tiếng {ref.sha256[:12]} dài hơn {ref.bytes} byte đã báo.")
        file.write(chunk)
        await pause(len(chunk))
    if want:
        raise TransientError(f"{want} bytes are missing")


def _check_status(status: int, ref: MediaRef) -> None:
    if status in (401, 403, 404):
        raise FinalError(f"Hộp không đưa đoạn tiếng {ref.sha256[:12]} (HTTP {status}).")
    if status not in (200, 206):
        raise TransientError(f"HTTP {status}")


def _opened(part: Path, *, resumed: bool) -> BinaryIO:
    return part.open("ab" if resumed else "wb")


def _steady_s() -> float:
    return asyncio.get_running_loop().time()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
