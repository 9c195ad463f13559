"""Tells the supervisor how the detector does: at each change, and its figures every HEALTH_S."""

import logging
import threading
from collections.abc import Callable

from edge.kernel.wire.vision import DetectorHealth, FromShard

log = logging.getLogger(__name__)

HEALTH_S = 10.0
SMOOTH = 0.1


class Health:
    """One detector's. Any thread may call any method."""

    def __init__(self, name: str, send: Callable[[FromShard], None]) -> None:
        self._name = name
        self._send = send
        self._lock = threading.Lock()
        self._ok: bool | None = None
        self._told = 0.0
        self._infer_ms = 0.0
        self._regions = 0
        self._inside_s = 0.0

    def loaded(self, steady: float) -> None:
        """The model is ready."""
        with self._lock:
            self._works(steady)

    def ran(self, regions: int, took_s: float, steady: float) -> None:
        """The engine took this long for so many regions."""
        each_ms = took_s * 1000 / regions
        with self._lock:
            first = not self._infer_ms
            self._infer_ms = each_ms if first else (1 - SMOOTH) * self._infer_ms + SMOOTH * each_ms
            self._regions += regions
            self._inside_s += took_s
            if first or self._ok is not True:
                self._works(steady)

    def tick(self, steady: float) -> None:
        """Called at every turn of the engine's thread."""
        with self._lock:
            if self._ok and steady - self._told >= HEALTH_S:
                self._works(steady)

    def failed(self, reason: str, steady: float) -> None:
        """There is no detector, or it failed on a picture."""
        with self._lock:
            if self._ok is not False:
                log.warning("no detector: %s", reason)
                self._tell(DetectorHealth(ok=False, detail=reason), steady)

    def _works(self, steady: float) -> None:
        if self._ok is not True:
            log.info("detector %s works", self._name)
        passed_s = max(steady - self._told, 1e-3)
        busy, regions_s = min(1.0, self._inside_s / passed_s), self._regions / passed_s
        self._tell(
            DetectorHealth(
                ok=True,
                detail=self._name,
                infer_ms=round(self._infer_ms, 1),
                busy=round(busy, 3),
                regions_s=round(regions_s, 1),
            ),
            steady,
        )

    def _tell(self, health: DetectorHealth, steady: float) -> None:
        self._ok, self._told = health.ok, steady
        self._regions, self._inside_s = 0, 0.0
        self._send(health)
