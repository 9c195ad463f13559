"""Makes the films that the bench wants, once, and keeps them with their truth under `var/bench/cameras`."""

import hashlib
import json
import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from hil.bench.films.cast import BOXES
from hil.bench.films.description import Description, Look, Loop
from hil.bench.films.encode import encode
from hil.bench.films.grounds import place_of
from hil.bench.films.scene import STIR_SIZE, STIR_TOP, box_of, play
from hil.bench.films.script import Script, Visit, visits_of
from hil.bench.outcome import Say
from hil.harness import ROOT

FOLDER = ROOT / "var" / "bench" / "cameras"
RECIPE = 2
"""Raise it when a scene changes: films of an older recipe are made again."""
MAKERS = 2


@dataclass(frozen=True, slots=True)
class Film:
    """A looped film and its truth."""

    look: Look
    script: Script
    path: Path

    @property
    def kbit_s(self) -> float:
        """What it really came to."""
        return self.path.stat().st_size * 8 / 1000 / self.script.film_s


Wish = tuple[Look, Script]


def camera_films(about: Description, say: Say) -> tuple[Film, ...]:
    """The 29 cameras with their visitors, in order."""
    return make([(look, visits_of(look, about.plan)) for look in about.cameras], say)


def loop_films(loop: Loop, say: Say) -> tuple[Film, ...]:
    """Films in which nobody comes."""
    return make([(look, Script(loop.film_s)) for look in loop.looks], say)


def nuisance_films(about: Description, say: Say) -> tuple[Film, ...]:
    """A film for each disturbance, as the first quiet camera sees it."""
    look = about.quiet.looks[0]
    wishes = [
        (replace(look, id=f"nuisance-{kind}"), Script(about.nuisance_s, nuisance=kind, a_minute=often))
        for kind, often in about.nuisance.items()
    ]
    return make(wishes, say)


def make(wishes: Sequence[Wish], say: Say) -> tuple[Film, ...]:
    """The films in the order of the wishes; those that lie there with the same recipe are taken as they are."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    films = [Film(look, script, FOLDER / f"{look.id}.mp4") for look, script in wishes]
    missing = [film for film in films if not _is_made(film)]
    if missing:
        say(f"films: {len(missing)} of {len(films)} to make")
        with ProcessPoolExecutor(MAKERS, multiprocessing.get_context("spawn")) as makers:
            for number, done in enumerate(as_completed([makers.submit(_make, film) for film in missing])):
                done.result()
                say(f"films: {number + 1}/{len(missing)}")
    return tuple(films)


def stand_ins(films: Sequence[Film]) -> dict[str, str]:
    """Places that were asked for and are not on this machine, with what was filmed instead."""
    wanted = {film.look.ground for film in films}
    return {name: place_of(name) for name in sorted(wanted) if place_of(name) != name}


def _make(film: Film) -> None:
    encode(film.look, play(film.look, film.script), film.path)
    _note(film.path).write_text(json.dumps(_truth(film), indent=1))


def _is_made(film: Film) -> bool:
    note = _note(film.path)
    return film.path.exists() and note.exists() and json.loads(note.read_text())["recipe"] == _hash(film)


def _note(path: Path) -> Path:
    return path.with_suffix(".json")


def _truth(film: Film) -> Mapping[str, object]:
    visits = [_truth_of(visit, film.look) for visit in film.script.visits]
    return {"recipe": _hash(film), "look": asdict(film.look), "script": asdict(film.script), "visits": visits}


def _truth_of(visit: Visit, look: Look) -> Mapping[str, object]:
    first, last = box_of(visit, look, 0.0), box_of(visit, look, visit.lasts_s)
    return {"onset_s": visit.onset_s, "end_s": visit.end_s, "class": visit.label, "box": first, "last_box": last}


def _hash(film: Film) -> str:
    moving = (BOXES, STIR_SIZE, STIR_TOP) if film.script.visits else ()
    recipe = [RECIPE, moving, asdict(film.look), asdict(film.script), place_of(film.look.ground)]
    return hashlib.sha256(json.dumps(recipe).encode()).hexdigest()
