"""The life of a relay: open the source, pace its sound out, tell when it died."""

import asyncio

import msgspec

from edge.core.errors import FinalError
from edge.core.relay import relay_source
from edge.kernel.wire import Channel
from edge.kernel.wire.talk import CloseTalk, OpenRelay, TalkEnded, TalkOpened, TalkRefused, ToRelay
from edge.workers.lifeline import say_hello
from edge.workers.relay.supply import Supply
from edge.workers.talk.sound import silence
from edge.workers.talk.voice import Voice

BLOCK_S = 0.02
LATE_S = 0.5
"""A loop that was held up longer than this does not make up for it."""
_Supervisor = Channel[ToRelay, msgspec.Struct]


async def serve(supervisor: _Supervisor) -> None:
    """Relay the one source of the first message until it dies, or the supervisor closes it."""
    job = await supervisor.receive()
    if job is None:
        return
    if not isinstance(job, OpenRelay):
        raise FinalError(f"Thông điệp đầu tiên là {type(job).__name__}, phải là OpenRelay.")
    await say_hello(supervisor)
    closed = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        relaying = tasks.create_task(_relay(supervisor, job, closed))
        async for message in supervisor:
            if isinstance(message, CloseTalk):
                closed.set()
        relaying.cancel()


async def _relay(supervisor: _Supervisor, job: OpenRelay, closed: asyncio.Event) -> None:
    try:
        supply = Supply(relay_source(job.source))
    except FinalError as error:
        await supervisor.send(TalkRefused(job.stream, str(error)))
        return
    voice = Voice(job.stream, supervisor.send)
    if not await _begins(supply, closed):
        await supervisor.send(TalkRefused(job.stream, supply.died or "Đã thôi tiếp sóng."))
        return
    await supervisor.send(TalkOpened(job.stream, voice.talk_key))
    await _pace(supply, voice, closed)
    await voice.end()
    await supervisor.send(TalkEnded(job.stream, "" if closed.is_set() else supply.died))


async def _begins(supply: Supply, closed: asyncio.Event) -> bool:
    """Wait until it sounds; False when it never will."""
    while not (supply.died or closed.is_set()):
        if supply.take() is not None:
            return True
        await asyncio.sleep(BLOCK_S)
    return False


async def _pace(supply: Supply, voice: Voice, closed: asyncio.Event) -> None:
    """20 ms of sound every 20 ms. While the source is away, of silence: the horns must not take it for the end."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while not closed.is_set():
        block = supply.take()
        if block is None and supply.died:
            return
        await voice.say(silence() if block is None else block)
        due = max(due + BLOCK_S, loop.time() - LATE_S)
        await asyncio.sleep(max(0.0, due - loop.time()))
