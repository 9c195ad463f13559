"""Child processes: started, listened to, killed when they hang, started again with backoff."""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from edge.core.errors import TransientError
from edge.core.moment import Steady
from edge.kernel.keep_running import describe, keep_running
from edge.kernel.process import USUAL, gives_way
from edge.kernel.wire import CHANNEL_FD, Beat, Channel, Hello, open_channel

log = logging.getLogger(__name__)

HELLO_DEADLINE_S = 30.0
BEAT_DEADLINE_S = 10.0
STOP_DEADLINE_S = 3.0
LONGEST_WAIT_S = 2.0
"""A shard must be back within three seconds, so its backoff stays short."""
LATE_LOOP_S = 0.2
SHARD_BEAT_DEADLINE_S = 2.0
"""A shard beats twice a second on a thread that does nothing else."""
In = TypeVar("In")


@dataclass(frozen=True, slots=True)
class ChildHealth:
    """How a child is now; published on every change."""

    name: str
    state: str
    detail: str
    since: Steady
    restarts: int


class Child(Generic[In]):
    """One child process and the channel to it. ``run`` owns both; others only ``send``."""

    def __init__(
        self,
        name: str,
        module: str,
        kind: type[In],
        *,
        greet: Callable[["Child[In]"], Awaitable[None]],
        heard: Callable[[In], Awaitable[None]],
        changed: Callable[[ChildHealth], None],
        beat_deadline_s: float = BEAT_DEADLINE_S,
        score: int = USUAL,
    ) -> None:
        self.name = name
        self._module = module
        self._kind = kind
        self._greet = greet
        self._heard = heard
        self._changed = changed
        self._beat_deadline_s = beat_deadline_s
        self._score = score
        self._channel: Channel[In, msgspec.Struct] | None = None
        self._restarts = -1
        self.pid: int | None = None

    async def send(self, message: msgspec.Struct) -> None:
        """Send to the child that runs now; raises TransientError while there is none."""
        if self._channel is None:
            raise TransientError(f"Tiến trình {self.name} đang khởi động lại.")
        await self._channel.send(message)

    async def run(self) -> None:
        """Keep the child running until cancelled."""
        await keep_running(f"child {self.name}", self._life, longest_wait_s=LONGEST_WAIT_S, failed=self._failed)

    def _failed(self, error: BaseException) -> None:
        self._tell("down", describe(error))

    def _tell(self, state: str, detail: str) -> None:
        now = Steady(asyncio.get_running_loop().time())
        self._changed(ChildHealth(self.name, state, detail, now, max(self._restarts, 0)))

    async def _life(self) -> None:
        self._restarts += 1
        self._tell("starting", "")
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                process = await spawn(self._module, theirs, self._score)
            self.pid = process.pid
            try:
                await self._converse(ours)
            except TimeoutError:
                _kill(process)  # it hangs: nothing is to be had by waiting for it
                raise
            finally:
                await end_process(process)
        raise TransientError(f"tiến trình {self.name} (pid {process.pid}) kết thúc, mã {process.returncode}")

    async def _converse(self, ours: socket.socket) -> None:
        channel: Channel[In, Any] = await open_channel(ours, self._kind)
        try:
            self._channel = channel
            await self._greet(self)
            await self._listen(channel)
        finally:
            self._channel = None
            await channel.close()

    async def _listen(self, channel: Channel[In, Any]) -> None:
        deadline_s = HELLO_DEADLINE_S
        while True:
            message = await _within(deadline_s, channel)
            if message is None:
                return
            if isinstance(message, Hello):
                deadline_s = self._beat_deadline_s
                log.info("%s runs, pid %d", self.name, message.pid)
                self._tell("up", "")
            elif not isinstance(message, Beat):
                await self._heard(message)


async def _within(deadline_s: float, channel: Channel[In, Any]) -> In | None:
    """The next message; raises TimeoutError. If this loop itself was late, what was said meanwhile still counts."""
    try:
        async with asyncio.timeout(deadline_s):
            return await channel.receive()
    except TimeoutError:
        async with asyncio.timeout(LATE_LOOP_S):
            return await channel.receive()


async def spawn(module: str, sock: socket.socket, score: int) -> asyncio.subprocess.Process:
    """Start ``python -m module`` with the other end of its channel; the child asks the kernel to die with us.

    ``score``: one of those of edge.kernel.process, for when memory is short.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        pass_fds=(sock.fileno(),),
        env=os.environ | {CHANNEL_FD: str(sock.fileno())},
        stdin=asyncio.subprocess.DEVNULL,
    )
    gives_way(process.pid, score)
    return process


async def end_process(process: asyncio.subprocess.Process) -> None:
    """Wait a moment for the child to leave by itself (its socket is closed), then kill it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STOP_DEADLINE_S):
            await process.wait()
            return
    log.warning("pid %d does not end, killing it", process.pid)
    _kill(process)
    await process.wait()


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
