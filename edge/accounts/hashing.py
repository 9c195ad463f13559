"""Passwords are hashed slowly on purpose: in a thread, one after the other, and strangers cannot crowd out the rest."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from edge.core.account import ThrottledError

MOST_WAITING = 8
"""So many of nobody in particular wait at once; further ones are sent away. The control socket works on 16."""
T = TypeVar("T")


class Hashing:
    """The queue before the hash. Whoever is known waits in it at most for those eight and the other known ones."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()
        self._waiting = 0

    async def run(self, work: Callable[..., T], *values: Any, stranger: bool = False) -> T:
        """``work`` in a thread; raises ThrottledError when a ``stranger`` comes and many of them wait."""
        async with self._turn() if stranger else contextlib.nullcontext(), self._one:
            return await asyncio.to_thread(work, *values)

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._waiting >= MOST_WAITING:
            raise ThrottledError("Đang có nhiều người đăng nhập cùng lúc. Hãy thử lại sau vài giây.")
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1
