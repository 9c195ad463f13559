"""One camera, watched and muxed once while at least one browser wants it."""

import asyncio
import logging

from edge.core.errors import FinalError
from edge.kernel.wire.vision import Packet, StreamHead
from edge.workers.live.line import ShardLine
from edge.workers.live.muxer import Fragment, Muxer, UnplayableError
from edge.workers.live.viewer import Allowance, Gop, Viewer

log = logging.getLogger(__name__)

LINGER_S = 10.0
"""A page that is reloaded finds its stream still running."""
SILENT_S = 4.0
"""After so long without a picture browsers are told to wait; asking the shard anew would show its ring, the past."""
UNPLAYABLE_S = 3.0
"""A camera whose codec no browser plays is asked so often whether it has another one now."""
_COVERED: dict[str, str | bool] = {"stills": "Vùng riêng tư"}
_WAITING: dict[str, str | bool] = {"waiting": True}


class CameraFeed:
    """Fans one camera out. `run` is its only task; everything else is called from the same loop."""

    def __init__(self, camera: str, line: ShardLine, linger_s: float = LINGER_S) -> None:
        self._camera, self._line = camera, line
        self._linger_s = linger_s
        self._heard_at = 0.0
        self._viewers: set[Viewer] = set()
        self._watched, self._unwatched, self._unplayable = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._muxer, self._gop = Muxer(), Gop()
        self._notice: dict[str, str | bool] | None = None
        self._held = False
        self._covered = False
        self.streams_begun = 0

    @property
    def watchers(self) -> int:
        """How many browsers watch this camera."""
        return len(self._viewers)

    def join(self, allowance: Allowance | None = None) -> Viewer:
        """A new browser: it gets the frames since the last key frame at once, then every new one.

        ``allowance`` is that of a browser which watches several cameras.
        """
        viewer = Viewer(allowance)
        self._viewers.add(viewer)
        self._greet(viewer)
        self._look()
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """A browser went."""
        self._viewers.discard(viewer)
        self._look()

    def hold(self, *, held: bool) -> None:
        """Send no pictures for as long as the box must save its battery; browsers wait, and go on by themselves."""
        self._held = held
        if held:
            self._tell(_COVERED if self._covered else _WAITING)
        self._look()

    def cover(self, *, covered: bool) -> None:
        """Send no pictures while something private would be seen on them; browsers show the masked stills."""
        if covered != self._covered:
            self._covered = covered
            self._tell(_COVERED if covered else _WAITING)
            self._look()

    def _look(self) -> None:
        """Whether anybody is to have pictures now."""
        wanted = bool(self._viewers) and not self._held and not self._covered
        (self._watched.set if wanted else self._watched.clear)()
        (self._unwatched.clear if wanted else self._unwatched.set)()

    async def run(self) -> None:
        """Stream while somebody watches, and ``linger_s`` longer; for ever."""
        while True:
            await self._watched.wait()
            async with asyncio.TaskGroup() as tasks:
                streaming = tasks.create_task(self._stream())
                await self._until_unwatched()
                streaming.cancel()
            self._muxer, self._gop, self._notice = Muxer(), Gop(), _COVERED if self._covered else None

    async def _until_unwatched(self) -> None:
        while True:
            await self._unwatched.wait()
            try:
                async with asyncio.timeout(0 if self._held or self._covered else self._linger_s):
                    await self._watched.wait()
            except TimeoutError:
                return

    async def _stream(self) -> None:
        """Have the line bring packets; tell browsers to wait whenever none came for SILENT_S."""
        loop = asyncio.get_running_loop()
        while True:
            self._unplayable.clear()
            self._heard_at = loop.time()
            wish = self._line.want(self._camera, self)
            try:
                async with asyncio.TaskGroup() as tasks:
                    listening = tasks.create_task(self._tell_silence())
                    await self._unplayable.wait()
                    listening.cancel()
            finally:
                self._line.unwant(wish)
            await asyncio.sleep(UNPLAYABLE_S)

    async def _tell_silence(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(max(0.1, self._heard_at + SILENT_S - loop.time()))
            if loop.time() - self._heard_at >= SILENT_S:
                self.lost()

    def begin(self, head: StreamHead) -> None:
        """See Taker."""
        self.streams_begun += 1
        self._gop.clear()
        try:
            self._muxer.begin(head)
        except UnplayableError as cause:
            self._tell({"stills": str(cause)})
            self._unplayable.set()
        except FinalError as cause:  # rubbish: this camera's own trouble, not that of its neighbours on the line
            log.warning("camera %s: %s", self._camera, cause)
            self._tell(_WAITING)
            self._unplayable.set()

    def take(self, packet: Packet) -> None:
        """See Taker."""
        self._heard_at = asyncio.get_running_loop().time()
        if not self._unplayable.is_set() and (fragment := self._muxer.add(packet)) is not None:
            self._fan_out(fragment)

    def lost(self) -> None:
        """See Taker: browsers wait."""
        if not self._unplayable.is_set():
            self._tell(_WAITING)
            self._heard_at = asyncio.get_running_loop().time()  # said again as a sign of life, not at once

    def _fan_out(self, fragment: Fragment) -> None:
        if self._covered:  # it came before its connection was ended
            return
        if self._notice is not None:
            log.info("camera %s streams again", self._camera)
            self._notice = None
        self._gop.add(fragment)
        for viewer in self._viewers:
            viewer.offer(fragment)

    def _greet(self, viewer: Viewer) -> None:
        if self._notice is not None:
            self._pass_on(viewer, self._notice)
            return
        for fragment in self._gop.fragments:
            viewer.offer(fragment)

    def _tell(self, notice: dict[str, str | bool]) -> None:
        """Tell every browser to wait, or that stills are all there is; again at each try, as a sign of life."""
        changed, self._notice = notice != self._notice, notice
        self._gop.clear()
        for viewer in self._viewers:
            if changed or not viewer.waiting_bytes:
                self._pass_on(viewer, notice)

    @staticmethod
    def _pass_on(viewer: Viewer, notice: dict[str, str | bool]) -> None:
        viewer.tell(notice)
        if "stills" in notice:
            viewer.finish()
