"""The wall and its server over a long time at a high rate of events: whether anything grows."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from hil.bench.outcome import Round, Say
from hil.bench.wall.browser import WallPage, wall_browser
from hil.bench.wall.recovery import live_child
from hil.bench.wall.tiles import opened
from hil.bench.wall.village import COUNT, Village, village

BUSY = 14
"""Twelve see 18 people a minute between them, eight 12 (measured)."""
USUAL_A_MIN = 1.0
"""A busy evening of a commune: an incident a minute, from all its cameras."""
MB = 2**20


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds before anything counts, between two looks, and of the whole window."""

    warm_s: float
    every_s: float
    window_s: float


QUICK, WHOLE = Timing(20.0, 4.0, 40.0), Timing(180.0, 30.0, 1800.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """One look; the page's heap after collection, and what each process of the server holds."""

    at_s: float
    figures: dict[str, float]


def measure(timing: Timing, say: Say, count: int = COUNT, busy: int = BUSY) -> Round:
    """Growth of each figure over the window, as its straight line says, in per cent of its level and per hour."""
    with village(say, count, busy) as commune, wall_browser() as page:
        opened(page, commune, count)
        say("warming")
        time.sleep(timing.warm_s)
        before, began = _incidents(commune), time.monotonic()
        samples = [_sample(commune, page, began)]
        while time.monotonic() - began < timing.window_s:
            time.sleep(timing.every_s)
            samples.append(_sample(commune, page, began))
            say(f"{samples[-1].at_s:.0f} s")
        lasted_s = time.monotonic() - began
        a_min = (_incidents(commune) - before) / lasted_s * 60
    return {"window_s": lasted_s, "event_rate": a_min / USUAL_A_MIN, **_growth(samples)}


def slope(at: Sequence[float], values: Sequence[float]) -> float:
    """Of the straight line through these points; 0 for fewer than two moments."""
    return statistics.linear_regression(at, values).slope if len(set(at)) > 1 else 0.0


def _growth(samples: Sequence[Sample]) -> dict[str, float]:
    """For each figure its level, and what its line rises in an hour."""
    at = [one.at_s for one in samples]
    found = {}
    for name in samples[0].figures:
        values = [one.figures[name] for one in samples]
        found[name] = statistics.median(values)
        found[f"{name}_per_h"] = slope(at, values) * 3600
        found[f"{name}_growth_pct"] = 100 * slope(at, values) * (at[-1] - at[0]) / statistics.median(values)
    return found


def _sample(commune: Village, page: WallPage, began: float) -> Sample:
    heap = page.heap()
    pids = {"supervisor": commune.box.pid("molang"), "live": live_child(commune), "web": commune.box.pid("web")}
    rss = {f"{name}_mb": psutil.Process(pid).memory_info().rss / MB for name, pid in pids.items()}
    return Sample(
        time.monotonic() - began,
        {
            "heap_mb": heap["heap"] / MB,
            "nodes": heap["nodes"],
            "listeners": heap["listeners"],
            "server_mb": sum(rss.values()),
            **rss,
            "browser_mb": page.tree.pss_mb(),
        },
    )


def _incidents(commune: Village) -> int:
    return int(commune.box.ask("SELECT count(*) FROM incident")[0][0])
