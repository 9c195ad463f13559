"""The wall in a real Chromium before a real box with 29 RTSP cameras.

Its parts, each alone with `--only`:

    tiles      how soon a tile begins, how late it is, what is dropped, what the box pays for it
    incidents  from the database to the screen
    recovery   live is killed, the box is killed: how long until the wall is itself again
    memory     half an hour at twenty times the usual rate of events: heap of the page, memory of the server

A quick run is shorter in every part; its figures are there to try it.
"""

from collections.abc import Callable, Mapping
from functools import partial

from hil.bench.outcome import Case, Outcome, Round, Say
from hil.bench.wall import incidents, memory, recovery, tiles

CHART = ("server_cpu_pct", "dropped_pct", "to_screen_p95_s", "heap_mb_growth_pct")
INCIDENTS, QUICK_INCIDENTS = 60, 8


def measure(quick: bool, say: Say, only: str = "") -> Outcome:
    """All parts, or only one of them."""
    names = [only] if only else list(PARTS)
    cases = tuple(Case(name, (PARTS[name](quick, partial(_say, say, name)),), part=name) for name in names)
    return Outcome(cases, (), CHART, {"cameras": tiles.COUNT})


def _say(say: Say, part: str, words: str) -> None:
    say(f"{part}: {words}")


PARTS: Mapping[str, Callable[[bool, Say], Round]] = {
    "tiles": lambda quick, say: tiles.measure(tiles.QUICK if quick else tiles.WHOLE, say),
    "incidents": lambda quick, say: incidents.measure(QUICK_INCIDENTS if quick else INCIDENTS, say),
    "recovery": lambda _quick, say: recovery.measure(say),
    "memory": lambda quick, say: memory.measure(memory.QUICK if quick else memory.WHOLE, say),
}
