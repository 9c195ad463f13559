"""A shard that hangs, whole or in one thread, is ended and watches again soon."""

import asyncio
import contextlib
import ctypes
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from edge.core.vision import CameraState
from edge.kernel.children import SHARD_BEAT_DEADLINE_S, Child, ChildHealth
from edge.kernel.wire.vision import CameraHealth, CameraSetup, FromShard, ShardSetup
from edge.workers.vision.ingest.reader import READ_ALLOWED_S
from tests.workers.vision.bench import Cameras

PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
WALL = 0x40000000
BACK_S = 10.0
"""Three on a machine with nothing else to do; tests run beside others."""
NOTICED_S = 1.5


class Supervised:
    """A shard under the real supervision, and when its camera came online."""

    def __init__(self, setup: ShardSetup) -> None:
        self.setup = setup
        self.online: list[float] = []
        self.ups: list[float] = []
        self.downs: list[float] = []
        self.frozen: int | None = None
        self.child: Child[FromShard] = Child(
            "vision-0",
            "edge.workers.vision",
            FromShard,  # type: ignore[arg-type]  # a union is a type to msgspec
            greet=self._greet,
            heard=self._heard,
            changed=self._changed,
            beat_deadline_s=SHARD_BEAT_DEADLINE_S,
        )

    async def until(self, times: list[float], count: int, deadline_s: float) -> float:
        """When it happened for the ``count``-th time."""
        async with asyncio.timeout(deadline_s):
            while len(times) < count:
                reap(self.frozen)
                await asyncio.sleep(0.02)
        return times[count - 1]

    async def _greet(self, child: Child[FromShard]) -> None:
        await child.send(self.setup)

    async def _heard(self, message: FromShard) -> None:
        if isinstance(message, CameraHealth) and message.state == CameraState.ONLINE and not message.fps:
            self.online.append(time.monotonic())

    def _changed(self, health: ChildHealth) -> None:
        times = {"up": self.ups, "down": self.downs}.get(health.state)
        if times is not None:
            times.append(time.monotonic())


@pytest.fixture
def setup(start_cameras: Callable[..., Cameras], quiet_clip: Path, tmp_path: Path) -> ShardSetup:
    """One good camera, no model."""
    cameras = (CameraSetup("cong", start_cameras({"cong": quiet_clip}).url("cong")),)
    return ShardSetup(0, cameras, "", 320, (), 0.4, 1, str(tmp_path / "media"), str(tmp_path / "packets.sock"))


@asynccontextmanager
async def supervised(setup: ShardSetup) -> AsyncIterator[Supervised]:
    """It runs inside the ``with``."""
    shard = Supervised(setup)
    task = asyncio.create_task(shard.child.run())
    try:
        await shard.until(shard.online, 1, 20)
        yield shard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_shard_that_stops_altogether_is_killed_and_watches_again(setup: ShardSetup) -> None:
    async with supervised(setup) as shard:
        assert shard.child.pid is not None
        os.kill(shard.child.pid, signal.SIGSTOP)
        hung = time.monotonic()
        down = await shard.until(shard.downs, 1, 15)
        assert down - hung < SHARD_BEAT_DEADLINE_S + NOTICED_S
        assert await shard.until(shard.ups, 2, 15) - down < BACK_S
        await shard.until(shard.online, 2, 15)


async def test_shard_with_one_thread_stuck_in_native_code_ends_itself_and_watches_again(setup: ShardSetup) -> None:
    async with supervised(setup) as shard:
        assert shard.child.pid is not None
        threads = sorted(int(tid) for tid in os.listdir(f"/proc/{shard.child.pid}/task"))  # noqa: PTH208 - no Path here
        if not freeze(threads[-1]):  # the camera's: it is started last
            pytest.skip("this machine forbids to stop a single thread (ptrace)")
        hung, shard.frozen = time.monotonic(), threads[-1]
        down = await shard.until(shard.downs, 1, 25)
        assert down - hung < READ_ALLOWED_S + NOTICED_S
        assert await shard.until(shard.ups, 2, 15) - down < BACK_S


def freeze(thread: int) -> bool:
    """Stop one thread of another process where it is, as a hung call would."""
    libc = ctypes.CDLL(None, use_errno=True)
    return all(libc.ptrace(request, thread, None, None) == 0 for request in (PTRACE_SEIZE, PTRACE_INTERRUPT))


def reap(thread: int | None) -> None:
    """A thread that is traced waits for its tracer even when it dies, and its process with it."""
    if thread is not None:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(thread, os.WNOHANG | WALL)
