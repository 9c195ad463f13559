"""Live views of one camera by one browser: allowed, written down, opened by the whep child, ended."""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from edge.config.schema import Config
from edge.core.errors import FinalError, TransientError
from edge.core.news import PrivacyChanged, ServiceChanged, SessionsOpen
from edge.core.privacy import COVERED, SEES_ALL, check_sight
from edge.core.recording import Who
from edge.kernel.bus import Bus
from edge.kernel.children import Child, ChildHealth
from edge.kernel.wire.live import LiveCamera
from edge.kernel.wire.whep import CloseView, FromWhep, OpenView, ViewEnded, ViewOpened, ViewRefused, WhepSetup
from edge.store.journal import Journal

log = logging.getLogger(__name__)

OPENED_WITHIN_S = 6.0
"""The child asks the camera for 2.5 s and gathers its addresses; the page waits 8 s."""
LOOK_S = 3600.0
"""Tries of one look within this time are one audit line; whoever tries again later is one more."""
MOST_LOOKS = 500
"""Overflow rule: the oldest is forgotten, and its next try is one more line."""
DIED = "Tiến trình xem trực tiếp dừng đột ngột, xin mở lại."


@dataclass(slots=True)
class View:
    """One that is open, or being opened."""

    id: str
    camera: str
    who: Who
    since_ms: int
    opened: "asyncio.Future[str]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def fail(self, error: FinalError | TransientError) -> None:
        """It will not open."""
        if not self.opened.done():
            self.opened.set_exception(error)
            self.opened.exception()  # whoever waits gets it; if nobody does, it is no fault


class ViewingService:
    """Owns the whep child. ``covered`` says whether a camera has privacy areas that it does not hide itself."""

    def __init__(
        self,
        config: Config,
        packets_path: Callable[[str], str],
        covered: Callable[[str], bool],
        journal: Journal,
        bus: Bus,
    ) -> None:
        cameras = tuple(LiveCamera(camera.id, packets_path(camera.id)) for camera in config.camera)
        self._setup = WhepSetup(config.live.talk_addresses, cameras)
        self._known = frozenset(camera.id for camera in cameras)
        self._covered = covered
        self._journal = journal
        self._bus = bus
        self._views: dict[str, View] = {}
        self._looks: OrderedDict[tuple[str, str, str, str], float] = OrderedDict()
        self._ending: asyncio.Queue[View] = asyncio.Queue()  # as many as were open: the child bounds them
        self._child: Child[FromWhep] = Child(
            "whep",
            "edge.workers.whep",
            FromWhep,  # type: ignore[arg-type]  # a union is a type to msgspec
            greet=lambda child: child.send(self._setup),
            heard=self._heard,
            changed=self._child_changed,
        )

    async def run(self) -> None:
        """Serve until cancelled. Without cameras there is no child."""
        if not self._known:
            await asyncio.Event().wait()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._child.run())
            group.create_task(self._write_ends())
            group.create_task(self._watch_privacy())
            group.create_task(self._watch_sessions())

    async def begin(self, view: str, camera: str, who: Who, why: str, offer: str, look: str = "") -> dict[str, Any]:
        """Write down who looks at what and why, then open it.

        Raises FinalError when this person or this browser cannot see it so, TransientError when the camera gives no
        picture now.
        """
        await self.note(camera, who, why, look)
        if view in self._views:
            raise FinalError("Lần xem này đã mở rồi.")
        opening = self._views[view] = View(view, camera, who, self._journal.clock.now().at_ms)
        try:
            await self._child.send(OpenView(view, camera, offer))
            async with asyncio.timeout(OPENED_WITHIN_S):
                return {"id": view, "answer": await asyncio.shield(opening.opened)}
        except TimeoutError as cause:
            await self.end(view)
            raise TransientError("Camera chưa cho hình, xin thử lại sau giây lát.") from cause
        finally:
            if not opening.opened.done() or opening.opened.exception() is not None:
                self._views.pop(view, None)

    async def note(self, camera: str, who: Who, why: str, look: str = "") -> None:
        """The audit line of a look, once for all its tries; raises FinalError when this person may not see it."""
        if camera not in self._known:
            raise FinalError("Không có camera này.")
        check_sight(who.role, covered=self._covered(camera))
        key, now_s = (who.user, look, camera, why), float(self._journal.clock.steady())
        if look and key in self._looks and now_s - self._looks[key] < LOOK_S:
            return
        await self._journal.record(lambda tx: tx.deed(who.user, who.role, "camera.view", f"{camera}: {why}"))
        self._looks.pop(key, None)
        self._looks[key] = now_s
        while len(self._looks) > MOST_LOOKS:
            self._looks.popitem(last=False)

    async def end(self, view: str) -> None:
        """Somebody looks no more; the child's last word writes it down."""
        with contextlib.suppress(TransientError):
            await self._child.send(CloseView(view))

    def watched(self, camera: str) -> int:
        """How many look at this camera now."""
        return sum(view.camera == camera and view.opened.done() for view in self._views.values())

    async def _heard(self, message: FromWhep) -> None:
        match message:
            case ViewOpened():
                view = self._views.get(message.view)
                if view is not None and not view.opened.done():
                    view.opened.set_result(message.answer)
            case ViewRefused() | ViewEnded():
                self._over(message)

    def _over(self, message: ViewRefused | ViewEnded) -> None:
        view = self._views.pop(message.view, None)
        if view is None:
            return
        reason = message.reason if isinstance(message, ViewRefused) else ""
        if view.opened.done():
            self._ending.put_nowait(view)
        else:
            view.fail(FinalError(reason or DIED))

    async def _write_ends(self) -> None:
        while True:
            view = await self._ending.get()
            seconds = (self._journal.clock.now().at_ms - view.since_ms) // 1000
            who, words = view.who, f"{view.camera}: {seconds} giây"
            await self._journal.record_surely(
                lambda tx, who=who, words=words: tx.deed(who.user, who.role, "camera.view_end", words)  # type: ignore[misc]  # those of this turn
            )

    async def _watch_privacy(self) -> None:
        """Who may see a camera no longer is sent away at once."""
        with self._bus.listen(PrivacyChanged) as mailbox:
            async for news in mailbox:
                for view in list(self._views.values()):
                    barred = view.who.role not in SEES_ALL and self._covered(view.camera)
                    if view.camera == news.camera and barred:
                        log.info("view of %s ended: %s", view.camera, COVERED)
                        await self.end(view.id)

    async def _watch_sessions(self) -> None:
        """Who is logged in no longer looks no longer."""
        with self._bus.listen(SessionsOpen) as mailbox:
            async for news in mailbox:
                for view in list(self._views.values()):
                    if view.who.session and view.who.session not in news.ids:
                        log.info("view of %s ended with the log-in", view.camera)
                        await self.end(view.id)

    def _child_changed(self, health: ChildHealth) -> None:
        if health.state == "down":
            for view in self._views.values():
                view.fail(TransientError(DIED))
                self._ending.put_nowait(view)
            self._views.clear()
        self._bus.publish(ServiceChanged(health.name, health.state, health.detail, health.restarts))
