"""One camera's line fails in every way: how long the others then wait to be looked at.

Everybody shows a walking person all the time, so that every camera is analysed several times a second, and the wall's
`tracks` tell when that was last. What is measured is the longest time between two analysed pictures of a camera.
"""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import pairwise

from edge.core.errors import MolangError
from hil.bench.eyes.bad_line import NEEDS_ROOT, BadLine, Failing
from hil.bench.eyes.box import WatchedBox, watched_box
from hil.bench.eyes.settings import Watching
from hil.bench.films.description import Description
from hil.bench.films.library import Film, Wish, make
from hil.bench.films.script import AWAKE, Script, Visit
from hil.bench.outcome import BenchUnavailableError, Say
from hil.cameras import serve

COUNT, SHARDS = 6, 2
SICK = "cam-1"
ONLINE = "online"
FILM_S = 20
LOOK_EVERY_S = 0.1
SETTLE_S = 8.0
WELL_AGAIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Gaps:
    """Longest waits of one spell: of cameras in the sick one's shard, and of those in another; seconds.

    `noticed` is whether the wall ever said that the sick camera is not online.
    """

    own_s: float
    other_s: float
    noticed: bool


@dataclass(frozen=True, slots=True)
class Spell:
    """One way of failing: the waits, and how long the camera took to be well again."""

    gaps: Gaps
    well_after_s: float


@dataclass(frozen=True, slots=True)
class Hangs:
    """What was found. `usual` are the waits while all is well; ways that need root are missing without it."""

    usual: Gaps
    spells: Mapping[Failing, Spell]
    left_out: tuple[Failing, ...]

    def delay_s(self, *, own: bool) -> float:
        """By how much the worst spell made others wait longer than usual."""
        usual_s = self.usual.own_s if own else self.usual.other_s
        worst = max((spell.gaps.own_s if own else spell.gaps.other_s) for spell in self.spells.values())
        return max(0.0, worst - usual_s)


def measure(about: Description, spell_s: float, say: Say) -> Hangs:
    """Every way of failing, for so long each, with the same spell before it in which all is well."""
    (film,) = make([_always_somebody(about)], say)
    ways = [way for way in Failing if way is not Failing.WELL]
    left_out = tuple(way for way in ways if way in NEEDS_ROOT and os.geteuid() != 0)
    with ExitStack() as opened:
        box, line = _open(opened, film)
        usual = _watch(box, spell_s)
        spells: dict[Failing, Spell] = {}
        for way in (way for way in ways if way not in left_out):
            say(way)
            spells[way] = _spell(box, line, way, spell_s)
    return Hangs(usual, spells, left_out)


def _always_somebody(about: Description) -> Wish:
    visit = Visit(0.0, FILM_S, AWAKE, 1, 0.5, 0.1, to_right=True)
    return replace(about.quiet.looks[1], id="always-somebody"), Script(FILM_S, (visit,))


def _open(opened: ExitStack, film: Film) -> tuple[WatchedBox, BadLine]:
    names = [f"cam-{number + 1}" for number in range(COUNT)]
    cameras = opened.enter_context(serve(dict.fromkeys(names, film.path)))
    line = opened.enter_context(BadLine(cameras.port))
    watch = {name: cameras.url(name) for name in names}
    watch[SICK] = watch[SICK].replace(f":{cameras.port}/", f":{line.port}/")
    box = opened.enter_context(watched_box(Watching(watch, {}, SHARDS)))
    box.wait_online(COUNT)
    time.sleep(SETTLE_S)
    return box, line


def _spell(box: WatchedBox, line: BadLine, way: Failing, spell_s: float) -> Spell:
    try:
        line.become(way)
    except subprocess.CalledProcessError as error:
        raise BenchUnavailableError(f"nft: {error.stderr}") from error
    gaps = _watch(box, spell_s)
    line.become(Failing.WELL)
    return Spell(gaps, _well_again(box))


def _watch(box: WatchedBox, spell_s: float) -> Gaps:
    """Look at the wall for so long; a camera that is not analysed at all has waited all that time."""
    began = time.monotonic()
    seen: dict[str, list[int]] = {}
    noticed = False
    while time.monotonic() - began < spell_s:
        for name, at_ms in _tracks(box).items():
            seen.setdefault(name, []).append(at_ms)
        noticed |= _state(box) != ONLINE
        time.sleep(LOOK_EVERY_S)
    names = [f"cam-{number + 1}" for number in range(COUNT)]
    shards = {name: number % SHARDS for number, name in enumerate(names)}
    gaps = {name: max(_waits(seen.get(name, []), spell_s)) for name in names if name != SICK}
    own, other = (
        [gap for name, gap in gaps.items() if (shards[name] == shards[SICK]) is same] for same in (True, False)
    )
    return Gaps(max(own), max(other), noticed)


def _waits(times_ms: list[int], spell_s: float) -> Iterator[float]:
    if len(set(times_ms)) < 2:
        yield spell_s
    yield from ((after - before) / 1000 for before, after in pairwise(sorted(set(times_ms))))


def _tracks(box: WatchedBox) -> dict[str, int]:
    try:
        return {name: int(row["at_ms"]) for name, row in box.state().get("tracks", {}).items()}
    except MolangError:
        return {}


def _state(box: WatchedBox) -> str:
    return str(box.cameras()[SICK]["state"])


def _well_again(box: WatchedBox) -> float:
    began = time.monotonic()
    while _state(box) != ONLINE:
        if time.monotonic() - began > WELL_AGAIN_S:
            return WELL_AGAIN_S
        time.sleep(LOOK_EVERY_S)
    return time.monotonic() - began
