"""Pictures of the simulated cameras: empty places, people who come and go, passing cars.

A scene yields BGR pictures of 640x360 at 15 a second, and tells with each whether a person is there. People come at
once, from one picture to the next: so the moment at which a detector could first see them is known by construction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
WIDTH, HEIGHT, FPS = 640, 360, 15
NOISE_FIELDS = 8
NOISE_SIGMA = 1.5
STEP_PX = 3.0
"""How far a pasted walker moves from one picture to the next: 45 pixels a second, a slow walk at this distance."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a scene."""

    picture: Picture
    person: bool


@dataclass(frozen=True, slots=True)
class Cutout:
    """A person cut out of a photograph; `alpha` is 0 to 1, the same size as the picture."""

    picture: Picture
    alpha: NDArray[np.float32]


def film(path: Path, first: int, count: int) -> list[Picture]:
    """`count` pictures of a file from number `first` on, filling 640x360 (the middle is kept where it is wider)."""
    pictures = []
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number >= first + count:
                break
            if number >= first:
                pictures.append(fill(frame.to_ndarray(format="bgr24")))
    if len(pictures) < count:
        raise ValueError(f"{path}: fewer than {first + count} pictures")
    return pictures


def fill(picture: Picture) -> Picture:
    """The picture scaled and cut to 640x360, the middle kept."""
    height, width = picture.shape[:2]
    keep = min(width, round(height * WIDTH / HEIGHT))
    left = (width - keep) // 2
    return np.asarray(cv2.resize(picture[:, left : left + keep], (WIDTH, HEIGHT)), np.uint8)


def cut_out(photo: Picture, box: tuple[int, int, int, int], height_px: int) -> Cutout:
    """The person in `box` (left, top, right, bottom), separated by GrabCut and scaled to a height."""
    left, top, right, bottom = box
    mask = np.zeros(photo.shape[:2], np.uint8)
    rectangle = (left, top, right - left, bottom - top)
    cv2.grabCut(photo, mask, rectangle, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_RECT)
    person = _largest((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD))[top:bottom, left:right]
    size = (round(height_px * (right - left) / (bottom - top)), height_px)
    alpha = cv2.resize(cv2.GaussianBlur(person.astype(np.float32), (5, 5), 0), size)
    small = cv2.resize(photo[top:bottom, left:right], size, interpolation=cv2.INTER_AREA)
    return Cutout(np.asarray(small, np.uint8), np.asarray(alpha, np.float32))


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    _, labels, facts, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    return np.asarray(labels == 1 + int(np.argmax(facts[1:, cv2.CC_STAT_AREA])))


def paste(ground: Picture, person: Cutout, left: int, bottom: int) -> Picture:
    """The ground with a person standing on it."""
    height, width = person.alpha.shape
    area = (slice(bottom - height, bottom), slice(left, left + width))
    alpha = person.alpha[..., None]
    result = ground.copy()
    result[area] = (person.picture * alpha + ground[area] * (1 - alpha)).astype(np.uint8)
    return result


def noisy(pictures: Iterator[Shot], seed: int) -> Iterator[Shot]:
    """The same with the noise of a sensor, so that a still scene is not a still file."""
    random = np.random.default_rng(seed)
    fields = [random.normal(0, NOISE_SIGMA, (HEIGHT, WIDTH, 1)).astype(np.float32) for _ in range(NOISE_FIELDS)]
    for number, shot in enumerate(pictures):
        field = fields[int(random.integers(NOISE_FIELDS)) if number else 0]
        yield Shot(np.clip(shot.picture + field, 0, 255).astype(np.uint8), shot.person)


def empty(ground: Picture, seconds: float) -> Iterator[Shot]:
    """Nobody there."""
    for _ in range(round(seconds * FPS)):
        yield Shot(ground, person=False)


def walker(ground: Picture, person: Cutout, seconds: float, path_px: tuple[int, int], bottom: int) -> Iterator[Shot]:
    """A pasted person who walks to and fro between two columns, with the bob of a step."""
    first, last = path_px
    for number in range(round(seconds * FPS)):
        way = (number * STEP_PX) % (2 * (last - first))
        left = first + round(way if way <= last - first else 2 * (last - first) - way)
        bob = round(2 * np.sin(number * 2 * np.pi / 7))
        yield Shot(paste(ground, person, left, bottom - 2 + bob), person=True)


def footage(pictures: Sequence[Picture], seconds: float, fps: float, *, person: bool) -> Iterator[Shot]:
    """Real footage of `fps`, forwards and backwards again until the time is over: no jump at its ends."""
    there_and_back = [*pictures, *pictures[-2:0:-1]]
    for number in range(round(seconds * FPS)):
        yield Shot(there_and_back[int(number * fps / FPS) % len(there_and_back)], person)
