"""29 real RTSP cameras before the whole box, against decoding everything and against what users run otherwise.

`cameras.toml` describes them. Its parts, each alone with `--only`:

    idle      what quiet cameras cost: ours, recording too, every picture decoded, the reference, mere reading
    visits    who comes by is seen or missed, soon or late, by the films' truth
    nuisance  an hour of switched lights, rain, headlights, … faster than life: wakes for nothing
    hangs     one camera's line fails in every way: what the others notice of it
    soak      ten minutes of breaking lines: memory, false alarms

A quick run leaves out the last two, which take their time by nature.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from hil.bench.eyes import hangs, idle, rehearsal, soak, visits
from hil.bench.eyes.truth import p95, share
from hil.bench.films.description import described
from hil.bench.films.legible import legible_share
from hil.bench.films.library import camera_films, stand_ins
from hil.bench.films.script import AWAKE, IDLE
from hil.bench.outcome import Case, Outcome, Ratio, Round, Say

Settings = dict[str, str | int | float]
Found = tuple[list[Case], list[Ratio], Settings]
GOPS_S = (1, 2, 4, 10)
QUICK_HOURS, HOURS = 0.1, 1.0
SPELL_S = 20.0
WARM_S, SOAK_S = 90.0, 600.0
CHART = ("cpu_pct", "pss_mb", "awake_p95_s", "wakes_h")
WORDS = {visits.OURS: "visits, ours", visits.ALWAYS: "visits, every picture decoded"}


def measure(quick: bool, say: Say, only: str = "") -> Outcome:
    """All parts, or only one of them."""
    cases: list[Case] = []
    ratios: list[Ratio] = []
    settings: Settings = {}
    for name in [only] if only else QUICK_PARTS if quick else PARTS:
        more_cases, more_ratios, more_settings = PARTS[name](quick, partial(_say, say, name))
        cases += [replace(case, part=name) for case in more_cases]
        ratios, settings = ratios + more_ratios, settings | more_settings
    return Outcome(tuple(cases), tuple(ratios), CHART, settings)


def _say(say: Say, part: str, words: str) -> None:
    say(f"{part}: {words}")


def _idle(quick: bool, say: Say) -> Found:
    found = idle.measure(described(), idle.QUICK if quick else idle.WHOLE, say)
    return list(found.cases.values()), list(found.ratios), dict(found.settings)


def _visits(quick: bool, say: Say) -> Found:
    about = described()
    runs = visits.measure(about, visits.QUICK if quick else visits.whole(about), say)
    films = camera_films(about, say)
    places = ", ".join(f"{wanted}: {made}" for wanted, made in stand_ins(films).items())
    settings: Settings = {"legible_share": legible_share(films), "places_replaced": places or "none"}
    cases = [Case(WORDS[name], (figures_of(run),)) for name, run in runs.items()]
    return cases, [], settings


def figures_of(run: visits.Run) -> Round:
    """A run's verdict as figures; a class of which nothing was seen has none."""
    verdict = run.verdict
    found = {
        "cpu_pct": run.cpu_pct,
        "pss_mb": run.pss_mb,
        "visits": float(len(verdict.judged)),
        "seen_share": share(one.delay_s is not None for one in verdict.judged),
        "missed_beyond_guarantee": float(len(verdict.missed_beyond_guarantee())),
        "recall": verdict.recall(),
        "precision": verdict.precision(),
        "false_incidents": float(len(verdict.false) + len(run.other)),
    }
    classes = {"awake_p95_s": verdict.delays(AWAKE)}
    classes |= {f"idle_gop{gop_s}_p95_s": verdict.delays(IDLE, gop_s) for gop_s in GOPS_S}
    return found | {name: p95(delays) for name, delays in classes.items() if delays}


def _nuisance(quick: bool, say: Say) -> Found:
    found = rehearsal.measure(described(), QUICK_HOURS if quick else HOURS, say)
    return [Case(f"nuisance: {name}", (figures,)) for name, figures in found.items()], [], {}


def _hangs(_quick: bool, say: Say) -> Found:
    found = hangs.measure(described(), SPELL_S, say)
    cases = [Case("line: well", ({"own_wait_s": found.usual.own_s, "other_wait_s": found.usual.other_s},))]
    for way, spell in found.spells.items():
        waits = {"own_wait_s": spell.gaps.own_s, "other_wait_s": spell.gaps.other_s}
        cases.append(
            Case(f"line: {way}", ({**waits, "noticed": spell.gaps.noticed, "well_after_s": spell.well_after_s},))
        )
    return cases, [], {"ways_left_out": ", ".join(found.left_out) or "none"}


def _soak(_quick: bool, say: Say) -> Found:
    found = soak.measure(described(), WARM_S, SOAK_S, say)
    figures = {
        "pss_mb": max(found.pss_mb),
        "growth_pct": found.growth_pct,
        "reconnects": float(found.reconnects),
        "false_per_camera_day": found.false_per_camera_day,
        "false_at_most": found.false_at_most,
        "camera_days": found.camera_days,
    }
    return [Case("soak", (figures,))], [], {"soak_s": SOAK_S}


PARTS: Mapping[str, Callable[[bool, Say], Found]] = {
    "idle": _idle,
    "visits": _visits,
    "nuisance": _nuisance,
    "hangs": _hangs,
    "soak": _soak,
}
QUICK_PARTS = ("idle", "visits", "nuisance")
