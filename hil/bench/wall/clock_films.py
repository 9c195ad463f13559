"""Films of quiet cameras in which every picture carries its number, so that a browser can tell how late it is."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hil.bench.films.description import Loop, described
from hil.bench.films.encode import encode
from hil.bench.films.planes import Planes
from hil.bench.films.scene import play
from hil.bench.films.script import Script
from hil.bench.outcome import Say
from hil.harness import ROOT

FOLDER = ROOT / "var" / "bench" / "clock-films"
RECIPE = 1
BITS, BLOCK_PX = 12, 20
"""A loop of 60 s has 900 pictures; a block is larger than a macroblock, so that no bit rate blurs it away."""
BLACK, WHITE = 16, 235
CLOCK_AREA = ((0.0, 0.0), (0.45, 0.0), (0.45, 0.1), (0.0, 0.1))
"""Where the blocks are in a picture of 640x360: a box that looked there would see something move for ever."""


@dataclass(frozen=True, slots=True)
class ClockFilm:
    """A looped film; picture ``n`` shows ``n`` in the blocks of its upper left corner, the highest bit first."""

    path: Path
    fps: int
    pictures: int

    @property
    def length_s(self) -> float:
        """How long one loop lasts."""
        return self.pictures / self.fps


def clock_films(say: Say, loop: Loop | None = None) -> tuple[ClockFilm, ...]:
    """The quiet films of `cameras.toml` with their clock, made once."""
    loop = loop or described().quiet
    FOLDER.mkdir(parents=True, exist_ok=True)
    films = []
    for look in loop.looks:
        film = ClockFilm(FOLDER / f"{look.id}.mp4", look.fps, look.fps * loop.film_s)
        note, recipe = film.path.with_suffix(".sha256"), _recipe(repr(look), loop.film_s)
        if not (film.path.exists() and note.exists() and note.read_text() == recipe):
            say(f"film {look.id}")
            encode(look, numbered(play(look, Script(loop.film_s))), film.path)
            note.write_text(recipe)
        films.append(film)
    return tuple(films)


def numbered(pictures: Iterator[Planes]) -> Iterator[Planes]:
    """The same pictures, each with its number."""
    for number, picture in enumerate(pictures):
        luma = picture.luma.copy()
        for place in range(BITS):
            bit = number >> (BITS - 1 - place) & 1
            luma[:BLOCK_PX, place * BLOCK_PX : (place + 1) * BLOCK_PX] = WHITE if bit else BLACK
        blue, red = picture.blue.copy(), picture.red.copy()
        blue[: BLOCK_PX // 2, : BITS * BLOCK_PX // 2] = red[: BLOCK_PX // 2, : BITS * BLOCK_PX // 2] = np.uint8(128)
        yield replace(picture, luma=luma, blue=blue, red=red)


def _recipe(look: str, film_s: int) -> str:
    return hashlib.sha256(json.dumps([RECIPE, BITS, BLOCK_PX, look, film_s]).encode()).hexdigest()
