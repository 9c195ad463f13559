"""Blocking calls that may hang: in threads of their own, a few at once, which nobody waits for at the end.

The loop's own threads are few and awaited by others (files, the database), and a program's end waits for them.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class OwnThreads:
    """At most ``most`` calls run; one more waits for its turn, so whoever calls sets a deadline around it."""

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._free = asyncio.Semaphore(most)

    async def run(self, call: Callable[[], T]) -> T:
        """What the call returns or raises. When this is cancelled the call runs to its own end and keeps its turn."""
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def finished(result: T | None, error: BaseException | None) -> None:
            self._free.release()
            if done.cancelled():
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(result)  # type: ignore[arg-type]  # None only if T is

        threading.Thread(target=_work, args=(call, loop, finished), name=self._name, daemon=True).start()
        return await done


def _work(
    call: Callable[[], T],
    loop: asyncio.AbstractEventLoop,
    finished: Callable[[T | None, BaseException | None], None],
) -> None:
    result: T | None = None
    problem: BaseException | None = None
    try:
        result = call()
    except Exception as error:  # noqa: BLE001 - it is raised where the call was made
        problem = error
    with contextlib.suppress(RuntimeError):  # the loop ended meanwhile: nobody waits
        loop.call_soon_threadsafe(finished, result, problem)
