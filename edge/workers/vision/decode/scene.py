"""What is wrong with a camera's picture itself, though packets come: frozen, covered, moved or blurred.

Each picture is compared with the camera's own past. What changes within hours, dusk and the way of the sun, is
followed; what comes within seconds and stays is a trouble. The night filter changes brightness and colours but not
where the edges are, and only edges count here.
"""

import zlib
from collections import deque
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.core.vision import SceneTrouble
from edge.workers.vision.decode.small import Grey, logarithmic, shrunk

EVERY_S = 5.0
FROZEN_S = 60.0
"""Sensor noise makes two pictures of a live camera differ somewhere; a minute of equal ones comes from a dead one."""
BELIEVED_S = 30.0
"""A trouble, or its end, must last so long: a lorry before the lens is no cover."""
LEARNT = 24
"""Pictures, two minutes, before there is a past to compare with."""
KEPT = 240
"""Samples whose median is the past: twenty minutes."""
FOLLOW = 0.005
"""Share of a picture in the reference of edges: it follows in some sixteen minutes."""
FLAT = 0.25
"""Share of the usual structure below which the lens is covered."""
SOFT = 0.5
"""Share of the usual sharpness below which the picture is blurred."""
STRANGE = 0.2
"""Likeness of edges (correlation) below which this is another scene."""
ALIKE = 0.6
"""Likeness at another place, above which the same scene has moved there."""
FAR_PX = 12
"""How far such a place is searched: 48 px of 640."""
NEAR_PX = 2
SAME_LIGHT = 30.0
"""Steps of the logarithmic scale: with another light sharpness cannot be compared."""
ADOPTED_S = 3600.0
"""After an hour the new view is the camera's view: zones are drawn anew, or the camera is turned back."""


class Scene:
    """One camera's view and its troubles. The camera's thread owns it."""

    def __init__(self) -> None:
        self._due = 0.0
        self._print = 0
        self._same_since: float | None = None
        self._structure: deque[float] = deque(maxlen=KEPT)
        self._sharpness: deque[float] = deque(maxlen=KEPT)
        self._light: deque[float] = deque(maxlen=KEPT)
        self._edges: NDArray[np.float32] | None = None
        self._trouble: SceneTrouble | None = None
        self._suspected: SceneTrouble | None = None
        self._since = 0.0

    @property
    def trouble(self) -> SceneTrouble | None:
        """What is wrong now, as far as it is believed."""
        return self._trouble

    def look(self, luma: Grey, steady: float) -> bool:
        """A key frame (height x width, uint8); whether the believed trouble changed. Most calls cost nothing."""
        if steady < self._due:
            return False
        self._due = steady + EVERY_S
        return self._believe(self._judge(luma, steady), steady)

    def _believe(self, trouble: SceneTrouble | None, steady: float) -> bool:
        if trouble is not self._suspected:
            self._suspected, self._since = trouble, steady
        lasts_s = steady - self._since
        if trouble is SceneTrouble.MOVED and lasts_s > ADOPTED_S:
            self._forget()
        if self._suspected is self._trouble or lasts_s < BELIEVED_S:
            return False
        self._trouble = self._suspected
        return True

    def _forget(self) -> None:
        self._edges = None
        for past in (self._structure, self._sharpness, self._light):
            past.clear()

    def _judge(self, luma: Grey, steady: float) -> SceneTrouble | None:
        if self._frozen_s(luma, steady) >= FROZEN_S:
            return SceneTrouble.FROZEN
        scaled = logarithmic(shrunk(luma))
        edges = _edges(scaled)
        if self._edges is None or self._edges.shape != edges.shape:
            self._forget()
            self._edges = edges
        structure, light = float(edges.mean()), float(scaled.mean())
        sharpness = _sharpness(luma, structure)
        trouble = self._compare(edges, structure, sharpness, light)
        if trouble is None:
            self._learn(edges, structure, sharpness, light)
        return trouble

    def _frozen_s(self, luma: Grey, steady: float) -> float:
        fingerprint = zlib.crc32(np.ascontiguousarray(luma[::4]).data)
        if fingerprint != self._print or self._same_since is None:
            self._print, self._same_since = fingerprint, steady
        return steady - self._same_since

    def _compare(
        self, edges: NDArray[np.float32], structure: float, sharpness: float, light: float
    ) -> SceneTrouble | None:
        if len(self._structure) < LEARNT or self._edges is None:
            return None
        if structure < FLAT * median(self._structure):
            return SceneTrouble.COVERED
        if _elsewhere(self._edges, edges):
            return SceneTrouble.MOVED
        if abs(light - median(self._light)) < SAME_LIGHT and sharpness < SOFT * median(self._sharpness):
            return SceneTrouble.BLURRED
        return None

    def _learn(self, edges: NDArray[np.float32], structure: float, sharpness: float, light: float) -> None:
        assert self._edges is not None, "the first picture is the first reference"
        share = max(FOLLOW, 1 / (len(self._structure) + 1))
        cv2.accumulateWeighted(edges, self._edges, share)
        self._structure.append(structure)
        self._sharpness.append(sharpness)
        self._light.append(light)


def _edges(scaled: Grey) -> NDArray[np.float32]:
    """How strong edges are around each small pixel, whichever side is brighter."""
    smooth = cv2.GaussianBlur(scaled, (3, 3), 0)
    strength = cv2.morphologyEx(smooth, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    around: NDArray[np.float32] = cv2.blur(strength, (3, 3)).astype(np.float32)
    return around


def _sharpness(luma: Grey, structure: float) -> float:
    """The strength of the sharpest edges of the halved picture, for as much structure as there is."""
    half = cv2.resize(luma, (luma.shape[1] // 2, luma.shape[0] // 2), interpolation=cv2.INTER_AREA)
    steps = np.abs(cv2.Laplacian(logarithmic(half), cv2.CV_16S)[::2, ::2])
    return float(np.percentile(steps, 98)) / (structure + 1.0)


def _elsewhere(reference: NDArray[np.float32], edges: NDArray[np.float32]) -> bool:
    """Whether the reference's edges lie somewhere else now, or nowhere."""
    if min(edges.shape) <= 4 * FAR_PX:
        return False
    middle = edges[FAR_PX:-FAR_PX, FAR_PX:-FAR_PX]
    likeness = cv2.matchTemplate(reference, middle, cv2.TM_CCOEFF_NORMED)
    here = float(likeness[FAR_PX - NEAR_PX : FAR_PX + NEAR_PX + 1, FAR_PX - NEAR_PX : FAR_PX + NEAR_PX + 1].max())
    anywhere = float(likeness.max())
    return here < STRANGE or (anywhere > ALIKE and anywhere > here + STRANGE)
