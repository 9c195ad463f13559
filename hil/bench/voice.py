"""Fifty horns: from the button to the first sample, from new words to it, from STOP to silence, and how much apart."""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from hil.bench import voice_skew
from hil.bench.heard import Listening
from hil.bench.outcome import Case, Outcome, Ratio, Round, Say, percentile
from hil.bench.thin_link import RATE_KBIT, ThinLink
from hil.bench.voice_commune import FAR, HAMLETS, VoiceCommune

PARTS = ("latency", "skew")
HORNS, FAR_HORNS = 50, 5
ROUNDS, FAR_ROUNDS, SKEW_ROUNDS = 20, 10, 30
LIMITS_S = {"button_to_first_sample_s": 0.5, "new_text_to_first_sample_s": 1.5, "stop_to_silence_s": 0.3}
SKEW_LIMIT_MS = 10.0
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


def measure(quick: bool, say: Say, only: str = "") -> Outcome:
    """Everything, or one part."""
    cases: list[Case] = []
    ratios: list[Ratio] = []
    settings: dict[str, str | int | float] = {"sounding_s": SOUNDING_S}
    if only in ("", "latency"):
        near, far, why_not = latency(quick, say)
        settings |= {"horns": HORNS if not quick else 10, "far_horns": FAR_HORNS, "far_kbit_s": RATE_KBIT}
        cases += _cases(f"{settings['horns']} horns on the LAN", near)
        ratios += [Ratio(f"of the {limit:g} s allowed: {name}, p99", near.p99(name) / limit) for name, limit in LIMITS_S.items()]
        if far is not None:
            cases += _cases(f"{FAR_HORNS} horns over {RATE_KBIT} kbit/s", far)
        else:
            settings["thin_link_left_out"] = why_not
    if only in ("", "skew"):
        skew_cases, ratio = _skew(quick, say)
        cases += skew_cases
        ratios.append(ratio)
    chart = tuple(f"{name[:-2]}_p99_s" for name in LIMITS_S) + ("start_skew_ms",)
    return Outcome(tuple(cases), tuple(ratios), chart, settings)


def latency(quick: bool, say: Say) -> tuple[Found, Found | None, str]:
    """Near horns, those behind a thin link, and why there are none of these."""
    why_not = ThinLink.why_not()
    with tempfile.TemporaryDirectory(prefix="mo-voice-") as name, ExitStack() as stack:
        thin = None if why_not else stack.enter_context(ThinLink())
        say("starting the nodes")
        horns, far_horns = (10 if quick else HORNS), (FAR_HORNS if thin else 0)
        commune = stack.enter_context(VoiceCommune(Path(name), horns, far=far_horns, thin=thin))
        near = _rounds(commune, HAMLETS, commune.near, 3 if quick else ROUNDS, say)
        far = _rounds(commune, (FAR,), commune.far, 2 if quick else FAR_ROUNDS, say) if thin else None
        return near, far, why_not


def _rounds(commune: VoiceCommune, hamlets: Sequence[str], horns: Sequence[str], rounds: int, say: Say) -> Found:
    found = Found()
    notice = commune.approved(TEXT, hamlets)
    _say_once(commune, hamlets, horns, 800 + len(horns), Found())  # fixed words of the template are on every node from now on
    for number in range(rounds):
        say(f"{horns[0]}…: {number + 1}/{rounds}")
        _press_once(commune, notice, horns, found)
        _say_once(commune, hamlets, horns, number + 10 * len(horns), found)
    return found


def _press_once(commune: VoiceCommune, notice: str, horns: Sequence[str], found: Found) -> None:
    """The button, some of the sound, STOP."""
    listening = Listening(commune.observed, horns)
    pressed = commune.air(notice)
    first = listening.first_samples(pressed, SEEN_S)
    _stop(commune, listening, found)
    found.figures["button_to_first_sample_s"].extend(first.values())
    commune.settled(notice)


def _say_once(commune: VoiceCommune, hamlets: Sequence[str], horns: Sequence[str], number: int, found: Found) -> None:
    """A template with new blanks, some of the sound, STOP."""
    listening = Listening(commune.observed, horns)
    pressed, name = commune.say_new(number, hamlets)
    first = listening.first_samples(pressed, SEEN_S)
    _stop(commune, listening, found)
    found.figures["new_text_to_first_sample_s"].extend(first.values())
    commune.settled(name)


def _stop(commune: VoiceCommune, listening: Listening, found: Found) -> None:
    time.sleep(SOUNDING_S)
    pressed = commune.stop()
    found.figures["stop_to_silence_s"].extend(listening.silences(pressed, SEEN_S).values())


def _cases(name: str, found: Found) -> list[Case]:
    """All samples, and what nine and ninety of a hundred horns do."""
    samples = zip(*(found.figures[figure] for figure in ("button_to_first_sample_s", "new_text_to_first_sample_s")), strict=True)
    both = [Case(f"{name}: first sample", tuple(_rounded(one) for one in samples))]
    stops = Case(f"{name}: silence", tuple({"stop_to_silence_s": round(value, 4)} for value in found.figures["stop_to_silence_s"]))
    p99 = {f"{figure[:-2]}_p99_s": round(found.p99(figure), 4) for figure in LIMITS_S}
    return [*both, stops, Case(f"{name}: p99", (p99,))]


def _rounded(values: tuple[float, ...]) -> Round:
    names = ("button_to_first_sample_s", "new_text_to_first_sample_s")
    return {name: round(value, 4) for name, value in zip(names, values, strict=True)}


def _skew(quick: bool, say: Say) -> tuple[list[Case], Ratio]:
    horns, rounds = (4, 3) if quick else (HORNS, SKEW_ROUNDS)
    kinds: Mapping[str, bool] = {"own clocks over wrong ones": True, "raw scheduler": False}
    skews = {name: voice_skew.measure(horns, rounds, wrong=wrong, say=_prefixed(name, say)) for name, wrong in kinds.items()}
    cases = [
        Case(f"{horns} horns: {name}", tuple({"start_skew_ms": round(spread, 3)} for spread in skew.spread_ms), "skew")
        for name, skew in skews.items()
    ]
    own = skews["own clocks over wrong ones"]
    return cases, Ratio(f"of the {SKEW_LIMIT_MS:g} ms allowed: start skew, p99", percentile(own.spread_ms, 99) / SKEW_LIMIT_MS)


def _prefixed(name: str, say: Say) -> Callable[[str], None]:
    return lambda words: say(f"{name}: {words}")
