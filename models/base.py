"""What every detector and every voice promises. No maths of models here, no vendors.

Boxes are xyxy (left, top, right, bottom) in pixels of the source frame; sound is mono int16.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Boxes = NDArray[np.float32]
Scores = NDArray[np.float32]
Classes = NDArray[np.int32]
Sound = NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture as decoders give it: height x width x 3, uint8, channels in the order blue, green, red."""

    bgr: Pixels

    def __post_init__(self) -> None:
        if self.bgr.dtype != np.uint8:
            raise ValueError(f"frame must be uint8, is {self.bgr.dtype}")
        if self.bgr.ndim != 3 or self.bgr.shape[2] != 3 or 0 in self.bgr.shape:
            raise ValueError(f"frame must be height x width x 3, is {self.bgr.shape}")

    @property
    def height_px(self) -> int:
        """Rows."""
        return int(self.bgr.shape[0])

    @property
    def width_px(self) -> int:
        """Columns."""
        return int(self.bgr.shape[1])


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """What a detector saw in one frame, as three arrays of the same length, best score first.

    boxes: N x 4 float32, xyxy in source pixels; scores: N float32 in 0..1; classes: N int32, an index into `labels`.
    """

    boxes: Boxes
    scores: Scores
    classes: Classes

    def __post_init__(self) -> None:
        _expect("boxes", self.boxes, np.float32, (len(self.scores), 4))
        _expect("scores", self.scores, np.float32, (len(self.scores),))
        _expect("classes", self.classes, np.int32, (len(self.scores),))
        if not np.isfinite(self.boxes).all():
            raise ValueError("boxes must be finite")
        if not ((self.scores >= 0) & (self.scores <= 1)).all():
            raise ValueError("scores must lie in 0..1")

    def __len__(self) -> int:
        return len(self.scores)

    @classmethod
    def none(cls) -> Detections:
        """Nothing seen."""
        return cls(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.int32))


def _expect(name: str, array: NDArray[np.generic], dtype: type[np.generic], shape: tuple[int, ...]) -> None:
    if array.dtype != dtype or array.shape != shape:
        raise ValueError(f"{name} must be {dtype.__name__} {shape}, is {array.dtype} {array.shape}")


Blob = NDArray[np.float32]
"""One network input: 3 x height x width."""
Answer = NDArray[np.float32]
"""What the network says about one input, in its own form."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A frame made ready for one network, and how to find the way back from its pixels to the frame's."""

    blob: Blob
    scale: float
    left_px: float
    top_px: float
    width_px: int
    height_px: int


@runtime_checkable
class Detector(Protocol):
    """Finds things in frames, in three steps so that the engine never waits for what needs no engine."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The class names; `Detections.classes` indexes them."""

    @property
    def input_size(self) -> tuple[int, int]:
        """Height and width of the network's own input, pixels."""

    @property
    def most_at_once(self) -> int:
        """How many inputs one `infer` takes with profit here; 1 where a batch pays nothing."""

    def prepare(self, frame: Frame) -> Prepared:
        """The network's input for `frame`. Any thread."""

    def infer(self, inputs: Sequence[Prepared]) -> list[Answer]:
        """Run the network on 1 to `most_at_once` inputs. One thread at a time. Raises ModelError."""

    def read(self, prepared: Prepared, answer: Answer) -> Detections:
        """What an answer says, best score first, in pixels of the frame. Any thread. Raises ModelError."""

    def detect(self, frame: Frame) -> Detections:
        """All three steps for one frame. Raises ModelError."""

    def close(self) -> None:
        """Give the memory back. Safe to call twice; `infer` afterwards raises ModelError."""


@runtime_checkable
class Voice(Protocol):
    """Speaks Vietnamese that is already normalised to words."""

    @property
    def name(self) -> str:
        """The voice's own name, as written to the air log."""

    @property
    def model_sha256(self) -> str:
        """Identifies the model file, or the engine's version where there is no file."""

    @property
    def sample_rate_hz(self) -> int:
        """Of the sound `speak` returns."""

    def speak(self, text: str, speed: float = 1.0) -> Sound:
        """The whole text as mono int16; speed 0.5..2.0, above one is faster. Raises VoiceError; never silent."""
