"""An eye of its own on a simulated camera: it tells when a person appeared, as seen on the network.

It shares nothing with the product: its own RTSP connection, its own decoder, and it looks only at the square that
`hil.clips` burned into the corner.
"""

import threading
import time
from types import TracebackType

import av
import numpy as np

from hil.clips import MARKER_PX

WHITE = 160
BLACK = 96
OPEN_S = 10.0
SETTLE_S = 1.0
"""Packets that came while the connection was being opened are old: changes in the first second do not count."""


class MarkerReader:
    """Watches one camera in a thread. `appeared` and `vanished` hold monotonic times of packets' arrival."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._watch, name="marker", daemon=True)
        self.appeared: list[float] = []
        self.vanished: list[float] = []
        self.pictures = 0
        self.ended = ""

    def __enter__(self) -> "MarkerReader":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join(OPEN_S)

    def wait_for_person(self, after: float, deadline_s: float) -> float | None:
        """When a person first appeared after this monotonic time, or None if nobody did within the deadline."""
        until = time.monotonic() + deadline_s
        with self._changed:
            while True:
                later = [steady for steady in self.appeared if steady > after]
                left_s = until - time.monotonic()
                if later or left_s <= 0 or self.ended:
                    return later[0] if later else None
                self._changed.wait(left_s)

    def wait_for_pictures(self, count: int, deadline_s: float) -> int:
        """How many pictures were decoded, once there are `count` or the deadline has passed."""
        until = time.monotonic() + deadline_s
        while self.pictures < count and not self.ended and time.monotonic() < until:
            time.sleep(0.02)
        return self.pictures

    def _watch(self) -> None:
        try:
            with av.open(self._url, options={"rtsp_transport": "tcp"}, timeout=OPEN_S) as container:
                self._read(container)
            self.ended = "" if self._stopping.is_set() else "the stream ended"
        except av.FFmpegError as error:
            self.ended = str(error)
        with self._changed:
            self._changed.notify_all()

    def _read(self, container: "av.container.InputContainer") -> None:
        stream = container.streams.video[0]
        stream.codec_context.thread_type = "NONE"  # frame threads would hold pictures back
        white: bool | None = None
        settled = time.monotonic() + SETTLE_S
        for packet in container.demux(stream):
            arrived = time.monotonic()
            if self._stopping.is_set() or packet.size == 0:
                return
            for frame in packet.decode():
                white = self._look(frame, arrived, white if arrived > settled else None)

    def _look(self, frame: "av.VideoFrame", arrived: float, before: bool | None) -> bool | None:
        self.pictures += 1
        level = float(np.mean(frame.to_ndarray(format="gray")[4 - MARKER_PX : -4, 4 - MARKER_PX : -4]))
        now = True if level > WHITE else False if level < BLACK else before
        if before is not None and now is not before:
            with self._changed:
                (self.appeared if now else self.vanished).append(arrived)
                self._changed.notify_all()
        return now
