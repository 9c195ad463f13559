"""Messages inside one process: typed, bounded, and only nudges (law 1)."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

QUEUE_SIZE = 256
T = TypeVar("T")


class Mailbox(Generic[T]):
    """One subscriber's queue. When it is full the oldest message is dropped and counted (law 5)."""

    def __init__(self, size: int) -> None:
        self._queue: asyncio.Queue[T] = asyncio.Queue(size)
        self.dropped = 0

    def put(self, message: T) -> None:
        """Add a message; never waits."""
        if self._queue.full():
            self._queue.get_nowait()
            self.dropped += 1
        self._queue.put_nowait(message)

    async def get(self) -> T:
        """The oldest message, waiting for one."""
        return await self._queue.get()

    def waiting(self) -> list[T]:
        """Every message that is here now, oldest first; waits for none."""
        return [self._queue.get_nowait() for _ in range(self._queue.qsize())]

    async def __aiter__(self) -> AsyncIterator[T]:
        while True:
            yield await self._queue.get()


class Bus:
    """Publishes a message to every mailbox opened for its type."""

    def __init__(self) -> None:
        self._mailboxes: dict[type, list[Mailbox[Any]]] = defaultdict(list)

    def publish(self, message: object) -> None:
        """Hand the message to all who listen for its exact type; never waits, never fails."""
        for mailbox in self._mailboxes.get(type(message), ()):
            mailbox.put(message)

    @contextmanager
    def listen(self, kind: type[T], size: int = QUEUE_SIZE) -> Iterator[Mailbox[T]]:
        """A mailbox for messages of this type, open inside the ``with``."""
        mailbox: Mailbox[T] = Mailbox(size)
        self._mailboxes[kind].append(mailbox)
        try:
            yield mailbox
        finally:
            self._mailboxes[kind].remove(mailbox)
