"""Everything around the pages: control server, live process and the web process, each real, on loopback."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiohttp
import msgspec

from edge.accounts.service import Accounts
from edge.control.handlers.accounts import account_handlers
from edge.control.server import ControlServer, Handler
from edge.core.errors import TransientError
from edge.core.news import SessionsOpen
from edge.kernel.bus import Bus
from edge.kernel.wire import Hello
from edge.kernel.wire.live import FromLive, LiveCamera, LiveSetup, OpenSessions, StateSection
from hil.ports import free_ports
from models.folders import default_cache_dir
from tests.web.accounts import PASSWORD, opened_accounts
from tests.web.paper_archive import PaperArchive
from tests.web.paper_commune import PaperCommune
from tests.workers.child_process import ChildProcess, started
from web.settings import WebSettings

__all__ = [
    "PASSWORD",
    "WALL_TOKEN",
    "Stage",
    "only_a_door",
    "settings_in",
    "stage",
    "until_it_answers",
    "web_process",
    "write",
]
WALL_TOKEN = "man-hinh-phong-hop-1"
START_S = 60.0
"""A deadline, no wait: it ends with the first answer."""
KILLED_S = 2.0
HEARTBEAT_S = 1.0
_NO_MORE: Mapping[type, Handler] = MappingProxyType({})


@dataclass
class Stage:
    """A running set of pages. ``url`` is where they are."""

    url: str
    commune: PaperCommune
    web: asyncio.subprocess.Process
    live: ChildProcess
    accounts: Accounts

    async def kill_all(self) -> None:
        """The box loses its power."""
        self.web.kill()
        self.live.process.kill()
        await asyncio.gather(self.web.wait(), self.live.process.wait())


def settings_in(folder: Path, **fields: Any) -> WebSettings:
    for name in ("media/stills", "media/latest", "media/photos", "clips", "photo-spool"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    base: dict[str, Any] = {
        "commune": "Xã Kiến Giang",
        "control_socket": folder / "control",
        "database": folder / "molang.db",
        "media_folder": folder / "media",
        "clips_folder": folder / "clips",
        "reports_folder": folder / "reports",
        "library_folder": default_cache_dir(),
        "hamlets": {"dong": "Thôn Đông", "tay": "Thôn Tây"},
        "horns": {"loa-dong": ("Loa Thôn Đông", "dong"), "loa-tay": ("Loa Thôn Tây", "tay")},
        "live_url": "ws://127.0.0.1:1",
        "wall_token": WALL_TOKEN,
        "secret_key_file": folder / "cookie-key",
        "code_roles": (),
    }
    return WebSettings(**{**base, **fields})


def write(settings: WebSettings, path: Path) -> None:
    """As the supervisor writes it."""
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(settings, enc_hook=str))


@contextlib.asynccontextmanager
async def stage(
    folder: Path,
    sections: dict[str, Any],
    packets: dict[str, Path],
    more: Mapping[type, Handler] = _NO_MORE,
    **fields: Any,
) -> AsyncIterator[Stage]:
    """Pages of a commune with these sections; ``packets`` are sockets that give cameras' video.

    ``more``: handlers of real services beside the paper ones; ``fields``: further settings of the web process.
    """
    ports, bus = free_ports((0, 0)), Bus()
    settings = settings_in(folder, live_url=f"ws://127.0.0.1:{ports[0]}", port=ports[1], **fields)
    write(settings, folder / "web.json")
    async with (
        contextlib.AsyncExitStack() as rest,
        started("edge.workers.live", FromLive) as live,
        asyncio.TaskGroup() as tasks,
    ):
        await live.channel.send(_live_setup(ports[0], sections, packets))
        await live.hear(Hello)
        commune = PaperCommune(sections, settings.clips_folder, _pusher(live), PaperArchive(folder))
        accounts = await rest.enter_async_context(opened_accounts(settings.database, bus=bus))
        table = {**commune.handlers(), **account_handlers(accounts.door, accounts.office), **more}
        server = ControlServer(settings.control_socket, table, frozenset({os.getuid()}), accounts.door)
        running = [tasks.create_task(work) for work in (server.run(), _beat(commune), _tell_sessions(bus, live))]
        running.append(tasks.create_task(accounts.run()))
        for section, value in sections.items():
            await commune.put(section, value)
        async with web_process(folder / "web.json") as web:
            url = f"http://127.0.0.1:{ports[1]}"
            await until_it_answers(url)
            yield Stage(url, commune, web, live, accounts)
        for task in running:
            task.cancel()
        commune.archive.close()


def _live_setup(port: int, sections: dict[str, Any], packets: dict[str, Path]) -> LiveSetup:
    names = [camera["id"] for camera in sections["cameras"]]
    cameras = tuple(LiveCamera(name, str(packets.get(name, "/nonexistent"))) for name in names)
    return LiveSetup("127.0.0.1", port, WALL_TOKEN, ("*",), cameras)


def _pusher(live: ChildProcess) -> Any:
    async def push(section: str, value: Any) -> None:
        if live.process.returncode is not None:
            return
        try:
            await live.channel.send(StateSection(section, json.dumps(value).encode()))
        except TransientError:  # it was killed just now; one that lives and takes nothing is a TimeoutError
            async with asyncio.timeout(KILLED_S):
                await live.process.wait()

    return push


@contextlib.asynccontextmanager
async def only_a_door(settings: WebSettings) -> AsyncIterator[None]:
    """A supervisor that knows its accounts and nothing else, for pages that only read."""
    async with opened_accounts(settings.database) as accounts:
        table = account_handlers(accounts.door, accounts.office)
        server = ControlServer(settings.control_socket, table, frozenset({os.getuid()}), accounts.door)
        serving = asyncio.create_task(server.run())
        try:
            yield
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


async def _tell_sessions(bus: Bus, live: ChildProcess) -> None:
    """As the supervisor's live service does."""
    with bus.listen(SessionsOpen) as mailbox:
        async for news in mailbox:
            with contextlib.suppress(TransientError):
                await live.channel.send(OpenSessions(tuple(news.ids)))


async def _beat(commune: PaperCommune) -> None:
    while True:
        await commune.tick()
        await asyncio.sleep(HEARTBEAT_S)


@contextlib.asynccontextmanager
async def web_process(settings: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The web process with these settings, killed at the end."""
    code = "from web.cli import web; web()"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, "--settings", str(settings), env=env, cwd=settings.parent
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def until_it_answers(url: str) -> None:
    """Wait for the first answer."""
    async with asyncio.timeout(START_S), aiohttp.ClientSession() as client:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with client.get(url):
                    return
            await asyncio.sleep(0.1)
