"""Where camera threads leave the newest picture worth a look, and the detector thread takes the next in turn."""

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A picture to analyse: height x width x 3 uint8, blue first; its times are those of its packet's arrival."""

    camera: str
    bgr: NDArray[np.uint8]
    at_ms: int
    steady: float


class Mailbox:
    """One picture per camera at most: a newer one takes the place of the older, so nothing ever grows.

    Cameras are served in the order in which they began to wait, so none starves. Any thread may call any method.
    """

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._waiting: dict[str, Look] = {}
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether nobody looks at pictures: there is no detector."""
        return self._closed

    def put(self, look: Look) -> None:
        """Leave the newest picture of a camera, which keeps its place in the line."""
        with self._ready:
            if not self._closed:
                self._waiting[look.camera] = look
                self._ready.notify()

    def take(self, timeout_s: float) -> Look | None:
        """The picture of the camera that waits longest, or None when none came in time."""
        with self._ready:
            if not self._waiting:
                self._ready.wait(timeout_s)
            return self._waiting.pop(next(iter(self._waiting))) if self._waiting else None

    def close(self) -> None:
        """Nobody will take any more."""
        with self._ready:
            self._closed = True
            self._waiting.clear()
