"""From the moment an incident is stored to the moment it stands on the wall, while all tiles play."""

import time

from hil.bench.outcome import BenchUnavailableError, Round, Say, percentile
from hil.bench.wall.browser import wall_browser
from hil.bench.wall.tiles import opened
from hil.bench.wall.village import COUNT, Village, village
from hil.incident_watch import LOOK_EVERY_S, IncidentWatch, SeenIncident

BUSY = 8
"""Cameras that film people who come and go: some twenty visits a minute."""
LATEST_S = 5.0
AT_MOST_S = 240.0


def measure(wanted: int, say: Say, count: int = COUNT, busy: int = BUSY) -> Round:
    """So many incidents, each as the database had it first and as the page drew it first."""
    with village(say, count, busy) as commune, IncidentWatch(commune.box.database) as watch, wall_browser() as page:
        say("the wall")
        opened(page, commune, count)
        say(f"{wanted} incidents")
        stored = _stored(watch, wanted, commune)
        time.sleep(LATEST_S)
        shown: dict[str, float] = page.seen()["incidents"]
        waits = [shown[one.id] / 1000 - _unix_s(one) + LOOK_EVERY_S for one in stored if one.id in shown]
        live = [tile for tile in page.tiles() if tile.live]
    if len(waits) < len(stored):
        raise BenchUnavailableError(f"{len(stored) - len(waits)} of {len(stored)} incidents never came to the wall")
    return {
        "incidents": float(len(waits)),
        "to_screen_p50_s": percentile(waits, 50),
        "to_screen_p95_s": percentile(waits, 95),
        "to_screen_most_s": max(waits),
        "tiles_live": float(len(live)),
    }


def _stored(watch: IncidentWatch, wanted: int, commune: Village) -> list[SeenIncident]:
    """Those stored since now; raises BenchUnavailableError when people do not come."""
    began = time.monotonic()
    while len(found := [one for one in list(watch.seen.values()) if one.steady > began]) < wanted:
        if time.monotonic() - began > AT_MOST_S:
            raise BenchUnavailableError(f"{len(found)} of {wanted} incidents within {AT_MOST_S:.0f} s")
        commune.box.pid("molang")
        time.sleep(0.5)
    return found


def _unix_s(incident: SeenIncident) -> float:
    return incident.steady + time.time() - time.monotonic()
