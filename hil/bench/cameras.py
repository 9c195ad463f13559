"""29 real RTSP cameras before the whole box, against decoding everything and against what users run otherwise.

`cameras.toml` describes them. Parts, each alone with `--only`: idle (what quiet cameras cost).
"""

from collections.abc import Callable, Mapping
from functools import partial

from hil.bench.eyes import idle
from hil.bench.films.description import described
from hil.bench.outcome import Case, Outcome, Ratio, Say

Found = tuple[list[Case], list[Ratio], dict[str, str | int | float]]


def measure(quick: bool, say: Say, only: str = "") -> Outcome:
    """All parts, or only one of them."""
    cases: list[Case] = []
    ratios: list[Ratio] = []
    settings: dict[str, str | int | float] = {}
    for name in [only] if only else PARTS:
        more_cases, more_ratios, more_settings = PARTS[name](quick, partial(_say, say, name))
        cases, ratios, settings = cases + more_cases, ratios + more_ratios, settings | more_settings
    return Outcome(tuple(cases), tuple(ratios), CHART, settings)


def _say(say: Say, part: str, words: str) -> None:
    say(f"{part}: {words}")


def _idle(quick: bool, say: Say) -> Found:
    found = idle.measure(described(), idle.QUICK if quick else idle.WHOLE, say)
    return list(found.cases.values()), list(found.ratios), dict(found.settings)


PARTS: Mapping[str, Callable[[bool, Say], Found]] = {"idle": _idle}
CHART = ("cpu_pct", "pss_mb")
