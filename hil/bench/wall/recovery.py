"""The wall's server is killed: how long until the wall is itself again, with nobody touching it."""

import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import psutil

from hil.bench.outcome import BenchUnavailableError, Round, Say
from hil.bench.waiting import until
from hil.bench.wall.browser import WallPage, wall_browser
from hil.bench.wall.tiles import ALL_PLAY_S, opened
from hil.bench.wall.village import COUNT, Village, village

BACK_S, AGAIN_S = 60.0, 60.0
LOOK_S = 0.05
NEAR_S = 1.5
ALIVE = "() => document.getElementById('dead').hidden && document.getElementById('fallback').hidden"
MARK = "() => { window.molangMark = true; }"
MARKED = "() => window.molangMark === true"


def measure(say: Say, count: int = COUNT) -> Round:
    """First the live child alone is killed, then the whole box."""
    with village(say, count, restart=True) as commune, wall_browser() as page:
        opened(page, commune, count)
        page.ask(MARK)
        say("live is killed")
        live_s = _live_killed(commune, page, count)
        say("the box is killed")
        figures = _box_killed(commune, page, count)
        if not page.ask(MARKED):
            raise BenchUnavailableError("the page was loaded anew")
    return {"live_killed_to_tiles_s": live_s, **figures}


def _live_killed(commune: Village, page: WallPage, count: int) -> float:
    child = live_child(commune)
    began = time.monotonic()
    os.kill(child, signal.SIGKILL)
    until(lambda: live_child(commune, but=child), BACK_S, "the live child is not back", LOOK_S)
    page.until(lambda _: _present(commune, page, count, began), AGAIN_S, "the tiles do not come back")
    return time.monotonic() - began


def _box_killed(commune: Village, page: WallPage, count: int) -> Round:
    for name in ("molang", "web"):
        os.kill(commune.box.pid(name), signal.SIGKILL)
    killed = time.monotonic()
    _wait(lambda: not _serves(commune), "the box does not die")
    _wait(lambda: _serves(commune), "the box does not come back")
    back = time.monotonic()
    _wait(lambda: _watched(commune) and bool(page.ask(ALIVE)), "the wall does not recover")
    alive = time.monotonic()
    commune.box.wait_online(count)
    online = time.monotonic()
    page.until(lambda _: _present(commune, page, count, back), ALL_PLAY_S, "the tiles do not come back")
    return {
        "box_away_s": back - killed,
        "wall_alive_after_back_s": alive - back,
        "tiles_after_cameras_s": time.monotonic() - online,
    }


def _present(commune: Village, page: WallPage, count: int, since: float) -> bool:
    """Whether every tile shows a picture that its camera sent just now, and after the kill."""
    least = min(NEAR_S, time.monotonic() - since)
    fresh = 0
    for tile in page.tiles():
        late_s = None if tile.number is None else commune.behind_s(tile.camera, tile.number, tile.at)
        fresh += tile.moving and late_s is not None and late_s < least
    return fresh >= count


def live_child(commune: Village, but: int = 0) -> int:
    """The process number of the live child, 0 while there is none."""
    for one in psutil.Process(commune.box.pid("molang")).children():
        if "edge.workers.live" in one.cmdline() and one.pid != but:
            return one.pid
    return 0


def _serves(commune: Village) -> bool:
    return all(_answer(url) is not None for url in (commune.box.wall_url, commune.box.live_health_url))


def _watched(commune: Village) -> bool:
    """Whether the wall's state socket is open at the new process."""
    return bool((_answer(commune.box.live_health_url) or {}).get("state_watchers"))


def _answer(url: str) -> dict[str, int] | None:
    try:
        with urllib.request.urlopen(url, timeout=1.0) as answer:
            body = answer.read()
    except (urllib.error.URLError, OSError):
        return None
    found: dict[str, int] = json.loads(body) if body.startswith(b"{") else {}
    return found


def _wait(true: Callable[[], bool], else_what: str) -> None:
    until(lambda: true() or None, BACK_S, else_what, LOOK_S)
