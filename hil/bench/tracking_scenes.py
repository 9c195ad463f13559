"""People who walk, as a detector would see them: TUD ground truth with noise, misses, false sights and hidden times.

And a street on which two motorbikes pass each other and two people walk, as no ground truth has it at five pictures
a second.

TUD-Campus and TUD-Stadtmitte (Andriluka, Roth, Schiele, CVPR 2008 and 2010) lie as boxes in the wheel of motmetrics:
640x480 at 25 pictures a second. Nothing of them is kept here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, FPS = 640, 480, 25
SEQUENCES = ("TUD-Campus", "TUD-Stadtmitte")
NOISE = 0.03
"""Of a box's sides, one standard deviation of each edge."""
MISSED, MISSED_BEHIND = 0.10, 0.60
"""Share of sights that the detector misses, and of those where somebody nearer covers most of the box."""
COVERED = 0.6
FALSE = 0.15
"""False sights in a picture."""
LEAST_SCORE = 0.2
BIKE = (50, 45)
"""Width and height of a motorbike that passes, pixels."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scene:
    """How often pictures are taken, and for how long each who is there long enough is hidden once.

    With ``widths`` it is the street instead, where a motorbike moves so many of its own widths between two pictures.
    """

    fps: int
    hidden_s: float = 0.0
    widths: float = 0.0

    @property
    def name(self) -> str:
        """In the table."""
        hidden = f", hidden {self.hidden_s:g} s" if self.hidden_s else ""
        return f"{self.fps} fps{hidden}" + (f", street, {self.widths:g} widths" if self.widths else "")


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Who is there (number: left, top, right, bottom in pixels); what is detected, N x 5, a score behind each box."""

    at_s: float
    truth: Mapping[int, Numbers]
    detections: Numbers


def pictures(sequence: Path, scene: Scene, seed: int) -> Iterator[Picture]:
    """The sequence as this scene's detector would see it; the same seed sees the same."""
    chance = np.random.default_rng(seed)
    frames = _frames(sequence)
    hidden = _hidden(frames, scene.hidden_s, chance)
    for number in sorted(frames)[:: FPS // scene.fps]:
        truth = frames[number]
        shown = {person: box for person, box in truth.items() if number not in hidden.get(person, ())}
        yield Picture(number / FPS, truth, _detected(truth, shown, chance))


def street(scene: Scene, seed: int) -> Iterator[Picture]:
    """Six seconds of it."""
    chance = np.random.default_rng(seed)
    step_px = scene.widths * BIKE[0]
    for number in range(6 * scene.fps):
        at_s = number / scene.fps
        places = {
            1: (number * step_px - 40, 200, *BIKE),
            2: (680 - number * step_px, 240, *BIKE),
            3: (300 + 8 * np.sin(at_s), 100, 20, 60),
            4: (50 + 70 * at_s, 280, 24, 70),
        }
        truth = {
            thing: np.array((left, top, left + width, top + height))
            for thing, (left, top, width, height) in places.items()
            if 0 < left < WIDTH - width
        }
        yield Picture(at_s, truth, _detected(truth, truth, chance))


@cache
def _frames(sequence: Path) -> Mapping[int, Mapping[int, Numbers]]:
    """Frame number to who is where; the file's columns are frame, person, left, top, width, height, …."""
    frames: dict[int, dict[int, Numbers]] = {}
    for frame, person, left, top, width, height in np.loadtxt(sequence / "gt.txt", delimiter=",", usecols=range(6)):
        frames.setdefault(int(frame), {})[int(person)] = np.array((left, top, left + width, top + height))
    return frames


def _hidden(
    frames: Mapping[int, Mapping[int, Numbers]], hidden_s: float, chance: np.random.Generator
) -> Mapping[int, range]:
    """Once, in the middle of their time; not those who are there too shortly to come back."""
    length, margin = round(hidden_s * FPS), 8
    times: dict[int, range] = {}
    for person in sorted({person for frame in frames.values() for person in frame}):
        there = sorted(number for number, frame in frames.items() if person in frame)
        if length and len(there) > length + 20:
            start = int(chance.integers(there[0] + margin, there[-1] - length - margin))
            times[person] = range(start, start + length)
    return times


def _detected(truth: Mapping[int, Numbers], shown: Mapping[int, Numbers], chance: np.random.Generator) -> Numbers:
    rows = [row for person, box in shown.items() if (row := _sight(box, _cover(person, truth), chance)) is not None]
    if chance.random() < FALSE:
        left, top = chance.uniform(0, WIDTH - 80), chance.uniform(50, HEIGHT - 230)
        width, height = chance.uniform(30, 100), chance.uniform(80, 220)
        rows.append(np.array((left, top, left + width, top + height, chance.uniform(LEAST_SCORE, 0.5))))
    return np.array(rows).reshape(-1, 5)


def _sight(box: Numbers, cover: float, chance: np.random.Generator) -> Numbers | None:
    """A noisy box whose score falls with what is covered; nothing when it is missed."""
    score = float(np.clip(chance.normal(0.8 - 0.6 * cover, 0.08), 0.05, 0.97))
    if score < LEAST_SCORE or chance.random() < (MISSED_BEHIND if cover > COVERED else MISSED):
        return None
    sides = np.tile(box[2:] - box[:2], 2)
    return np.append(box + chance.normal(0, NOISE, 4) * sides, score)


def _cover(person: int, truth: Mapping[int, Numbers]) -> float:
    """The largest share of this person's box that one who stands nearer (lower in the picture) covers."""
    box = truth[person]
    nearer = [other for number, other in truth.items() if number != person and other[3] > box[3]]
    return max((_common(box, other) / float(np.prod(box[2:] - box[:2])) for other in nearer), default=0.0)


def _common(one: Numbers, other: Numbers) -> float:
    sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    return float(np.prod(np.maximum(sides, 0)))
