"""Whether something moves that could be a person, a vehicle or an animal, and where. About 0.1 ms a picture.

What is compared is the fine structure of the picture: the logarithm of brightness minus its mean over 60 pixels of
640. More light, less light, a passing headlight and dusk change that mean and leave the structure. A pixel has
changed when it differs by more than it usually does: places that change all the time, a burned-in clock, leaves or
every edge of a trembling camera, raise their own limit. A picture that changed in many places is moved back by the
shift that explains most of it; one that is new as a whole is a switched light or the night filter.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.kernel.wire.vision import Outline
from edge.workers.vision.decode.small import Grey, Mask, logarithmic, shrunk

Boxes = tuple[tuple[float, float, float, float], ...]
"""Left, top, right, bottom as shares of the picture."""

FINE_PX = 15
"""Structure is what varies within so many small pixels: a person does, a headlight's glow does not."""
CHANGED = 5.0
RESTLESS = 4.0
"""Where a pixel or one beside it differs by d steps on average, for noise or leaves, CHANGED + RESTLESS d is much."""
AT_FIRST = 1.5
"""What is taken for d before anything is known."""
SMALLEST_PX = 7
"""A person 30 px high in 640x360 leaves some ten changed small pixels."""
LONGEST_SIDE_PX = 5
"""Of the smallest thing: what is lower and narrower is a raindrop, a snowflake or noise."""
MANY = 0.012
"""Share of changed pixels above which the picture may have shifted as a whole."""
SHAKE_PX = 6
"""How far: 24 px of 640."""
WHOLE = 0.25
"""Share of changed pixels that is a change of light, not a thing."""
LIGHT = 10.0
"""So many steps more or less on average, a tenth of all light, between two pictures are a change of light too."""
MOST_BOXES = 8
_SQUARE = np.ones((2, 2), np.uint8)
_AROUND = np.ones((3, 3), np.uint8)


class Motion:
    """One camera's background. One thread uses it.

    ``learn`` is the share of a new picture in the background, ``restless`` that in the memory of restless places.
    """

    def __init__(self, masks: Sequence[Outline] = (), *, learn: float = 0.05, restless: float = 0.004) -> None:
        self._mask = Mask(masks)
        self._learn = learn
        self._restless = restless
        self._background: NDArray[np.float32] | None = None
        self._unrest: NDArray[np.float32] | None = None
        self._brightness = 0.0
        self._light = False

    @property
    def light_changed(self) -> bool:
        """Whether the last picture was new as a whole: nobody knows what moved in it."""
        return self._light

    def forget(self) -> None:
        """The next picture only teaches. Restless places stay known."""
        self._background = None

    def moving(self, luma: Grey, *, known: Boxes = ()) -> Boxes:
        """Where things move on this picture (height x width, uint8), the largest first.

        What is ``known`` to be there does not make its place a restless one. The first picture, and the first of
        another size, only teach.
        """
        scaled = logarithmic(self._mask.hide(shrunk(luma)))
        fine = _structure(scaled)
        brightness, self._brightness = self._brightness, cv2.mean(scaled)[0]
        if self._background is None or self._background.shape != fine.shape:
            self._light = False
            self._begin(fine)
            return ()
        differs, changed = self._compare(fine)
        share = cv2.countNonZero(changed) / changed.size
        self._light = share > WHOLE or abs(self._brightness - brightness) > LIGHT
        if self._light:
            self._background = fine.astype(np.float32)
            return ()
        cv2.accumulateWeighted(fine, self._background, self._learn)
        cv2.accumulateWeighted(_without(differs, known), self._unrest, self._restless)
        return _boxes(changed) if share else ()

    def _begin(self, fine: Grey) -> None:
        self._background = fine.astype(np.float32)
        if self._unrest is None or self._unrest.shape != fine.shape:
            self._unrest = np.full(fine.shape, AT_FIRST, np.float32)

    def _compare(self, fine: Grey) -> tuple[Grey, Grey]:
        """By how much each pixel differs from the background, and where that is too much."""
        background = cv2.convertScaleAbs(self._background)
        limit = cv2.dilate(cv2.convertScaleAbs(self._unrest, alpha=RESTLESS, beta=CHANGED), _AROUND)
        differs = cv2.absdiff(fine, background)
        changed = cv2.compare(differs, limit, cv2.CMP_GT)
        if cv2.countNonZero(changed) > MANY * changed.size:
            changed = cv2.compare(_outside(fine, _shifted_like(background, fine)), limit, cv2.CMP_GT)
        return differs, changed


def _without(differs: Grey, known: Boxes) -> Grey:
    rows, columns = differs.shape
    for left, top, right, bottom in known:
        across, down = (
            slice(int(left * columns), int(right * columns) + 1),
            slice(int(top * rows), int(bottom * rows) + 1),
        )
        differs[down, across] = 0
    return differs


def _structure(scaled: Grey) -> Grey:
    fine: Grey = cv2.addWeighted(scaled, 1, cv2.blur(scaled, (FINE_PX, FINE_PX)), -1, 128)
    return fine


def _outside(fine: Grey, background: Grey) -> Grey:
    """By how much each pixel differs from all that the background shows within one pixel around it."""
    above = cv2.subtract(fine, cv2.dilate(background, _AROUND))
    below = cv2.subtract(cv2.erode(background, _AROUND), fine)
    outside: Grey = cv2.max(above, below)
    return outside


def _shifted_like(background: Grey, fine: Grey) -> Grey:
    """The background moved to where a shaking camera shows it: found on half the size, then to the pixel."""
    size = (fine.shape[1] // 2, fine.shape[0] // 2)
    if min(size) <= 4 * SHAKE_PX:
        return background
    x, y = _shift(cv2.resize(background, size), cv2.resize(fine, size), SHAKE_PX // 2)
    coarse = _moved(background, fine, 2 * x, 2 * y)
    return _moved(coarse, fine, *_shift(coarse, fine, 1))


def _shift(background: Grey, fine: Grey, far_px: int) -> tuple[int, int]:
    """By how much the background must go right and down to look like the middle of the picture."""
    rows, columns = (side // 4 for side in fine.shape)
    around = background[rows - far_px : far_px - rows, columns - far_px : far_px - columns]
    likeness = cv2.matchTemplate(around, fine[rows:-rows, columns:-columns], cv2.TM_CCOEFF_NORMED)
    x, y = cv2.minMaxLoc(likeness)[3]
    return far_px - x, far_px - y


def _moved(background: Grey, fine: Grey, right: int, down: int) -> Grey:
    """What has come in at the border is taken from the picture itself: nobody knows what was there."""
    if not right and not down:
        return background
    by = np.array([[1, 0, right], [0, 1, down]], np.float32)
    moved: Grey = cv2.warpAffine(
        background, by, background.shape[::-1], dst=fine.copy(), borderMode=cv2.BORDER_TRANSPARENT
    )
    return moved


def _boxes(changed: Grey) -> Boxes:
    """The places of things, the largest first; what is too small is dropped, what lies together is one."""
    rows, columns = changed.shape
    solid = cv2.dilate(cv2.morphologyEx(changed, cv2.MORPH_OPEN, _SQUARE), _AROUND)
    found = []
    for outline in cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
        x, y, w, h = cv2.boundingRect(outline)
        changed_px = cv2.countNonZero(changed[y : y + h, x : x + w])
        if changed_px >= SMALLEST_PX and max(w, h) - 2 >= LONGEST_SIDE_PX:
            found.append((changed_px, (x / columns, y / rows, (x + w) / columns, (y + h) / rows)))
    return tuple(box for _, box in sorted(found, reverse=True)[:MOST_BOXES])
