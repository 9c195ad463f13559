"""One camera's health as told to the supervisor: at each change, and its figures now and then."""

import logging
from collections.abc import Callable

from edge.core.vision import CameraState
from edge.kernel.wire.vision import CameraHealth, FromShard

log = logging.getLogger(__name__)

FIGURES_S = 5.0


class CameraReport:
    """State and figures of one camera. Its thread owns it."""

    def __init__(self, camera: str, send: Callable[[FromShard], None]) -> None:
        self._camera = camera
        self._send = send
        self._health = CameraHealth(camera, "")
        self._online_since: float | None = None
        self._connections = 0
        self._packets = self._bytes = 0
        self._counted = 0.0

    def connecting(self) -> None:
        """The first try of this run; later tries are no change."""
        self._tell(CameraState.CONNECTING)
        log.info("camera %s connecting", self._camera)

    def online(self, codec: str, width: int, height: int, steady: float) -> None:
        """The first picture of a connection."""
        self._connections += 1
        self._online_since = self._counted = steady
        self._packets = self._bytes = 0
        log.info("camera %s online: %s %dx%d", self._camera, codec, width, height)
        self._tell(CameraState.ONLINE, codec=codec, width=width, height=height)

    def failed(self, state: CameraState, detail: str) -> None:
        """A connection ended or did not begin; told and logged only when that is news."""
        self._online_since = None
        if (state, detail) == (self._health.state, self._health.detail):
            return
        log.warning("camera %s %s: %s", self._camera, state, detail)
        self._tell(state, detail)

    def online_s(self, steady: float) -> float:
        """For how long the running connection gives pictures; 0 before its first one."""
        return 0.0 if self._online_since is None else steady - self._online_since

    def packet(self, size: int, steady: float) -> None:
        """One packet arrived; every FIGURES_S of an online camera its figures are told."""
        self._packets += 1
        self._bytes += size
        passed_s = steady - self._counted
        if self._online_since is None or passed_s < FIGURES_S:
            return
        fps, kbit_s = self._packets / passed_s, self._bytes * 8 / 1000 / passed_s
        self._packets, self._bytes, self._counted = 0, 0, steady
        old = self._health
        self._tell(CameraState.ONLINE, "", old.codec, old.width, old.height, fps, kbit_s)

    def _tell(
        self,
        state: CameraState,
        detail: str = "",
        codec: str = "",
        width: int = 0,
        height: int = 0,
        fps: float = 0.0,
        kbit_s: float = 0.0,
    ) -> None:
        reconnects = max(0, self._connections - 1)
        self._health = CameraHealth(
            self._camera, state, detail, codec, width, height, round(fps, 1), round(kbit_s, 1), reconnects
        )
        self._send(self._health)
