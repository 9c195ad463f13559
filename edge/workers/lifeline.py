"""A child's end of the socket to its supervisor: beat, and end at once when the supervisor is gone."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from typing import NoReturn, TypeVar

import msgspec

from edge.core.errors import MisconfiguredError, MolangError
from edge.kernel.keep_running import describe
from edge.kernel.log import start_logging
from edge.kernel.wire import Beat, Channel, Hello, inherited_socket, open_channel

log = logging.getLogger(__name__)

BEAT_EVERY_S = 1.0
_ENDED, _FAILED, _MISCONFIGURED = 0, 1, 2
In = TypeVar("In")
Body = Callable[[Channel[In, msgspec.Struct]], Awaitable[None]]


def run_child(process: str, kind: type[In], body: Body[In]) -> NoReturn:
    """Run ``body`` on the inherited socket until it returns, then leave at once, whatever threads still do.

    ``body`` reads its settings, calls `say_hello`, and returns when the channel ends. Exit status:
    0 the supervisor is gone, 1 failed, 2 a setting is wrong.
    """
    start_logging(process)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; our end is the supervisor's end
    status = _ENDED
    try:
        asyncio.run(_attend(kind, body))
    except* MisconfiguredError as wrong:
        log.error("%s", describe(wrong))  # noqa: TRY400 - a setting needs a sentence, not a traceback
        status = _MISCONFIGURED
    except* MolangError as failed:
        log.error("%s", describe(failed))  # noqa: TRY400 - our own errors are whole sentences
        status = _FAILED
    os._exit(status)


async def _attend(kind: type[In], body: Body[In]) -> None:
    channel = await open_channel(inherited_socket(), kind)
    async with asyncio.TaskGroup() as tasks:
        beats = tasks.create_task(_beat(channel), name="beats")
        await body(channel)
        beats.cancel()


async def say_hello(channel: Channel[In, msgspec.Struct]) -> None:
    """Tell the supervisor that this child lives and has read its settings."""
    await channel.send(Hello(os.getpid()))


async def answer_one(channel: Channel[In, msgspec.Struct], answer: Callable[[In], msgspec.Struct]) -> None:
    """Do one job in a thread, so that the beats go on, and answer; the process ends with us."""
    job = await channel.receive()
    if job is None:
        return
    await say_hello(channel)
    await channel.send(await asyncio.to_thread(answer, job))


async def _beat(channel: Channel[In, msgspec.Struct]) -> None:
    while True:
        await channel.send(Beat())
        await asyncio.sleep(BEAT_EVERY_S)
