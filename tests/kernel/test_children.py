import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from edge.kernel import children
from edge.kernel.children import Child, ChildHealth
from edge.kernel.process import ERRAND, EYES, FOR_THE_HORNS, USUAL
from edge.kernel.wire import Beat, Hello

Anything = Hello | Beat


def score_of(pid: int | str | None) -> int:
    return int(Path(f"/proc/{pid}/oom_score_adj").read_text())


class Watched:
    """A child under supervision, and all that was told of it."""

    def __init__(self, beat_deadline_s: float) -> None:
        self.told: list[ChildHealth] = []
        self.child: Child[Anything] = Child(
            "probe",
            "tests.kernel.child_on_order",
            Anything,  # type: ignore[arg-type]
            greet=self._nothing,
            heard=self._nothing,
            changed=self.told.append,
            beat_deadline_s=beat_deadline_s,
        )

    def score(self) -> int:
        """How likely the kernel is to take it when memory is short."""
        return score_of(self.child.pid)

    async def _nothing(self, _: object) -> None:
        return

    async def until(self, state: str, count: int) -> None:
        async with asyncio.timeout(20):
            while sum(health.state == state for health in self.told) < count:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def running(does: str, monkeypatch: pytest.MonkeyPatch, beat_deadline_s: float = 10.0) -> AsyncIterator[Watched]:
    monkeypatch.setenv("CHILD_DOES", does)
    watched = Watched(beat_deadline_s)
    task = asyncio.create_task(watched.child.run())
    try:
        yield watched
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_killed_child_comes_back_within_three_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running("live", monkeypatch) as watched:
        await watched.until("up", 1)
        assert watched.child.pid is not None
        os.kill(watched.child.pid, signal.SIGKILL)
        async with asyncio.timeout(3):
            await watched.until("up", 2)
        assert watched.told[-1].restarts == 1


async def test_a_child_that_hangs_is_killed_and_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running("hang", monkeypatch, beat_deadline_s=0.5) as watched:
        await watched.until("up", 1)
        first = watched.child.pid
        async with asyncio.timeout(3):
            await watched.until("up", 2)
        assert first is not None
        assert not psutil.pid_exists(first)


async def test_a_child_that_sends_rubbish_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "STOP_DEADLINE_S", 0.2)
    async with running("rubbish", monkeypatch) as watched:
        await watched.until("up", 2)
        assert any("tối đa" in health.detail for health in watched.told)


async def test_no_child_outlives_its_supervisor(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running("live", monkeypatch) as watched:
        await watched.until("up", 1)
        pid = watched.child.pid
    assert pid is not None
    assert not psutil.pid_exists(pid)


async def test_when_memory_is_short_a_child_goes_before_its_supervisor(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running("live", monkeypatch) as watched:
        await watched.until("up", 1)
        assert watched.score() == max(score_of("self"), USUAL)


def test_the_kernel_takes_the_eyes_first_and_who_moves_a_horn_last() -> None:
    assert EYES > ERRAND > USUAL > FOR_THE_HORNS > -500
