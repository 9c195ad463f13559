"""Starts a worker as the supervisor does: its own process, and a socket pair."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from edge.kernel.wire import CHANNEL_FD, Beat, Channel, open_channel

DEADLINE_S = 30.0


@dataclass
class ChildProcess:
    """A running worker; ``heard`` holds everything it said but Beats."""

    process: asyncio.subprocess.Process
    channel: Channel[Any, Any]
    heard: list[Any] = field(default_factory=list)
    beats: int = 0

    async def hear(self, kind: type[Any], deadline_s: float = DEADLINE_S) -> Any:
        """The next message of ``kind``; the others are kept in ``heard``."""
        async with asyncio.timeout(deadline_s):
            async for message in self.channel:
                if isinstance(message, Beat):
                    self.beats += 1
                    continue
                self.heard.append(message)
                if isinstance(message, kind):
                    return message
        raise AssertionError(f"the child ended before {kind.__name__}; it said {self.heard}")

    async def ended(self, deadline_s: float = 3.0) -> int:
        """Its exit status, within the deadline."""
        async with asyncio.timeout(deadline_s):
            return await self.process.wait()


@contextlib.asynccontextmanager
async def started(module: str, kind: Any, env: Mapping[str, str] | None = None) -> AsyncIterator[ChildProcess]:
    ours, theirs = socket.socketpair()
    with theirs:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            pass_fds=(theirs.fileno(),),
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
                CHANNEL_FD: str(theirs.fileno()),
                **(env or {}),
            },
        )
    child = ChildProcess(process, await open_channel(ours, kind))
    try:
        yield child
    finally:
        await child.channel.close()
        if process.returncode is None:
            with contextlib.suppress(TimeoutError):
                await child.ended()
        if process.returncode is None:
            process.kill()
            await process.wait()
