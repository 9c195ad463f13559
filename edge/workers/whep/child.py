"""The life of the whep child: opens views when the supervisor says so, and closes them."""

import asyncio
from functools import partial

import msgspec

from edge.core.errors import MolangError
from edge.kernel.wire import Channel
from edge.kernel.wire.live import LiveCamera
from edge.kernel.wire.whep import CloseView, OpenView, ToWhep, ViewEnded, ViewOpened, ViewRefused, WhepSetup
from edge.workers.streams import Streams, set_up, until_closed
from edge.workers.whep.peer import Peer

MOST_VIEWS = 12
"""At 0.3 % of a core and one connection of the shard each; whoever comes later is told so and sees fMP4."""
_Supervisor = Channel[ToWhep, msgspec.Struct]


async def serve(supervisor: _Supervisor) -> None:
    """Serve until the supervisor is gone; then every view ends with it."""
    setup = await set_up(supervisor, WhepSetup)
    if setup is None:
        return
    cameras = {camera.id: camera for camera in setup.cameras}
    async with asyncio.TaskGroup() as tasks:
        views = Streams(tasks)
        async for message in supervisor:
            if isinstance(message, OpenView):
                await _open(message, cameras.get(message.camera), views, supervisor)
            elif isinstance(message, CloseView):
                views.close(message.view)
        views.close_all()


async def _open(wish: OpenView, camera: LiveCamera | None, views: Streams, supervisor: _Supervisor) -> None:
    if camera is None or wish.view in views:
        await supervisor.send(ViewRefused(wish.view, "Không có camera này."))
    elif len(views) >= MOST_VIEWS:
        await supervisor.send(ViewRefused(wish.view, f"Đã có {MOST_VIEWS} người đang xem trực tiếp."))
    else:
        views.open(wish.view, partial(_show, wish, camera, supervisor))


async def _show(wish: OpenView, camera: LiveCamera, supervisor: _Supervisor, closing: asyncio.Event) -> None:
    peer = Peer(camera)
    try:
        answer = await peer.answer(wish.offer)
        await supervisor.send(ViewOpened(wish.view, answer))
        await until_closed(peer.show(), closing)
        await supervisor.send(ViewEnded(wish.view, peer.frames))
    except MolangError as error:
        await supervisor.send(ViewRefused(wish.view, str(error)))
    finally:
        await peer.close()
