"""One camera's recording on the disk: pieces become files, files are announced, and a failing disk is told."""

import datetime as dt
import errno
import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import av

from edge.kernel.clock import Clock
from edge.kernel.wire.vision import FromShard, SegmentDone
from edge.workers.vision import words
from edge.workers.vision.ingest.backoff import Backoff
from edge.workers.vision.ingest.leftovers import leftovers, salvage
from edge.workers.vision.ingest.report import CameraReport
from edge.workers.vision.ingest.segment import Segment
from edge.workers.vision.ingest.shape import Shape
from edge.workers.vision.ingest.stamps import stamps
from edge.workers.vision.ingest.tape import Piece
from edge.workers.vision.ingest.trouble import CameraTroubleError

log = logging.getLogger(__name__)

EARLY_S = 0.25
"""Key frames do not come to the millisecond: a file may be cut so much before its time."""
HOLE_S = 5.0
"""Pieces that far apart do not go into one file."""
LONGEST_RETRY_S = 60.0
_REASONS = {
    errno.ENOSPC: words.RECORDING_DISK_FULL,
    errno.EDQUOT: words.RECORDING_DISK_FULL,
    errno.EROFS: words.RECORDING_READ_ONLY,
}


class Witness(Protocol):
    """Knows what happened in the pictures of a time."""

    def motion_share(self, since_steady: float, until_steady: float) -> float:
        """Share of this time (0 to 1) in which something moved."""
        ...

    def objects(self, since_steady: float, until_steady: float) -> bool:
        """Whether anything was tracked in this time."""
        ...


@dataclass(slots=True)
class _Open:
    """The file that grows."""

    segment: Segment
    began: float
    began_ms: int
    ended: float


class Reel:
    """One camera's files under ``<folder>/recordings/<camera>/<day>/<began_ms>.mp4``. The archive's thread owns it.

    A disk that fails costs recordings and nothing else: the camera's ``recording`` says why, and the disk is tried
    again after a while.
    """

    def __init__(
        self,
        camera: str,
        folder: Path,
        segment_s: float,
        witness: Witness,
        report: CameraReport,
        send: Callable[[FromShard], None],
        clock: Clock,
    ) -> None:
        self._camera = camera
        self._folder = folder
        self._segment_s = segment_s
        self._witness = witness
        self._report = report
        self._send = send
        self._clock = clock
        self._backoff = Backoff(LONGEST_RETRY_S)
        self._retry_at = 0.0
        self._shape: Shape | None = None
        self._open: _Open | None = None

    def adopt(self) -> None:
        """Announce what a killed shard left behind."""
        try:
            for done in leftovers(self._folder, self._camera, self._clock.now().at_ms):
                log.info("camera %s: %s was left behind and is kept", self._camera, done.path)
                self._send(done)
        except OSError as error:
            self._broken(error)

    def write(self, piece: Piece) -> None:
        """Put a piece where it belongs."""
        if self._clock.steady() < self._retry_at:
            return
        try:
            self._place(piece)
        except (av.error.FFmpegError, CameraTroubleError):
            self._give_up(words.RECORDING_RUBBISH)
        except OSError as error:
            self._broken(error)

    def _place(self, piece: Piece) -> None:
        if piece.key and piece.packets:
            self._cut(piece)
        is_open = self._open
        if is_open is None:
            return  # it can only begin at a key frame
        is_open.segment.write(piece.packets, stamps(piece.packets, piece.shift, piece.lasts))
        is_open.ended = max(is_open.ended, piece.ended)
        if piece.ends:
            self._finish(is_open.ended)

    def _cut(self, piece: Piece) -> None:
        """Begin a new file at this key frame if the running one is full or does not fit."""
        is_open, strip, key = self._open, piece.strip, piece.packets[0]
        fits = self._shape is not None and self._shape.fits(strip, key)
        if is_open is not None and fits and not self._full(is_open, piece):
            return
        self._finish(min(piece.began, is_open.ended + HOLE_S) if is_open else piece.began)
        if not fits or self._shape is None:
            self._shape = Shape(strip, key)
        self._open = self._begin(piece, self._shape)
        self._report.recording("on")

    def _full(self, is_open: _Open, piece: Piece) -> bool:
        full = piece.began - is_open.began >= self._segment_s - EARLY_S
        return full or piece.began - is_open.ended > HOLE_S

    def _begin(self, piece: Piece, shape: Shape) -> _Open:
        now = self._clock.now()
        began_ms = now.at_ms - round((now.steady - piece.began) * 1000)
        day = dt.datetime.fromtimestamp(began_ms / 1000, tz=dt.UTC).date().isoformat()
        folder = self._folder / "recordings" / self._camera / day
        folder.mkdir(parents=True, exist_ok=True)
        for name in itertools.count(began_ms):  # a clock that was set back may come to the same millisecond again
            try:
                return _Open(Segment(folder / f"{name}.mp4", shape), piece.began, name, piece.began)
            except FileExistsError:
                continue
        raise AssertionError("counting never ends")

    def _finish(self, until: float) -> None:
        is_open, self._open = self._open, None
        if is_open is None or self._shape is None:
            return
        is_open.segment.finish()
        self._backoff = Backoff(LONGEST_RETRY_S)
        self._send(
            SegmentDone(
                camera=self._camera,
                path=str(is_open.segment.path.relative_to(self._folder)),
                began_ms=is_open.began_ms,
                ended_ms=is_open.began_ms + round((until - is_open.began) * 1000),
                bytes=is_open.segment.bytes,
                codec=self._shape.codec,
                width=self._shape.width,
                height=self._shape.height,
                motion=round(self._witness.motion_share(is_open.began, until), 3),
                objects=self._witness.objects(is_open.began, until),
            )
        )

    def _broken(self, error: OSError) -> None:
        self._give_up(_REASONS.get(error.errno or 0, words.RECORDING_DISK_BROKEN))

    def _give_up(self, reason: str) -> None:
        """Close the file, keep what plays of it, and try again later."""
        self._retry_at = self._clock.steady() + self._backoff.next_s(0.0)
        self._report.recording(reason)
        self._shape = None
        is_open, self._open = self._open, None
        if is_open is None:
            return
        try:
            is_open.segment.abandon()
            done = salvage(self._folder, self._camera, is_open.segment.path)
        except (OSError, av.error.FFmpegError):
            return
        if done is not None:
            self._send(done)
