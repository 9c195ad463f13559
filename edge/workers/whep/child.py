"""The life of the whep child: opens views when the supervisor says so, and closes them."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field

import msgspec

from edge.core.errors import FinalError, MolangError
from edge.kernel.wire import Channel
from edge.kernel.wire.live import LiveCamera
from edge.kernel.wire.whep import CloseView, OpenView, ToWhep, ViewEnded, ViewOpened, ViewRefused, WhepSetup
from edge.workers.lifeline import say_hello
from edge.workers.talk.addresses import reach_by
from edge.workers.whep.peer import Peer

log = logging.getLogger(__name__)

MOST_VIEWS = 12
"""At 0.3 % of a core and one connection of the shard each; whoever comes later is told so and sees fMP4."""
_Supervisor = Channel[ToWhep, msgspec.Struct]


async def serve(supervisor: _Supervisor) -> None:
    """Serve until the supervisor is gone; then every view ends with it."""
    setup = await supervisor.receive()
    if setup is None:
        return
    if not isinstance(setup, WhepSetup):
        raise FinalError(f"Thông điệp đầu tiên là {type(setup).__name__}, phải là WhepSetup.")
    logging.getLogger("aioice").setLevel(logging.WARNING)  # it tells of every pair of addresses
    reach_by(setup.addresses)
    await say_hello(supervisor)
    views = _Views(supervisor, {camera.id: camera for camera in setup.cameras})
    async with asyncio.TaskGroup() as tasks:
        async for message in supervisor:
            if isinstance(message, OpenView):
                await views.open(message, tasks)
            elif isinstance(message, CloseView):
                views.close(message.view)
        views.close_all()


@dataclass
class _Views:
    supervisor: _Supervisor
    cameras: dict[str, LiveCamera]
    closing: dict[str, asyncio.Event] = field(default_factory=dict)

    async def open(self, wish: OpenView, tasks: asyncio.TaskGroup) -> None:
        """Answer the browser in a task of its own."""
        camera = self.cameras.get(wish.camera)
        if camera is None or wish.view in self.closing:
            await self.supervisor.send(ViewRefused(wish.view, "Không có camera này."))
        elif len(self.closing) >= MOST_VIEWS:
            await self.supervisor.send(ViewRefused(wish.view, f"Đã có {MOST_VIEWS} người đang xem trực tiếp."))
        else:
            self.closing[wish.view] = asyncio.Event()
            tasks.create_task(self._show(wish, camera), name=f"view {wish.view}")

    def close(self, view: str) -> None:
        """Let it end."""
        if view in self.closing:
            self.closing[view].set()

    def close_all(self) -> None:
        """The supervisor is gone."""
        for closing in self.closing.values():
            closing.set()

    async def _show(self, wish: OpenView, camera: LiveCamera) -> None:
        peer = Peer(camera)
        try:
            answer = await peer.answer(wish.offer)
            await self.supervisor.send(ViewOpened(wish.view, answer))
            await self._until_over(peer, self.closing[wish.view])
            await self.supervisor.send(ViewEnded(wish.view, peer.frames))
        except MolangError as error:
            await self.supervisor.send(ViewRefused(wish.view, str(error)))
        finally:
            del self.closing[wish.view]
            await peer.close()

    @staticmethod
    async def _until_over(peer: Peer, closing: asyncio.Event) -> None:
        tasks = {asyncio.create_task(peer.show()), asyncio.create_task(closing.wait())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, MolangError):
                    await task
