"""Fifty horns: from the button to the first sample, from new words to it, from STOP to silence, and how much apart."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from hil.bench import voice_skew
from hil.bench.heard import Listening
from hil.bench.outcome import Case, Outcome, Ratio, Say, percentile
from hil.bench.thin_link import RATE_KBIT, ThinLink
from hil.bench.voice_commune import FAR, HAMLETS, VoiceCommune

PARTS = ("latency", "skew")
HORNS, FAR_HORNS = 50, 5
ROUNDS, FAR_ROUNDS, SKEW_ROUNDS = 20, 10, 30
QUICK_HORNS, QUICK_ROUNDS, QUICK_SKEW_HORNS = 10, 3, 4
BUTTON, NEW_TEXT, STOP = "button_to_first_sample_s", "new_text_to_first_sample_s", "stop_to_silence_s"
LIMITS_S = {BUTTON: 0.5, NEW_TEXT: 1.5, STOP: 0.3}
SKEW_LIMIT_MS = 10.0
SKEWS = {"own clocks over wrong ones": True, "raw scheduler": False}
SOUNDING_S = 0.6
"""So long a notice sounds before somebody presses STOP."""
SEEN_S = 20.0
TEXT = "Mời bà con đến nhà văn hóa họp về việc làm đường, và mang theo sổ hộ khẩu. Cuộc họp bắt đầu vào buổi tối."


@dataclass(frozen=True, slots=True)
class Found:
    """Samples of each figure, one a horn and round."""

    figures: Mapping[str, list[float]] = field(default_factory=lambda: {name: [] for name in LIMITS_S})

    def p99(self, figure: str) -> float:
        """The 99th percentile of all horns and rounds."""
        return percentile(self.figures[figure], 99)


@dataclass(frozen=True, slots=True)
class Place:
    """Horns that are measured together, where they hang, and how often."""

    hamlets: Sequence[str]
    horns: Sequence[str]
    rounds: int
    first_number: int
    """Where its blanks begin: no value is said twice in a run."""


def measure(quick: bool, say: Say, only: str = "") -> Outcome:
    """Everything, or one part."""
    cases: list[Case] = []
    ratios: list[Ratio] = []
    settings: dict[str, str | int | float] = {"sounding_s": SOUNDING_S}
    if only != "skew":
        near, far, why_not = latency(quick, say)
        horns = QUICK_HORNS if quick else HORNS
        settings |= {"horns": horns, "far_horns": FAR_HORNS, "far_kbit_s": RATE_KBIT}
        cases += _cases(f"{horns} horns on the LAN", near)
        cases += _cases(f"{FAR_HORNS} horns over {RATE_KBIT} kbit/s", far) if far else []
        settings |= {"thin_link_left_out": why_not} if why_not else {}
        ratios += [_of_limit(p99_of(name), near.p99(name), limit_s) for name, limit_s in LIMITS_S.items()]
    if only != "latency":
        skews = _skews(quick, say)
        cases += skews
        ratios.append(_of_limit("start_skew_p99_ms", percentile(_spreads(skews[0]), 99), SKEW_LIMIT_MS))
    return Outcome(tuple(cases), tuple(ratios), (*map(p99_of, LIMITS_S), "start_skew_ms"), settings)


def p99_of(figure: str) -> str:
    """The name of the 99th percentile of a figure in seconds."""
    return f"{figure.removesuffix('_s')}_p99_s"


def latency(quick: bool, say: Say) -> tuple[Found, Found | None, str]:
    """Near horns, those behind a thin link, and why there are none of these."""
    why_not = ThinLink.why_not()
    with tempfile.TemporaryDirectory(prefix="mo-voice-") as name, ExitStack() as stack:
        thin = None if why_not else stack.enter_context(ThinLink())
        say("starting the nodes")
        horns, far_horns = (QUICK_HORNS if quick else HORNS), (FAR_HORNS if thin else 0)
        commune = stack.enter_context(VoiceCommune(Path(name), horns, far=far_horns, thin=thin))
        near = _rounds(commune, Place(HAMLETS, commune.near, QUICK_ROUNDS if quick else ROUNDS, 0), say)
        there = Place((FAR,), commune.far, QUICK_ROUNDS if quick else FAR_ROUNDS, 400)
        return near, _rounds(commune, there, say) if thin else None, why_not


def _rounds(commune: VoiceCommune, place: Place, say: Say) -> Found:
    """One template beforehand: its fixed words are on every node then, as in any commune after its first day."""
    found = Found()
    notice = commune.approved(TEXT, place.hamlets)
    _say_once(commune, place, 0, Found())
    for number in range(1, place.rounds + 1):
        say(f"{len(place.horns)} horns: {number}/{place.rounds}")
        _press_once(commune, place, notice, found)
        _say_once(commune, place, number, found)
    return found


def _press_once(commune: VoiceCommune, place: Place, notice: str, found: Found) -> None:
    """The button, some of the sound, STOP."""
    listening = Listening(commune.observed, place.horns)
    pressed = commune.air(notice)
    found.figures[BUTTON].extend(listening.first_samples(pressed, SEEN_S).values())
    _stop(commune, listening, found)
    commune.settled(notice)


def _say_once(commune: VoiceCommune, place: Place, number: int, found: Found) -> None:
    """A template with new blanks, some of the sound, STOP."""
    listening = Listening(commune.observed, place.horns)
    pressed, name = commune.say_new(place.first_number + number, place.hamlets)
    found.figures[NEW_TEXT].extend(listening.first_samples(pressed, SEEN_S).values())
    _stop(commune, listening, found)
    commune.settled(name)


def _stop(commune: VoiceCommune, listening: Listening, found: Found) -> None:
    time.sleep(SOUNDING_S)
    pressed = commune.stop()
    found.figures[STOP].extend(listening.silences(pressed, SEEN_S).values())


def _cases(name: str, found: Found) -> list[Case]:
    """All samples of each figure, then the 99th percentiles."""
    samples = [
        Case(f"{name}: {figure.removesuffix('_s')}", tuple({figure: round(value, 4)} for value in values))
        for figure, values in found.figures.items()
    ]
    return [*samples, Case(f"{name}: p99", ({p99_of(figure): round(found.p99(figure), 4) for figure in LIMITS_S},))]


def _skews(quick: bool, say: Say) -> list[Case]:
    horns, rounds = (QUICK_SKEW_HORNS, QUICK_ROUNDS) if quick else (HORNS, SKEW_ROUNDS)
    cases = []
    for name, wrong in SKEWS.items():
        skew = voice_skew.measure(horns, rounds, wrong=wrong, say=say)
        found = tuple({"start_skew_ms": round(spread, 3)} for spread in skew.spread_ms)
        cases.append(Case(f"{horns} horns: {name}", found, "skew"))
    return cases


def _spreads(case: Case) -> list[float]:
    return [one["start_skew_ms"] for one in case.rounds]


def _of_limit(name: str, value: float, limit: float) -> Ratio:
    return Ratio(f"of the {limit:g} allowed: {name}", value / limit)
