"""One camera's health as told to the supervisor: at each change, and its figures now and then."""

import logging
import threading
from collections import deque
from collections.abc import Callable

import msgspec

from edge.core.vision import CameraState
from edge.kernel.wire.vision import CameraHealth, FromShard
from edge.workers.vision.decode.sight import SightFigures

log = logging.getLogger(__name__)

FIGURES_S = 5.0
HOUR_S = 3600.0
MOST_COUNTED = 10_000
"""A stream that breaks four times a second for an hour."""


class CameraReport:
    """State and figures of one camera. Its thread owns it; `recording` is for the thread that records, too."""

    def __init__(self, camera: str, send: Callable[[FromShard], None]) -> None:
        self._camera = camera
        self._send = send
        self._turn = threading.Lock()
        self._health = CameraHealth(camera, "", recording="off")
        self._online_since: float | None = None
        self._lost = self._resting = False
        self._reconnected = 0
        self._reconnects: deque[float] = deque(maxlen=MOST_COUNTED)
        self._stalls: deque[float] = deque(maxlen=MOST_COUNTED)
        self._told = 0.0

    @property
    def is_online(self) -> bool:
        """Whether the running connection gives pictures."""
        return self._online_since is not None

    def connecting(self) -> None:
        """The first try of this run; later tries are no change."""
        log.info("camera %s connecting", self._camera)
        self._tell(state=CameraState.CONNECTING)

    def online(self, codec: str, figures: SightFigures, detail: str, steady: float) -> None:
        """The first picture of a connection; ``detail`` is what people should know about it all the same."""
        if self._lost:
            self._lost = False
            self._reconnected += 1
            self._reconnects.append(steady)
        self._online_since = self._told = steady
        if not self._resting:
            log.info("camera %s online: %s %dx%d", self._camera, codec, figures.width, figures.height)
        self._resting = False
        self._tell(state=CameraState.ONLINE, detail=detail, codec=codec, **_seen(figures), **self._counts(steady))

    def figures(self, figures: SightFigures, fps: float, kbit_s: float, detail: str, steady: float) -> None:
        """What an online camera sends and how it is watched; ``detail`` is what people should know about it."""
        self._mention(detail)
        self._told = steady
        rates = {"fps": round(fps, 1), "kbit_s": round(kbit_s, 1)}
        self._tell(detail=detail, **rates, **_seen(figures), **self._counts(steady))

    def due(self, steady: float) -> bool:
        """Whether figures shall be told again."""
        return steady - self._told >= FIGURES_S

    def failed(self, state: CameraState, detail: str, steady: float) -> float:
        """A connection ended or did not begin; told and logged only when that is news. For how long it was online."""
        online_s = 0.0 if self._online_since is None else steady - self._online_since
        if self.is_online:
            self._lost = True
            if state is CameraState.STALLED:
                self._stalls.append(steady)
        self._online_since = None
        if (state, detail) != (self._health.state, self._health.detail):
            log.warning("camera %s %s: %s", self._camera, state, detail)
            self._tell(state=state, detail=detail, **_BLIND, **self._counts(steady))
        return online_s

    def closed(self, detail: str, steady: float) -> None:
        """The stream is closed for a while on purpose: nothing is guaranteed to be seen."""
        self._online_since = None
        self._resting = True
        self._mention(detail)
        self._tell(detail=detail, **_BLIND, **self._counts(steady))

    def recording(self, state: str) -> None:
        """On, off, or why not, in Vietnamese."""
        if state == self._health.recording:
            return
        if state not in ("on", "off"):
            log.warning("camera %s is not recorded: %s", self._camera, state)
        self._tell(recording=state)

    def _mention(self, detail: str) -> None:
        """Log that something is amiss with a camera that is online, once; its figures change, the matter does not."""
        if detail and not self._health.detail:
            log.warning("camera %s: %s", self._camera, detail)

    def _counts(self, steady: float) -> dict[str, object]:
        for times in (self._reconnects, self._stalls):
            while times and times[0] < steady - HOUR_S:
                times.popleft()
        return {
            "reconnects": self._reconnected,
            "reconnects_h": len(self._reconnects),
            "stalls_h": len(self._stalls),
        }

    def _tell(self, **changes: object) -> None:
        with self._turn:
            self._health = msgspec.structs.replace(self._health, **changes)
            self._send(self._health)


_BLIND: dict[str, object] = {"mode": "", "fps": 0.0, "kbit_s": 0.0, "guaranteed_seen_s": 0.0}


def _seen(figures: SightFigures) -> dict[str, object]:
    return {
        "width": figures.width,
        "height": figures.height,
        "mode": figures.mode,
        "gop_s": round(figures.gop_s, 2),
        "guaranteed_seen_s": round(figures.guaranteed_seen_s, 2),
        "hint_auc": round(figures.hint_auc, 3),
        "hint_trusted": figures.hint_trusted,
    }
