"""Plays a script: the pictures of a film, one after the other."""

import functools
import math
import zlib
from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np

from hil.bench.films import nuisance
from hil.bench.films.cast import Figure, Noise, figure, pasted
from hil.bench.films.description import Look
from hil.bench.films.grounds import ground_of
from hil.bench.films.planes import Bytes, Planes, at_night, brighter
from hil.bench.films.script import Script, Stir, Visit

DAY_SIGMA, NIGHT_SIGMA = 1.5, 6.0
WALK_SHARE_S = 0.06
"""How far somebody walks in a second, as a share of the picture's width."""
BOTTOM = 0.94
DRIFT = 2.0
"""Clouds: so many steps of brightness up and down in one loop."""
STIR_TOP, STIR_SIZE, STIR_SWING = 0.02, (0.18, 0.07), 0.012
"""A strip of cloth, wide and low: upright stripes look like legs to a detector."""

Area = tuple[int, int, int, int]


def play(look: Look, script: Script) -> Iterator[Planes]:
    """Every picture of one loop; its last is followed by its first without a jump."""
    seed = zlib.crc32(look.id.encode())
    ground = ground_of(look.ground, look.size, mirrored=seed % 2 == 1)
    noise = Noise(look.size, NIGHT_SIGMA if look.night else DAY_SIGMA, seed)
    ground = at_night(ground) if look.night else ground
    for number in range(script.film_s * look.fps):
        at_s = number / look.fps
        picture = _lit(ground, at_s, script.film_s)
        for stir in (one for one in script.stirs if one.since_s <= at_s < one.until_s):
            picture = _stirred(picture, stir, at_s - stir.since_s)
        for visit in (one for one in script.visits if one.onset_s <= at_s < one.end_s):
            picture = _visited(picture, visit, look, at_s - visit.onset_s)
        if script.nuisance:
            picture = nuisance.disturbed(picture, script, at_s)
        yield noise.on(picture)


def box_of(visit: Visit, look: Look, into_s: float) -> tuple[float, float, float, float]:
    """Where the person stands so long after the onset: left, top, right, bottom as shares of the picture."""
    width, height = look.size
    left, top, right, bottom = _area(visit, look, into_s)
    return left / width, top / height, right / width, bottom / height


def _lit(ground: Planes, at_s: float, film_s: int) -> Planes:
    lift = round(DRIFT * math.sin(2 * math.pi * at_s / film_s))
    return Planes(brighter(ground.luma, lift), ground.blue, ground.red) if lift else ground


def _visited(picture: Planes, visit: Visit, look: Look, into_s: float) -> Planes:
    left, _, _, bottom = _area(visit, look, into_s)
    return pasted(picture, _figure(visit.who, _height_px(visit, look), look.night), left, bottom)


def _area(visit: Visit, look: Look, into_s: float) -> Area:
    width, height = look.size
    who = _figure(visit.who, _height_px(visit, look), look.night)
    rows, columns = who.alpha.shape
    way = _to_and_fro(into_s * WALK_SHARE_S, 0.4)
    share = visit.left + (way if visit.to_right else 0.4 - way)
    bob = round(0.004 * height * math.sin(2 * math.pi * 2 * into_s))
    left = min(_even(share * width), width - columns)
    bottom = _even(BOTTOM * height + bob)
    return left, bottom - rows, left + columns, bottom


@functools.lru_cache(16)
def _figure(who: int, height_px: int, night: bool) -> Figure:
    return figure(who, height_px, night=night)


def _height_px(visit: Visit, look: Look) -> int:
    return _even(visit.height * look.size[1])


def _to_and_fro(way: float, length: float) -> float:
    into = way % (2 * length)
    return into if into <= length else 2 * length - into


def _stirred(picture: Planes, stir: Stir, into_s: float) -> Planes:
    height, width = picture.luma.shape
    rows, columns = round(STIR_SIZE[1] * height), round(STIR_SIZE[0] * width)
    left = round((stir.left + STIR_SWING * math.sin(2 * math.pi * 1.3 * into_s)) * width)
    top = round(STIR_TOP * height)
    luma = picture.luma.copy()
    luma[top : top + rows, left : left + columns] = _tarpaulin(rows, columns)
    return replace(picture, luma=luma)


@functools.lru_cache(4)
def _tarpaulin(rows: int, columns: int) -> Bytes:
    across, down = np.arange(columns) * 9 // columns, np.arange(rows)[:, None] * 3 // rows
    squares = ((across + down) % 2 * 70 + 70).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(squares, (5, 5), 0), np.uint8)


def _even(value: float) -> int:
    return round(value / 2) * 2
