"""Pushes the state of the wall to the live child whenever something changed."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec

from edge.config.door import live_origins
from edge.config.schema import Config
from edge.core.errors import FinalError, TransientError
from edge.core.news import (
    AlertChanged,
    BulletinChanged,
    CameraChanged,
    FloodChanged,
    HornChanged,
    HostsChanged,
    IncidentChanged,
    IncidentOpened,
    IndicatorsChanged,
    PlanChanged,
    PowerChanged,
    PrivacyChanged,
    ReadingTaken,
    RecordingsChanged,
    RoomChanged,
    RulesChanged,
    ServiceChanged,
    SessionsOpen,
    SupportChanged,
    TalkChanged,
    TracksMoved,
    UplinkChanged,
)
from edge.kernel.bus import Bus
from edge.kernel.children import Child, ChildHealth
from edge.kernel.keep_running import keep_running
from edge.kernel.wire.live import CoverVideo, FromLive, HoldVideo, LiveCamera, LiveSetup, OpenSessions, StateSection

log = logging.getLogger(__name__)

HEARTBEAT_S = 5.0
GATHER_S = 0.1
"""Changes within this time go out together, tracks twice a second at most; an incident that opens waits for nothing."""
TRACKS_GATHER_S = 0.5

TOUCHES: dict[type[object], tuple[str, ...]] = {
    IncidentOpened: ("incidents", "phones"),
    IncidentChanged: ("incidents",),
    AlertChanged: ("incidents", "phones"),
    BulletinChanged: ("bulletins", "on_air", "asks", "templates"),
    PlanChanged: ("storm", "bulletins", "on_air", "asks"),
    HornChanged: ("horns",),
    TalkChanged: ("talks", "on_air"),
    CameraChanged: ("cameras",),
    RulesChanged: ("zones",),
    PrivacyChanged: ("cameras",),
    TracksMoved: ("tracks",),
    ReadingTaken: ("gauges",),
    FloodChanged: ("flood", "gauges"),
    RecordingsChanged: ("recording",),
    UplinkChanged: ("uplink",),
    PowerChanged: ("power",),
    RoomChanged: ("room",),
    HostsChanged: ("hosts",),
    SupportChanged: ("support",),
    IndicatorsChanged: ("indicators",),
    ServiceChanged: ("services", "phones"),
}
"""Which sections a piece of news changes."""

Sections = dict[str, Callable[[], Any]]


class LiveService:
    """Owns the live child. ``sections`` are made by ``app``, one function each."""

    def __init__(
        self,
        config: Config,
        packets_path: Callable[[str], str],
        sections: Sections,
        bus: Bus,
        covered: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        live = config.live
        self._setup = LiveSetup(
            listen_host=live.host,
            listen_port=live.port,
            token=config.web.wall_token,
            origins=live_origins(config),
            cameras=tuple(LiveCamera(camera.id, packets_path(camera.id)) for camera in config.camera),
        )
        self._sections = sections
        self._covered = covered
        self._bus = bus
        self._changed: set[str] = set()
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self._sent: dict[str, bytes] = {}
        self._stale: set[str] = set()
        self._held = False
        self._sessions: frozenset[str] = frozenset()
        self._child: Child[FromLive] = Child(
            "live",
            "edge.workers.live",
            FromLive,  # type: ignore[arg-type]  # a union is a type to msgspec
            greet=self._greet,
            heard=_ignore,
            changed=self._child_changed,
        )

    def state(self) -> dict[str, Any]:
        """Every section now."""
        return {name: make() for name, make in self._sections.items()}

    def section(self, name: str) -> Any:
        """One section now."""
        return self._sections[name]()

    async def run(self) -> None:
        """Push until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._child.run())
            for kind, names in TOUCHES.items():
                group.create_task(self._listen(kind, names))
            group.create_task(self._heartbeat())
            group.create_task(self._watch_privacy())
            group.create_task(self._watch_sessions())
            group.create_task(keep_running("state push", self._push_for_ever))

    async def hold_video(self, *, held: bool) -> None:
        """Send no pictures to browsers while ``held``; a child that is being restarted hears it when it is back."""
        self._held = held
        with contextlib.suppress(TransientError):
            await self._child.send(HoldVideo(held))

    async def _greet(self, child: Child[FromLive]) -> None:
        await child.send(msgspec.structs.replace(self._setup, covered=self._covered()))
        await child.send(HoldVideo(self._held))
        await child.send(OpenSessions(tuple(self._sessions)))
        self._sent.clear()
        self._touch(*self._sections)

    async def _watch_privacy(self) -> None:
        with self._bus.listen(PrivacyChanged) as mailbox:
            async for _ in mailbox:
                with contextlib.suppress(TransientError):  # a child that starts is told by its setup
                    await self._child.send(CoverVideo(self._covered()))

    async def _watch_sessions(self) -> None:
        with self._bus.listen(SessionsOpen) as mailbox:
            async for news in mailbox:
                if news.ids == self._sessions:
                    continue
                self._sessions = news.ids
                with contextlib.suppress(TransientError):  # a child that starts is told at its greeting
                    await self._child.send(OpenSessions(tuple(news.ids)))

    def _child_changed(self, health: ChildHealth) -> None:
        self._bus.publish(ServiceChanged("live", health.state, health.detail, health.restarts))

    def _touch(self, *names: str) -> None:
        self._changed.update(names)
        self._wake.set()

    async def _listen(self, kind: type[object], names: tuple[str, ...]) -> None:
        with self._bus.listen(kind) as mailbox:
            async for _ in mailbox:
                self._touch(*names)
                if kind is IncidentOpened:
                    self._hurry.set()
                await asyncio.sleep(TRACKS_GATHER_S if kind is TracksMoved else 0)

    async def _heartbeat(self) -> None:
        while True:
            self._touch("clock", "uplink", "horns", "cameras", "recording", *self._stale)
            await asyncio.sleep(HEARTBEAT_S)

    async def _push_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            self._hurry.clear()
            names, self._changed = self._changed & self._sections.keys(), set()
            for name in sorted(names, key=_turn):
                await self._push(name)
            await self._gather()

    async def _gather(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GATHER_S):
                await self._hurry.wait()

    async def _push(self, name: str) -> None:
        """A section that cannot be made or sent stays as it was and holds up no other; the heartbeat tries it again."""
        try:
            value = msgspec.json.encode(self._sections[name]())
            if self._sent.get(name) == value:
                return
            await self._child.send(StateSection(name, value))
        except TransientError:
            return  # a new child gets every section at its greeting
        except (sqlite3.Error, FinalError) as error:
            if name not in self._stale:
                log.error("section %s of the wall is stale: %s", name, error)  # noqa: TRY400 - the trace adds nothing
            self._stale.add(name)
            return
        self._stale.discard(name)
        self._sent[name] = value


def _turn(name: str) -> bool:
    """Incidents before all else."""
    return name != "incidents"


async def _ignore(_: FromLive) -> None:
    """The live child only counts its watchers."""
