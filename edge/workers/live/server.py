"""The listener of browsers: ``/live/state``, ``/live/tiles``, ``/live/video/<camera>`` and ``/live/health``."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import WSCloseCode, WSMsgType, web

from edge.core.errors import FinalError
from edge.workers.live.board import StateBoard
from edge.workers.live.feed import CameraFeed
from edge.workers.live.gate import Gate
from edge.workers.live.tiles import MOST_WISH_BYTES, Tiles

MOST_BROWSERS = 400
"""WebSockets at once: ten walls of 29 tiles and their state; a page gone wild gets 503."""
MOST_OF_ONE = 40
"""Of them for one log-in: nobody has more tabs, and all tiles of a page are one."""
MOST_OF_PEOPLE = 300
"""Of them for all log-ins together: the rest is for walls."""
SEND_DEADLINE_S = 10.0
"""A browser that takes no byte for so long is dropped; its page comes back by itself."""
HEARTBEAT_S = 10.0
LOOK_S = 1.0
"""So often each watcher is asked whether his log-in still holds."""
LOGGED_OUT = 4401
"""Close code: the log-in is over (RFC 6455 leaves 4000 to 4999 to applications); the page goes to the door."""
CLOSED_WITHIN_S = 2.0
MOST_REASON = 120
"""Bytes of a close frame's reason: the frame holds 125, two of them the code."""


class LiveServer:
    """Routes and their watchers. ``changed`` is called whenever a browser comes or goes."""

    def __init__(
        self, gate: Gate, board: StateBoard, feeds: Mapping[str, CameraFeed], changed: Callable[[], None] = lambda: None
    ) -> None:
        self._gate = gate
        self._board = board
        self._feeds = feeds
        self._changed = changed
        self._open: Counter[str] = Counter()
        """WebSockets by log-in; those of walls under the empty one."""

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application()
        app.router.add_get("/live/state", self._state)
        app.router.add_get("/live/tiles", self._tiles)
        app.router.add_get("/live/video/{camera}", self._video)
        app.router.add_get("/live/health", self._health)
        return app

    @property
    def video_watchers(self) -> int:
        """Browsers that watch a camera, counted once for each camera."""
        return sum(feed.watchers for feed in self._feeds.values())

    async def _health(self, _: web.Request) -> web.Response:
        watched = {"state_watchers": self._board.watchers, "video_watchers": self.video_watchers}
        return web.json_response({"ok": True, "cameras": len(self._feeds), **watched})

    async def _state(self, request: web.Request) -> web.StreamResponse:
        self._admit(request)
        watcher = self._board.join()
        try:
            return await self._push(request, watcher.next)
        finally:
            self._board.leave(watcher)
            self._changed()

    async def _video(self, request: web.Request) -> web.StreamResponse:
        self._admit(request)
        feed = self._gate.visible(request, self._feeds).get(request.match_info["camera"])
        if feed is None:
            raise web.HTTPNotFound(text="Không có camera này.")
        viewer = feed.join()
        try:
            return await self._push(request, viewer.next)
        finally:
            feed.leave(viewer)
            self._changed()

    async def _tiles(self, request: web.Request) -> web.StreamResponse:
        self._admit(request)
        tiles = Tiles(self._gate.visible(request, self._feeds))
        try:
            return await self._push(request, tiles.next, self._heard(tiles))
        finally:
            tiles.close()
            self._changed()

    def _heard(self, tiles: Tiles) -> Callable[[str], None]:
        def choose(wish: str) -> None:
            tiles.choose(wish)
            self._changed()

        return choose

    def _admit(self, request: web.Request) -> None:
        self._gate.check(request)
        session, all_of_them = self._gate.session(request), self._open.total()
        crowded = session and all_of_them - self._open[""] >= MOST_OF_PEOPLE
        if all_of_them >= MOST_BROWSERS or crowded or (session and self._open[session] >= MOST_OF_ONE):
            raise web.HTTPServiceUnavailable(text="Quá nhiều màn hình đang xem.")

    async def _push(
        self,
        request: web.Request,
        following: Callable[[], Awaitable[str | bytes | None]],
        heard: Callable[[str], None] = lambda _: None,
    ) -> web.WebSocketResponse:
        """Send what follows until the browser goes. What it says is ``heard``; one that says nonsense is sent away."""
        session = self._gate.session(request)
        self._open[session] += 1
        try:
            return await self._follow(request, following, heard)
        finally:
            self._open[session] -= 1
            self._open += Counter()  # forgets those of whom none is open

    async def _follow(
        self, request: web.Request, following: Callable[[], Awaitable[str | bytes | None]], heard: Callable[[str], None]
    ) -> web.WebSocketResponse:
        self._changed()
        browser = web.WebSocketResponse(
            heartbeat=HEARTBEAT_S, compress=False, max_msg_size=MOST_WISH_BYTES, timeout=CLOSED_WITHIN_S
        )
        await browser.prepare(request)
        async with asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(_send_all(request, browser, following))
            watching = tasks.create_task(self._until_logged_out(request, browser))
            async for message in browser:  # reading also sees them answer pings and go
                try:
                    heard(message.data if message.type is WSMsgType.TEXT else "")
                except FinalError as error:
                    await browser.close(code=WSCloseCode.POLICY_VIOLATION, message=str(error).encode()[:MOST_REASON])
            sending.cancel()
            watching.cancel()
        return browser

    async def _until_logged_out(self, request: web.Request, browser: web.WebSocketResponse) -> None:
        """Who looks is asked again and again: a pass holds no longer than the log-in that it was given for."""
        while self._gate.still(request):  # noqa: ASYNC110 - time and the list of log-ins set no event
            await asyncio.sleep(LOOK_S)
        await browser.close(code=LOGGED_OUT, message=b"logged out")


async def _send_all(
    request: web.Request, browser: web.WebSocketResponse, following: Callable[[], Awaitable[str | bytes | None]]
) -> None:
    try:
        while (message := await following()) is not None:
            async with asyncio.timeout(SEND_DEADLINE_S):
                await _send(browser, message)
        await browser.close()
    except (ConnectionError, TimeoutError):
        if request.transport is not None:
            request.transport.abort()


async def _send(browser: web.WebSocketResponse, message: str | bytes) -> None:
    if isinstance(message, str):
        await browser.send_str(message)
    else:
        await browser.send_bytes(message)
