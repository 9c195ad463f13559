"""Who comes by on 29 cameras is seen or missed, soon or late: the films' truth against the rows of the database."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hil.bench.eyes.box import WatchedBox, watched_box
from hil.bench.eyes.settings import Watching
from hil.bench.eyes.truth import LATE_S, PEOPLE, Appearance, Stored, Verdict, judge
from hil.bench.eyes.witness import Witness
from hil.bench.films.description import Description
from hil.bench.films.library import Film, camera_films
from hil.bench.outcome import BenchUnavailableError, Say
from hil.cameras import Cameras, serve

LONGEST_VISIT_S = 15.0
OURS, ALWAYS = "auto", "always"


@dataclass(frozen=True, slots=True)
class Timing:
    """`learn_s` from the last camera's first picture on; one loop of the films shows every visit once."""

    learn_s: float
    window_s: float
    contenders: tuple[str, ...]


QUICK = Timing(10.0, 25.0, (OURS,))


@dataclass(frozen=True, slots=True)
class Run:
    """One contender before all films: the verdict, what it used, and each camera's decode mode over time."""

    verdict: Verdict
    cpu_pct: float
    pss_mb: float
    other: tuple[Stored, ...]
    """Incidents of the cameras themselves (offline, frozen, …): none of them happened."""


def whole(about: Description) -> Timing:
    """Every visit once; a camera with a key frame every 10 s has shown two intervals by then."""
    return Timing(25.0, float(about.plan.film_s), (OURS, ALWAYS))


def measure(about: Description, timing: Timing, say: Say) -> Mapping[str, Run]:
    """Each contender, one after the other, before the same films."""
    films = camera_films(about, say)
    found = {}
    for decode in timing.contenders:
        with serve({film.look.id: film.path for film in films}) as cameras:
            say(f"decode = {decode}")
            watching = Watching({film.look.id: cameras.url(film.look.id) for film in films}, {}, about.shards, decode)
            with watched_box(watching) as box:
                found[decode] = _run(box, cameras, films, timing, say)
    return found


def _run(box: WatchedBox, cameras: Cameras, films: Sequence[Film], timing: Timing, say: Say) -> Run:
    box.wait_online(len(films))
    with Witness(box) as witness:
        time.sleep(timing.learn_s)
        since = time.monotonic()
        until = since + timing.window_s
        box.tree.restart()
        _wait(until, say)
        used, pss_mb = box.tree.read(), box.tree.pss_mb()
        _wait(until + LONGEST_VISIT_S + LATE_S, say)
    shown = [visit for film in films for visit in _appearances(film, cameras, witness, until)]
    people = [one for one in witness.stored if one.kind == PEOPLE]
    other = tuple(one for one in witness.stored if one.kind != PEOPLE)
    return Run(judge(shown, people, since, until), used.cpu_pct, pss_mb, other)


def _wait(until: float, say: Say) -> None:
    while (left_s := until - time.monotonic()) > 0:
        say(f"{left_s:.0f} s")
        time.sleep(min(left_s, 1.0))


def _appearances(film: Film, cameras: Cameras, witness: Witness, until: float) -> Iterator[Appearance]:
    """Every visit of this film from its first watcher on. Raises BenchUnavailableError when nobody ever watched."""
    look = film.look
    began = cameras.began.get(look.id)
    if not began:
        raise BenchUnavailableError(f"{look.id}: its film never began")
    loop = began[-1]
    while loop < until:
        for number, visit in enumerate(film.script.visits):
            onset = loop + visit.onset_s
            seen_s = float(witness.published[look.id].before(onset).get("guaranteed_seen_s", 0.0))
            end = loop + visit.end_s
            yield Appearance(look.id, number, look.gop_s, visit.after, onset, end, seen_s)
        loop += film.script.film_s
