"""The life of the live child: settings, listener, camera feeds, and the news from the supervisor."""

import asyncio
import logging
from collections.abc import Collection, Mapping

import msgspec
from aiohttp import web

from edge.core.errors import FinalError, TransientError
from edge.kernel.wire import Channel
from edge.kernel.wire.live import CoverVideo, HoldVideo, LiveSetup, LiveStats, OpenSessions, StateSection, ToLive
from edge.workers.lifeline import say_hello
from edge.workers.live.board import StateBoard
from edge.workers.live.feed import CameraFeed
from edge.workers.live.gate import Gate
from edge.workers.live.line import ShardLine
from edge.workers.live.server import LiveServer

log = logging.getLogger(__name__)

STATS_EVERY_S = 5.0
STATS_AT_MOST_EVERY_S = 0.5
_Supervisor = Channel[ToLive, msgspec.Struct]


async def serve(supervisor: _Supervisor) -> None:
    """Serve browsers until the supervisor is gone.

    Raises MisconfiguredError for settings that open the door to all, TransientError if the port is taken.
    """
    setup = await supervisor.receive()
    if setup is None:
        return
    if not isinstance(setup, LiveSetup):
        raise FinalError(f"Thông điệp đầu tiên là {type(setup).__name__}, phải là LiveSetup.")
    board, changed = StateBoard(), asyncio.Event()
    lines = {camera.packets_path: ShardLine(camera.packets_path) for camera in setup.cameras}
    feeds = {camera.id: CameraFeed(camera.id, lines[camera.packets_path]) for camera in setup.cameras}
    _cover(feeds, setup.covered)
    gate = Gate(setup.token, setup.origins)
    server = LiveServer(gate, board, feeds, changed.set)
    runner = await _listen(server, setup)
    await say_hello(supervisor)
    try:
        await _work(supervisor, server, gate, board, feeds, lines.values(), changed)
    finally:
        await runner.cleanup()


async def _listen(server: LiveServer, setup: LiveSetup) -> web.AppRunner:
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, setup.listen_host, setup.listen_port).start()
    except OSError as cause:
        await runner.cleanup()
        raise TransientError(f"Không mở được cổng {setup.listen_host}:{setup.listen_port}: {cause}.") from cause
    log.info("listening on %s:%d, %d cameras", setup.listen_host, setup.listen_port, len(setup.cameras))
    return runner


async def _work(
    supervisor: _Supervisor,
    server: LiveServer,
    gate: Gate,
    board: StateBoard,
    feeds: Mapping[str, CameraFeed],
    lines: Collection[ShardLine],
    changed: asyncio.Event,
) -> None:
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(feed.run()) for feed in feeds.values()]
        running += [tasks.create_task(line.run()) for line in lines]
        running.append(tasks.create_task(_tell_stats(supervisor, server, board, changed)))
        async for message in supervisor:
            if isinstance(message, StateSection):
                board.put(message.section, message.json)
            elif isinstance(message, HoldVideo):
                for feed in feeds.values():
                    feed.hold(held=message.held)
            elif isinstance(message, CoverVideo):
                _cover(feeds, message.covered)
            elif isinstance(message, OpenSessions):
                gate.hold(message.sessions)
        for task in running:
            task.cancel()


def _cover(feeds: Mapping[str, CameraFeed], covered: Collection[str]) -> None:
    for name, feed in feeds.items():
        feed.cover(covered=name in covered)


async def _tell_stats(supervisor: _Supervisor, server: LiveServer, board: StateBoard, changed: asyncio.Event) -> None:
    while True:
        changed.clear()
        await supervisor.send(LiveStats(board.watchers, server.video_watchers))
        await asyncio.sleep(STATS_AT_MOST_EVERY_S)
        try:
            async with asyncio.timeout(STATS_EVERY_S - STATS_AT_MOST_EVERY_S):
                await changed.wait()
        except TimeoutError:
            continue
