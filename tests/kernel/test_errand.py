"""A child for one job: what becomes of it is told, and it is gone afterwards."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from edge.core.errors import TransientError
from edge.kernel.errand import run_errand
from edge.kernel.wire import Beat, Hello
from edge.kernel.wire.vision import Demand

CHILD = "tests.kernel.child_on_order"
KIND: Any = Hello | Beat | Demand
JOB = Demand("cong", 1.0)


def children() -> set[int]:
    """Processes that we started and that run."""
    tasks = Path("/proc/self/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}


async def test_a_child_that_dies_is_told() -> None:
    with pytest.raises(TransientError, match="chết giữa chừng, mã 1"):
        await run_errand("edge.no_such_child", JOB, KIND, 20)


async def test_a_child_that_hangs_is_killed_at_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "CHILD_DOES", "hang")
    before = children()
    with pytest.raises(TransientError, match="không xong trong thời hạn"):
        await run_errand(CHILD, JOB, KIND, 1.0)
    assert children() == before


async def test_a_child_does_not_outlive_who_wanted_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "CHILD_DOES", "hang")
    before = children()
    task = asyncio.create_task(run_errand(CHILD, JOB, KIND, 60))
    async with asyncio.timeout(10):
        while children() == before:  # noqa: ASYNC110 - a process that starts sets no event
            await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert children() == before
