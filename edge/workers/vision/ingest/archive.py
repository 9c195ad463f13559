"""Writes the recordings of all cameras of a shard, so that no thread that reads a camera ever waits for a disk."""

import threading
import time
from collections import deque
from dataclasses import replace
from functools import partial

from edge.workers.vision import words
from edge.workers.vision.ingest.reel import Reel
from edge.workers.vision.ingest.report import CameraReport
from edge.workers.vision.ingest.tape import Piece, Tape

PACKET_BYTES = 1000
"""What a packet costs beside its data."""
MOST_WAITING = 48_000_000
"""Bytes of pieces that wait for the disk: six seconds of 29 main streams of 2 Mbit/s."""
GATHERS_S = 0.5
"""Pieces wait so long for each other: woken twice a second, the thread costs less than woken for each of them."""


class Archive(threading.Thread):
    """One thread for the disk.

    It promises no pulse: a disk that hangs is not mended by killing this process, and the
    cameras are watched meanwhile.
    Over MOST_WAITING a piece is refused, and its camera's recording has a hole up to the next key frame.
    """

    def __init__(self) -> None:
        super().__init__(name="archive", daemon=True)
        self._ready = threading.Condition()
        self._waiting: deque[tuple[Reel, Piece, int]] = deque()
        self._bytes = 0
        self._reels: list[Reel] = []

    def tape(self, reel: Reel, report: CameraReport) -> Tape:
        """The reading end of one camera's recording."""
        self._reels.append(reel)
        return Tape(partial(self._put, reel, report))

    def run(self) -> None:
        """Write for ever."""
        for reel in self._reels:
            reel.adopt()
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._waiting)
            time.sleep(GATHERS_S)
            self._write_all()

    def _write_all(self) -> None:
        while self._waiting:
            reel, piece, size = self._waiting.popleft()
            reel.write(piece)
            with self._ready:
                self._bytes -= size

    def _put(self, reel: Reel, report: CameraReport, piece: Piece) -> bool:
        size = sum(packet.size + PACKET_BYTES for packet in piece.packets)
        with self._ready:
            taken: bool = self._bytes + size <= MOST_WAITING
            if not taken and piece.ends:
                piece, size = replace(piece, packets=[]), 0  # that it ended is told in any case
            if taken or piece.ends:
                self._bytes += size
                self._waiting.append((reel, piece, size))
                self._ready.notify()
        if not taken:
            report.recording(words.RECORDING_DISK_SLOW)
        return taken
