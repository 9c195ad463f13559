"""A child process for one job: started, told, waited for with a deadline, ended."""

import asyncio
import socket
from typing import Any, TypeVar

import msgspec

from edge.core.errors import TransientError
from edge.kernel.children import BEAT_DEADLINE_S, HELLO_DEADLINE_S, end_process, spawn
from edge.kernel.process import ERRAND
from edge.kernel.wire import Beat, Channel, Hello, open_channel

In = TypeVar("In")


async def run_errand(module: str, job: msgspec.Struct, kind: type[In], deadline_s: float) -> In:
    """Start ``python -m module``, hand it ``job``, and return its one answer of the union ``kind``.

    Raises TransientError when it dies, falls silent, or takes longer than ``deadline_s``; it is gone on return, and
    when the caller is cancelled.
    """
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = await spawn(module, theirs, ERRAND)
        try:
            async with asyncio.timeout(deadline_s):
                answer = await _converse(ours, job, kind)
        except TimeoutError as cause:
            raise TransientError(f"Tiến trình {module} (pid {process.pid}) không xong trong thời hạn.") from cause
        finally:
            await end_process(process)
    if answer is None:
        raise TransientError(f"Tiến trình {module} (pid {process.pid}) chết giữa chừng, mã {process.returncode}.")
    return answer


async def _converse(ours: socket.socket, job: msgspec.Struct, kind: type[In]) -> In | None:
    channel: Channel[In, Any] = await open_channel(ours, kind)
    try:
        await channel.send(job)
        return await _answer(channel)
    finally:
        await channel.close()


async def _answer(channel: Channel[In, Any]) -> In | None:
    silence_s = HELLO_DEADLINE_S
    while True:
        async with asyncio.timeout(silence_s):
            message = await channel.receive()
        if not isinstance(message, Hello | Beat):
            return message
        silence_s = BEAT_DEADLINE_S
