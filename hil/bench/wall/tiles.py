"""29 tiles in a real browser: how soon each begins, how late it is, what it drops, and what the box pays for it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from hil.bench.outcome import BenchUnavailableError, Round, Say, percentile
from hil.bench.wall.browser import SeenTile, WallPage, wall_browser
from hil.bench.wall.village import COUNT, Village, village

ALL_PLAY_S = 60.0
LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the box and the page come to rest, and how long each window is, without the wall and with it."""

    settle_s: float
    window_s: float


QUICK, WHOLE = Timing(3.0, 8.0), Timing(10.0, 30.0)


@dataclass(frozen=True, slots=True)
class Watched:
    """What one window found. Shares in per cent, CPU in per cent of one core."""

    tiles: int
    dropped_pct: float
    real_time_pct: float
    behind_p95_s: float
    behind_most_s: float
    box_cpu_pct: float
    browser_cpu_pct: float


def measure(timing: Timing, say: Say, count: int = COUNT) -> Round:
    """The box without and with a wall of ``count`` tiles; a wall that is new here, and one that is opened again."""
    with village(say, count) as commune:
        say("the box alone")
        time.sleep(timing.settle_s)
        alone_pct = _cpu_pct(commune, timing.window_s)
        with wall_browser() as page:
            say("a new wall")
            first_s = opened(page, commune, count)
            first = starts_s(page)
            time.sleep(timing.settle_s)
            say(f"{count} tiles")
            watched = watch(page, commune, timing.window_s)
            say("the wall again")
            again_s = opened(page, commune, count)
            again = starts_s(page)
            errors = page.seen()["errors"]
    if errors:
        raise BenchUnavailableError(f"the page failed: {errors[0]}")
    return {
        "tiles": float(watched.tiles),
        "server_cpu_pct": watched.box_cpu_pct - alone_pct,
        "box_alone_cpu_pct": alone_pct,
        "browser_cpu_pct": watched.browser_cpu_pct,
        "dropped_pct": watched.dropped_pct,
        "real_time_pct": watched.real_time_pct,
        "behind_p95_s": watched.behind_p95_s,
        "behind_most_s": watched.behind_most_s,
        "start_p95_s": percentile(first + again, 95),
        "start_most_s": max(first + again),
        "all_play_new_s": first_s,
        "all_play_again_s": again_s,
    }


def opened(page: WallPage, commune: Village, count: int) -> float:
    """Open the wall; returns how long it took until every tile showed the present."""
    began = page.open(commune.box.wall_url)
    page.until(lambda tiles: _playing(tiles) >= count, ALL_PLAY_S, f"{count} tiles play")
    return time.time() - began


def starts_s(page: WallPage) -> list[float]:
    """From the moment a tile was to be live to its first picture, for each."""
    seen = page.seen()
    asked: Mapping[str, float] = seen["asked"]
    first: Mapping[str, float] = seen["first"]
    return [(first[camera] - asked[camera]) / 1000 for camera in asked if camera in first]


def watch(page: WallPage, commune: Village, window_s: float) -> Watched:
    """Look at the tiles for a while."""
    before = {tile.camera: tile for tile in page.tiles()}
    commune.box.tree.restart()
    page.tree.restart()
    began, behind = time.monotonic(), []
    while time.monotonic() - began < window_s:
        time.sleep(LOOK_S)
        behind += _behind_s(page.tiles(), commune)
    box, browser = commune.box.tree.read(), page.tree.read()
    after = [tile for tile in page.tiles() if tile.live and tile.camera in before]
    if not (after and behind):
        raise BenchUnavailableError("no tile is live")
    shown = sum(tile.shown - before[tile.camera].shown for tile in after)
    dropped = sum(tile.dropped - before[tile.camera].dropped for tile in after)
    least = min((tile.time - before[tile.camera].time) / (tile.at - before[tile.camera].at) * 1000 for tile in after)
    return Watched(
        tiles=len(after),
        dropped_pct=100 * dropped / max(1, shown),
        real_time_pct=100 * least,
        behind_p95_s=percentile(behind, 95),
        behind_most_s=max(behind),
        box_cpu_pct=box.cpu_pct,
        browser_cpu_pct=browser.cpu_pct,
    )


def _playing(tiles: list[SeenTile]) -> int:
    return sum(tile.live and tile.moving and tile.shown > 0 for tile in tiles)


def _behind_s(tiles: list[SeenTile], commune: Village) -> list[float]:
    found = [commune.behind_s(tile.camera, tile.number, tile.at) for tile in tiles if tile.number is not None]
    return [one for one in found if one is not None]


def _cpu_pct(commune: Village, window_s: float) -> float:
    commune.box.tree.restart()
    time.sleep(window_s)
    return commune.box.tree.read().cpu_pct
