"""The queue of one browser that watches one camera: it never grows, and never holds up the others."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

import msgspec

from edge.workers.live.muxer import Fragment, Opening

QUEUE_BYTES = 8 * 1024 * 1024
QUEUE_FRAGMENTS = 500
GOP_BYTES = QUEUE_BYTES // 2
GOP_FRAGMENTS = 300
"""Ten seconds at 30 pictures a second: cheap cameras send a key frame no more often, and a tile is to start at once."""


@dataclass(slots=True)
class Allowance:
    """What one browser may leave unsent, over all the cameras that it watches; ``ready`` is set when anything waits."""

    most_bytes: int = QUEUE_BYTES
    waiting_bytes: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)


class Gop:
    """The fragments since the last key frame, so that who comes now sees a picture now.

    A group longer than GOP_BYTES or GOP_FRAGMENTS is forgotten: then a newcomer waits for the next key frame.
    """

    def __init__(self) -> None:
        self.fragments: list[Fragment] = []
        self._bytes = 0

    def add(self, fragment: Fragment) -> None:
        """Keep ``fragment``, and nothing from before it if it is a key frame."""
        if fragment.key:
            self.clear()
        if not fragment.key and not self.fragments:
            return
        self.fragments.append(fragment)
        self._bytes += len(fragment.data)
        if self._bytes > GOP_BYTES or len(self.fragments) > GOP_FRAGMENTS:
            self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.fragments = []
        self._bytes = 0


class Viewer:
    """What one browser has still to be sent.

    Overflow rule: when QUEUE_BYTES or QUEUE_FRAGMENTS or the browser's allowance are exceeded everything waiting is
    dropped, and the browser goes on, with a new opening, at the next key frame.
    """

    def __init__(self, allowance: Allowance | None = None) -> None:
        self._allowance = allowance or Allowance()
        self._waiting: deque[str | bytes] = deque()
        self._bytes = 0
        self._opening: Opening | None = None
        self._finished = False
        self.overflows = 0

    @property
    def waiting_bytes(self) -> int:
        """Size of what is queued."""
        return self._bytes

    def offer(self, fragment: Fragment) -> None:
        """Queue a fragment; before the first key frame of an opening it is left out."""
        if self._opening is not fragment.opening:
            if not fragment.key:
                return
            self._opening = fragment.opening
            self.tell({"mime": fragment.opening.mime})
            self._put(fragment.opening.init)
        self._put(fragment.data)
        if self._exceeds:
            self._overflow()

    def tell(self, notice: dict[str, str | bool]) -> None:
        """Queue a text message."""
        self._put(msgspec.json.encode(notice).decode())

    def finish(self) -> None:
        """Nothing more will come: `next` returns None once the queue is empty."""
        self._finished = True
        self._allowance.ready.set()

    async def next(self) -> str | bytes | None:
        """The oldest message, as soon as there is one."""
        while not self._waiting:
            if self._finished:
                return None
            self._allowance.ready.clear()
            await self._allowance.ready.wait()
        message = self._waiting.popleft()
        self._count(-len(message))
        return message

    def take_all(self) -> list[str | bytes]:
        """Everything that waits, oldest first; empty when nothing does."""
        messages = list(self._waiting)
        self._waiting.clear()
        self._count(-self._bytes)
        return messages

    @property
    def _exceeds(self) -> bool:
        total = self._allowance.waiting_bytes > self._allowance.most_bytes
        return total or self._bytes > QUEUE_BYTES or len(self._waiting) > QUEUE_FRAGMENTS

    def _put(self, message: str | bytes) -> None:
        self._waiting.append(message)
        self._count(len(message))
        self._allowance.ready.set()

    def _count(self, more: int) -> None:
        self._bytes += more
        self._allowance.waiting_bytes += more

    def _overflow(self) -> None:
        self.take_all()
        self._opening = None
        self.overflows += 1
