"""Lines ``wall_tiles``, ``wall_incidents``, ``wall_recovery``, ``wall_memory``: the operations room's television."""

from hil.bench import web
from hil.bench.outcome import Round, silent
from hil.bench.wall import incidents, memory, recovery, tiles
from hil.links import Link

MOST_SERVER_PCT, MOST_DROPPED_PCT, LEAST_REAL_TIME_PCT = 15.0, 3.0, 97.0
MOST_BEHIND_S, MOST_START_S = 1.5, 1.0
MOST_TO_SCREEN_S, MOST_RECOVERY_S = 0.5, 5.0
MOST_GROWTH_PCT = 3.0
"""In half an hour at twenty times the usual rate, which is ten hours of events: less than the looks differ anyway."""
LEAST_EVENT_RATE = 20.0


def wall_tiles(timing: tiles.Timing = tiles.WHOLE, count: int = tiles.COUNT) -> Link:
    """All tiles play at once: what the box pays, what is dropped, how late the latest is, how soon each begins."""
    found = tiles.measure(timing, silent, count)
    kept = (
        found["tiles"] == count,
        found["server_cpu_pct"] <= MOST_SERVER_PCT,
        found["dropped_pct"] <= MOST_DROPPED_PCT,
        found["real_time_pct"] >= LEAST_REAL_TIME_PCT,
        found["behind_most_s"] <= MOST_BEHIND_S,
        found["start_most_s"] <= MOST_START_S,
    )
    figures = {
        f"server_{count}_tiles_cpu_pct": found["server_cpu_pct"],
        "tiles_dropped_pct": found["dropped_pct"],
        "tiles_real_time_pct": found["real_time_pct"],
        "tiles_behind_live_s": found["behind_most_s"],
        "tile_start_s": found["start_most_s"],
        **_rest(found, "tiles", "behind_p95_s", "start_p95_s", "all_play_new_s", "all_play_again_s"),
        **_rest(found, "box_alone_cpu_pct", "browser_cpu_pct"),
    }
    return Link("wall_tiles", all(kept), figures)


def wall_incidents(wanted: int = web.INCIDENTS, count: int = tiles.COUNT, busy: int = incidents.BUSY) -> Link:
    """Incidents of real cameras, from the database to the screen, while all tiles play."""
    found = incidents.measure(wanted, silent, count, busy)
    figures = {"incident_to_screen_p95_s": found["to_screen_p95_s"], **found}
    return Link("wall_incidents", found["to_screen_p95_s"] <= MOST_TO_SCREEN_S, figures)


def wall_recovery(count: int = tiles.COUNT) -> Link:
    """Live is killed, then the whole box: the page that was open comes back by itself."""
    found = recovery.measure(silent, count)
    slowest_s = max(found["live_killed_to_tiles_s"], found["wall_alive_after_back_s"], found["tiles_after_cameras_s"])
    figures = {"wall_recovers_s": slowest_s, **found}
    return Link("wall_recovery", slowest_s <= MOST_RECOVERY_S, figures)


def wall_memory(
    timing: memory.Timing = memory.WHOLE,
    count: int = tiles.COUNT,
    busy: int = memory.BUSY,
    rate: float = LEAST_EVENT_RATE,
) -> Link:
    """Half an hour at twenty times the usual rate: the straight line through page and server lies flat."""
    found = memory.measure(timing, silent, count, busy)
    growths = [found[f"{name}_growth_pct"] for name in ("heap_mb", "nodes", "listeners", "server_mb")]
    flat = all(one <= MOST_GROWTH_PCT for one in growths)
    figures = {
        "heap_slope_mb_h": found["heap_mb_per_h"],
        "server_rss_slope_mb_h": found["server_mb_per_h"],
        "heap_growth_pct": found["heap_mb_growth_pct"],
        "server_rss_growth_pct": found["server_mb_growth_pct"],
        **_rest(
            found, "event_rate", "window_s", "heap_mb", "server_mb", "browser_mb", "browser_mb_growth_pct", "nodes"
        ),
        **_rest(found, "supervisor_mb_per_h", "live_mb_per_h", "web_mb_per_h", "nodes", "nodes_growth_pct"),
    }
    return Link("wall_memory", flat and found["event_rate"] >= rate, figures)


def _rest(found: Round, *names: str) -> dict[str, float]:
    return {name: found[name] for name in names}
