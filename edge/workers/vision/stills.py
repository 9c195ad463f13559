"""Pictures on the disk: the newest of each camera every few seconds, and one for each incident."""

import hashlib
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.kernel.disk import sync_folder
from edge.kernel.wire.vision import FromShard, KeepStill, Outline, StillKept, WireTrack
from edge.workers.vision.detect.mailbox import Look
from edge.workers.vision.pulse import Pulse
from edge.workers.vision.veil import Veil

log = logging.getLogger(__name__)

BEST_FOR_S = 4.0
"""An older best picture gives way to any newer one: an incident's picture shows the incident."""
QUALITY_PCT = 85
MOST_WISHES = 64
WAIT_S = 1.0
DISK_S = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class _Best:
    bgr: NDArray[np.uint8]
    worth: float
    steady: float
    tracks: tuple[WireTrack, ...]


class Stills(threading.Thread):
    """Encodes and writes, so that no camera waits for a disk. Any thread may offer and wish.

    Of newest pictures only the last of each camera waits. Of MOST_WISHES incident pictures the oldest wish is
    dropped with a log line: the incident stands without its picture. A full disk is logged once, and once its end.
    """

    def __init__(
        self,
        folder: Path,
        send: Callable[[FromShard], None],
        pulse: Pulse,
        veils: Mapping[str, Veil] | None = None,
    ) -> None:
        super().__init__(name="stills", daemon=True)
        self._folder = folder
        self._send = send
        self._pulse = pulse
        self._veils = dict(veils or {})
        self._ready = threading.Condition()
        self._wishes: deque[KeepStill] = deque()
        self._unwritten: dict[str, NDArray[np.uint8]] = {}
        self._newest: dict[str, NDArray[np.uint8]] = {}
        self._best: dict[str, _Best] = {}
        self._disk_fails = False
        for name in ("stills", "latest"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def offer_newest(self, camera: str, bgr: NDArray[np.uint8]) -> None:
        """A camera's picture of now, for `latest/<camera>.jpg`."""
        with self._ready:
            self._unwritten[camera] = self._newest[camera] = bgr
            self._ready.notify()

    def offer_best(self, look: Look, worth: float, tracks: Sequence[WireTrack] = ()) -> None:
        """A picture that shows these tracks; the best of the last BEST_FOR_S is kept in memory."""
        with self._ready:
            best = self._best.get(look.camera)
            if best is None or worth >= best.worth or look.steady - best.steady > BEST_FOR_S:
                self._best[look.camera] = _Best(look.bgr, worth, look.steady, tuple(tracks))

    def hide(self, camera: str, areas: Sequence[Outline]) -> None:
        """From now on these areas of its pictures are black on the disk; what waits is written so too."""
        with self._ready:
            self._veils[camera] = Veil(areas)
            if camera in self._newest:  # what lies on the disk shows it still
                self._unwritten[camera] = self._newest[camera]
            else:
                (self._folder / "latest" / f"{_plain(camera)}.jpg").unlink(missing_ok=True)
            self._ready.notify()

    def wish(self, wish: KeepStill) -> None:
        """Write the best recent picture for an incident, and tell when it lies on the disk."""
        with self._ready:
            if len(self._wishes) >= MOST_WISHES:
                log.warning("too many stills wanted, none for incident %s", self._wishes.popleft().incident)
            self._wishes.append(wish)
            self._ready.notify()

    def run(self) -> None:
        """Write for ever."""
        while True:
            self._pulse.promise(self.name, WAIT_S + DISK_S)
            self._work(*self._next())

    def _next(self) -> tuple[KeepStill | None, dict[str, NDArray[np.uint8]]]:
        with self._ready:
            if not self._wishes and not self._unwritten:
                self._ready.wait(WAIT_S)
            newest, self._unwritten = self._unwritten, {}
            return (self._wishes.popleft() if self._wishes else None), newest

    def _work(self, wish: KeepStill | None, newest: dict[str, NDArray[np.uint8]]) -> None:
        try:
            if wish is not None:
                self._keep(wish)
            for camera, bgr in newest.items():
                _write(self._folder / "latest" / f"{_plain(camera)}.jpg", self._seen(camera, bgr), durable=False)
        except OSError as error:
            if not self._disk_fails:
                log.warning("cannot write stills: %s", error)
            self._disk_fails = True
            return
        if self._disk_fails and (newest or wish):
            log.info("stills are written again")
            self._disk_fails = False

    def _keep(self, wish: KeepStill) -> None:
        with self._ready:
            best = self._best.get(wish.camera)
            bgr = best.bgr if best else self._newest.get(wish.camera)
        if bgr is None:
            log.warning("no picture of camera %s for incident %s", wish.camera, wish.incident)
            return
        jpeg = self._seen(wish.camera, bgr)
        path = Path("stills") / f"{_plain(wish.incident)}.jpg"
        _write(self._folder / path, jpeg, durable=True)
        digest = hashlib.sha256(jpeg).hexdigest()
        box = _box_of(wish.track, best.tracks if best else ())
        self._send(StillKept(wish.incident, wish.camera, str(path), digest, len(jpeg), box))

    def _seen(self, camera: str, bgr: NDArray[np.uint8]) -> bytes:
        """The picture as everybody may see it: what is private is hidden before anything reaches the disk (L5)."""
        veil = self._veils.get(camera)
        return _jpeg(veil.over(bgr) if veil else bgr)


def _box_of(track: int, tracks: Sequence[WireTrack]) -> tuple[float, float, float, float] | None:
    """Where the picture shows this track, or else the surest one."""
    best = max(tracks, key=lambda each: (each.track == track, each.score), default=None)
    return best.box if best else None


def _jpeg(bgr: NDArray[np.uint8]) -> bytes:
    done, jpeg = cv2.imencode(".jpg", bgr, (cv2.IMWRITE_JPEG_QUALITY, QUALITY_PCT))
    assert done, "JPEG takes every uint8 picture"
    return bytes(jpeg)


def _write(path: Path, data: bytes, *, durable: bool) -> None:
    """Readers see the old file or the new one, never a part; a durable one survives a power cut."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    part.replace(path)
    if durable:
        sync_folder(path.parent)


def _plain(name: str) -> str:
    """An id as a file name that stays in its folder."""
    return name.replace("/", "_")
