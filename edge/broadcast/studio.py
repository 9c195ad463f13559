"""The children that make the sound of talks: one for microphones, and one for each relay while it lasts."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from edge.core.errors import FinalError, TransientError
from edge.core.news import ServiceChanged
from edge.kernel.bus import Bus
from edge.kernel.children import Child, ChildHealth
from edge.kernel.wire.talk import (
    CloseTalk,
    FromTalk,
    OpenRelay,
    OpenTalk,
    TalkEnded,
    TalkLevel,
    TalkOpened,
    TalkRefused,
    TalkSetup,
    TalkSound,
)

log = logging.getLogger(__name__)

OPENED_WITHIN_S = 4.0
"""The page waits 5 s."""
RELAY_WITHIN_S = 12.0
"""A radio station on a thin line."""
ENDED_WITHIN_S = 1.0
"""From our word to the child's last packet."""
DIED = "Tiến trình thu tiếng dừng đột ngột."
Heard = Callable[[str, bytes], None]


@dataclass(slots=True)
class Sounding:
    """One stream, as its child tells it. ``why`` is empty as long as nothing went wrong."""

    stream: str
    child: str
    opened: "asyncio.Future[TalkOpened]"
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    why: str = ""
    rms_db: float | None = None
    peak_db: float | None = None

    def fail(self, reason: str) -> None:
        """It ended, or never began."""
        self.why = self.why or reason
        self.ended.set()
        if not self.opened.done():
            self.opened.set_exception(FinalError(reason))
            self.opened.exception()  # whoever waits gets it; if nobody does, it is no fault


class Studio:
    """Opens and closes streams. ``heard`` gets every signed packet, ``changed`` is called when a level is new."""

    def __init__(self, addresses: tuple[str, ...], heard: Heard, changed: Callable[[], None], bus: Bus) -> None:
        self._addresses = addresses
        self._heard = heard
        self._changed = changed
        self._bus = bus
        self._streams: dict[str, Sounding] = {}
        self._microphones: Child[FromTalk] = Child(
            "talk",
            "edge.workers.talk",
            FromTalk,  # type: ignore[arg-type]  # a union is a type to msgspec
            greet=self._greet,
            heard=self._take,
            changed=self._child_changed,
        )

    async def run(self) -> None:
        """Keep the child for microphones running until cancelled."""
        await self._microphones.run()

    @asynccontextmanager
    async def microphone(self, stream: str, offer: str) -> AsyncIterator[tuple[Sounding, TalkOpened]]:
        """A browser's microphone, open inside the ``with``; raises FinalError or TransientError when it does not open.

        On leaving, its last packet has been sent.
        """
        sounding = self._new(stream, self._microphones.name)
        try:
            await self._microphones.send(OpenTalk(stream, offer))
            yield sounding, await _opened(sounding, OPENED_WITHIN_S)
        finally:
            await self._end(self._microphones, sounding)

    @asynccontextmanager
    async def relay(self, stream: str, source: str) -> AsyncIterator[tuple[Sounding, TalkOpened]]:
        """A radio, in a child of its own, which sounds already; the same otherwise."""
        sounding = self._new(stream, "relay")
        child: Child[FromTalk] = Child(
            "relay",
            "edge.workers.relay",
            FromTalk,  # type: ignore[arg-type]  # a union is a type to msgspec
            greet=lambda child: child.send(OpenRelay(stream, source)),
            heard=self._take,
            changed=lambda health: sounding.fail(DIED) if health.state == "down" else None,
        )
        running = asyncio.create_task(child.run())
        try:
            try:
                opened = await _opened(sounding, RELAY_WITHIN_S)
            except FinalError as error:  # a station that is dead now may be back in a moment
                raise TransientError(str(error)) from error
            yield sounding, opened
        finally:
            await self._end(child, sounding)
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    def _new(self, stream: str, child: str) -> Sounding:
        sounding = self._streams[stream] = Sounding(stream, child, asyncio.get_running_loop().create_future())
        return sounding

    async def _end(self, child: Child[FromTalk], sounding: Sounding) -> None:
        try:
            if not sounding.ended.is_set():
                await child.send(CloseTalk(sounding.stream))
                async with asyncio.timeout(ENDED_WITHIN_S):
                    await sounding.ended.wait()
        except (TransientError, TimeoutError) as error:
            log.warning("stream %s did not end in order: %s", sounding.stream, error)
        finally:
            del self._streams[sounding.stream]

    async def _greet(self, child: Child[FromTalk]) -> None:
        await child.send(TalkSetup(self._addresses))

    async def _take(self, message: FromTalk) -> None:
        sounding = self._streams.get(getattr(message, "stream", ""))
        if sounding is None:
            return
        match message:
            case TalkSound():
                self._heard(message.stream, message.payload)
            case TalkLevel():
                sounding.rms_db, sounding.peak_db = message.rms_db, message.peak_db
                self._changed()
            case TalkOpened() if not sounding.opened.done():
                sounding.opened.set_result(message)
            case TalkRefused():
                sounding.fail(message.reason)
            case TalkEnded():
                sounding.why = sounding.why or message.why
                sounding.ended.set()

    def _child_changed(self, health: ChildHealth) -> None:
        if health.state == "down":
            for sounding in self._streams.values():
                if sounding.child == health.name:
                    sounding.fail(DIED)
        self._bus.publish(ServiceChanged(health.name, health.state, health.detail, health.restarts))


async def _opened(sounding: Sounding, within_s: float) -> TalkOpened:
    try:
        async with asyncio.timeout(within_s):
            return await asyncio.shield(sounding.opened)
    except TimeoutError as cause:
        raise TransientError("Không mở được luồng tiếng trong thời hạn.") from cause
