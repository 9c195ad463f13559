"""Where camera threads leave pictures worth a look, and the detector takes the next camera's in turn."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Shares = tuple[float, float, float, float]
"""Left, top, right, bottom of a box as shares of the picture, 0 to 1."""

MOST_REPLAYED = 24
"""Pictures of a replayed group of pictures that may wait: 4 s at 5 a second, and some."""
MOST_REPLAYED_BYTES = 32_000_000
"""Of one camera; a 640x360 picture has 0.7 MB, one of 1080p 6.2 MB."""
MOST_REPLAYED_BYTES_ALL = 96_000_000
"""Of all cameras of the shard: when they all wake at once, each replays fewer pictures."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A picture to analyse: height x width x 3 uint8, blue first; its times are those of its packet's arrival.

    ``boxes`` hold what moved; none means that the whole picture is worth a look.
    """

    camera: str
    bgr: NDArray[np.uint8]
    at_ms: int
    steady: float
    boxes: tuple[Shares, ...] = ()


@dataclass(slots=True)
class _Line:
    """What waits of one camera: a replay in its order, then the newest picture. ``turn`` is its last one."""

    replay: deque[Look] = field(default_factory=deque)
    newest: Look | None = None
    turn: int = 0

    @property
    def waits(self) -> bool:
        return bool(self.replay) or self.newest is not None

    def next(self) -> Look:
        if self.replay:
            return self.replay.popleft()
        look, self.newest = self.newest, None
        assert look is not None, "only a line that waits is asked"
        return look


class Mailbox:
    """Of each camera its newest picture, a newer one taking the place of the older, and a bounded replay before it.

    Whoever was served longest ago is served first: a camera waits for one picture of each other one at most, and one
    that wakes goes before all that are busy. Any thread may call any method.
    """

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._lines: dict[str, _Line] = {}
        self._turns = 0
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether nobody looks at pictures: there is no detector."""
        return self._closed

    @property
    def waiting(self) -> int:
        """How many cameras wait."""
        with self._ready:
            return sum(line.waits for line in self._lines.values())

    def put(self, look: Look) -> None:
        """Leave the newest picture of a camera."""
        with self._ready:
            if not self._closed:
                self._line(look.camera).newest = look
                self._ready.notify()

    def put_all(self, looks: Sequence[Look]) -> None:
        """Leave pictures of one camera that are all to be analysed, in their order, before its newest.

        Over MOST_REPLAYED pictures, or its share of the bytes, they are thinned evenly; the last one stays.
        """
        with self._ready:
            if self._closed or not looks:
                return
            line = self._line(looks[0].camera)
            all_of_them = (*line.replay, *looks)
            line.replay = deque(_thinned(all_of_them, self._room(line, all_of_them[-1].bgr.nbytes)))
            self._ready.notify()

    def take(self, timeout_s: float) -> Look | None:
        """The next picture of the camera that was served longest ago, or None when none came in time."""
        with self._ready:
            line = self._next() or (self._ready.wait(timeout_s) and self._next()) or None
            if line is None:
                return None
            self._turns += 1
            line.turn = self._turns
            return line.next()

    def close(self) -> None:
        """Nobody will take any more."""
        with self._ready:
            self._closed = True
            self._lines.clear()

    def _line(self, camera: str) -> _Line:
        return self._lines.setdefault(camera, _Line())

    def _next(self) -> _Line | None:
        return min((line for line in self._lines.values() if line.waits), key=lambda line: line.turn, default=None)

    def _room(self, own: _Line, picture_bytes: int) -> int:
        """How many pictures of this size the camera may replay now; one at least."""
        others = sum(look.bgr.nbytes for line in self._lines.values() if line is not own for look in line.replay)
        room = min(MOST_REPLAYED_BYTES, MOST_REPLAYED_BYTES_ALL - others)
        return max(1, min(MOST_REPLAYED, room // max(1, picture_bytes)))


def _thinned(looks: Sequence[Look], most: int) -> list[Look]:
    """At most ``most`` of them, evenly spread, the last one always."""
    if len(looks) <= most:
        return list(looks)
    step = len(looks) / most
    return [looks[len(looks) - 1 - round(index * step)] for index in reversed(range(most))]
