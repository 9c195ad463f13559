"""Live video by a person's pass: his cameras, for as long as his log-in."""

import asyncio
import contextlib
import time
from pathlib import Path

import aiohttp
import pytest

from edge.core.live_pass import LivePass, live_pass
from edge.kernel.wire.live import OpenSessions
from edge.workers.live.server import LOGGED_OUT, MOST_OF_ONE
from tests.workers.live.browser import TOKEN, Live, live_process

NOW_MS = time.time_ns() // 1_000_000
LATER_MS = NOW_MS + 3_600_000
SOON_S = 4.0


@pytest.mark.parametrize(
    ("granted", "status"),
    [
        (LivePass(LATER_MS, None, "7-1"), 101),
        (LivePass(LATER_MS, frozenset({"c1"}), "7-1"), 101),
        (LivePass(LATER_MS, frozenset({"c2"}), "7-1"), 404),
        (LivePass(NOW_MS - 1, None, "7-1"), 403),
        (LivePass(LATER_MS, None, "7-2"), 403),
    ],
)
async def test_a_pass_opens_the_cameras_that_it_names_while_its_log_in_holds(
    tmp_path: Path, granted: LivePass, status: int
) -> None:
    async with live_process(tmp_path / "none") as live, aiohttp.ClientSession() as session:
        await hold(live, "7-1")
        url = live.url("video/c1", live_pass(TOKEN, granted))
        try:
            async with session.ws_connect(url):
                met = 101
        except aiohttp.WSServerHandshakeError as refused:
            met = refused.status
        assert met == status
        if status != 403:
            async with session.ws_connect(live.url("state", live_pass(TOKEN, granted))):
                pass


async def test_what_somebody_watches_ends_with_his_log_in_and_nobody_elses(tmp_path: Path) -> None:
    async with live_process(tmp_path / "none") as live, aiohttp.ClientSession() as session:
        await hold(live, "7-1", "7-2")
        his, hers = (live_pass(TOKEN, LivePass(LATER_MS, None, who)) for who in ("7-1", "7-2"))
        async with (
            session.ws_connect(live.url("video/c1", his)) as video,
            session.ws_connect(live.url("state", his)) as state,
            session.ws_connect(live.url("tiles", his)) as tiles,
            session.ws_connect(live.url("state", hers)) as other,
            session.ws_connect(live.url("state")) as wall,
        ):
            await hold(live, "7-2")
            for socket in (video, state, tiles):
                assert await closed_with(socket) == LOGGED_OUT
            for socket in (other, wall):
                with pytest.raises(TimeoutError):
                    await closed_with(socket, 1.5)


async def test_what_somebody_watches_ends_when_his_time_is_over(tmp_path: Path) -> None:
    async with live_process(tmp_path / "none") as live, aiohttp.ClientSession() as session:
        await hold(live, "7-1")
        soon = live_pass(TOKEN, LivePass(time.time_ns() // 1_000_000 + 1500, None, "7-1"))
        async with session.ws_connect(live.url("state", soon)) as state:
            assert await closed_with(state) == LOGGED_OUT


async def test_a_browser_that_does_not_take_the_end_gets_no_picture_any_more(tmp_path: Path) -> None:
    """It neither reads nor answers the close frame."""
    async with live_process(tmp_path / "none") as live:
        await hold(live, "7-1")
        pass_ = live_pass(TOKEN, LivePass(LATER_MS, None, "7-1"))
        with contextlib.closing(await deaf(live.port, f"/live/state?token={pass_}")) as writer:
            await hold(live)
            async with aiohttp.ClientSession() as session, asyncio.timeout(8):
                while (await health(session, live))["state_watchers"]:
                    await asyncio.sleep(0.2)
            assert writer is not None


async def test_one_log_in_cannot_take_the_places_of_the_walls(tmp_path: Path) -> None:
    async with (
        live_process(tmp_path / "none") as live,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
        contextlib.AsyncExitStack() as sockets,
    ):
        await hold(live, "7-1", "7-2")
        his, hers = (live_pass(TOKEN, LivePass(LATER_MS, None, who)) for who in ("7-1", "7-2"))
        for _ in range(MOST_OF_ONE):
            await sockets.enter_async_context(session.ws_connect(live.url("state", his)))
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(live.url("state", his))
        assert refused.value.status == 503
        for other in (hers, TOKEN):
            await sockets.enter_async_context(session.ws_connect(live.url("state", other)))


async def hold(live: Live, *sessions: str) -> None:
    """The supervisor says which log-ins hold; the child has heard it when this returns."""
    await live.child.channel.send(OpenSessions(sessions))
    await asyncio.sleep(0.3)


async def closed_with(socket: aiohttp.ClientWebSocketResponse, within_s: float = SOON_S) -> int | None:
    async with asyncio.timeout(within_s):
        async for _ in socket:
            continue
    return socket.close_code


async def health(session: aiohttp.ClientSession, live: Live) -> dict[str, int]:
    async with session.get(f"http://127.0.0.1:{live.port}/live/health") as answer:
        found: dict[str, int] = await answer.json()
        return found


async def deaf(port: int, path: str) -> asyncio.StreamWriter:
    """A WebSocket of which nothing is ever read after the handshake."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n{head}\r\n{key}\r\n\r\n".encode())
    assert b"101" in await reader.readline()
    return writer
