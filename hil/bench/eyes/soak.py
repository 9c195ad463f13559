"""Twenty-nine cameras for ten minutes whose lines break again and again: memory, false alarms, wakes for nothing.

Nobody comes all that time. Six of the cameras show the nuisance films, the others the quiet ones; all main streams are
recorded.
"""

import itertools
import math
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from hil.bench.eyes.bad_line import BadLine
from hil.bench.eyes.box import WatchedBox, watched_box
from hil.bench.eyes.idle import main_of, names
from hil.bench.eyes.settings import Watching
from hil.bench.eyes.truth import PEOPLE, Stored
from hil.bench.eyes.witness import Published, Witness
from hil.bench.films.description import Description
from hil.bench.films.library import loop_films, nuisance_films
from hil.bench.outcome import Say
from hil.cameras import serve

LINES = 4
BREAK_EVERY_S = 20.0
SAMPLE_EVERY_S = 5.0
DAY_S = 86_400
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Soak:
    """What was found; `pss_mb` are all samples after the warm-up, `false` what was told though nobody came."""

    pss_mb: tuple[float, ...]
    reconnects: int
    full_wakes: Mapping[str, int]
    false: tuple[Stored, ...]
    watched_s: float
    cameras: int

    @property
    def growth_pct(self) -> float:
        """What a straight line through all samples rises by, against their median."""
        return 100 * rise(self.pss_mb) / statistics.median(self.pss_mb)

    @property
    def camera_days(self) -> float:
        """How long was watched, all cameras together."""
        return self.watched_s * self.cameras / DAY_S

    @property
    def false_per_camera_day(self) -> float:
        """False incidents about people a camera and day."""
        return self._people / self.camera_days

    @property
    def false_at_most(self) -> float:
        """The upper end of what that may really be, at 95 %: so short a watch cannot say more."""
        return poisson_at_most(self._people) / self.camera_days

    @property
    def _people(self) -> int:
        return sum(one.kind == PEOPLE for one in self.false)


def measure(about: Description, warm_s: float, soak_s: float, say: Say) -> Soak:
    """Warm up with every line broken once, then soak."""
    films = [*nuisance_films(about, say), *loop_films(about.quiet, say)]
    main = loop_films(about.main, say)
    shown = dict(zip(names(), itertools.chain(films, itertools.cycle(films[len(about.nuisance) :])), strict=False))
    mounts = {name: film.path for name, film in shown.items()}
    mounts |= {main_of(name): main[number % len(main)].path for number, name in enumerate(names())}
    with ExitStack() as opened:
        cameras = opened.enter_context(serve(mounts))
        lines = [opened.enter_context(BadLine(cameras.port)) for _ in range(LINES)]
        watch = {
            name: cameras.url(name).replace(f":{cameras.port}/", f":{lines[number % LINES].port}/")
            for number, name in enumerate(names())
        }
        record = {name: cameras.url(main_of(name)) for name in names()}
        box = opened.enter_context(watched_box(Watching(watch, record, about.shards)))
        box.wait_online(len(watch))
        with Witness(box) as witness:
            _soak(box, lines, warm_s, say)
            before = _reconnects(box)
            pss_mb = _soak(box, lines, soak_s, say)
            found = _reconnects(box) - before
    return Soak(tuple(pss_mb), found, _wakes(witness.published), tuple(witness.stored), warm_s + soak_s, len(watch))


def _soak(box: WatchedBox, lines: Sequence[BadLine], lasts_s: float, say: Say) -> list[float]:
    """Break one line after the other; memory is looked at beside."""
    began, breaks, samples = time.monotonic(), 0, []
    while (into_s := time.monotonic() - began) < lasts_s:
        say(f"{lasts_s - into_s:.0f} s")
        if into_s >= (breaks + 0.5) * BREAK_EVERY_S:
            lines[breaks % len(lines)].drop()
            breaks += 1
        samples.append(box.tree.pss_mb())
        time.sleep(SAMPLE_EVERY_S)
    return samples


def _reconnects(box: WatchedBox) -> int:
    return sum(int(row["reconnects"]) for row in box.cameras().values())


def _wakes(published: Mapping[str, Published]) -> dict[str, int]:
    return {name: story.changes_to("full") for name, story in published.items()}


def rise(samples: Sequence[float]) -> float:
    """From the first sample to the last, by the median of the slopes between any two (Theil and Sen).

    Allocators give back memory in large pieces: the ends alone say more about those than about growth.
    """
    pairs = itertools.combinations(enumerate(samples), 2)
    slopes = [(later - former) / (there - here) for (here, former), (there, later) in pairs]
    return statistics.median(slopes) * (len(samples) - 1) if slopes else 0.0


def poisson_at_most(count: int) -> float:
    """The largest mean under which so few events, or fewer, still come in 5 % of all cases."""
    low, high = 0.0, 10.0 + 3.0 * count
    for _ in range(60):
        middle = (low + high) / 2
        chance = sum(math.exp(-middle) * middle**number / math.factorial(number) for number in range(count + 1))
        low, high = (middle, high) if chance > 1 - CONFIDENCE else (low, middle)
    return high
