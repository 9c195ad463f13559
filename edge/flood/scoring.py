"""Leave one flood out: each file is forecast by a model that learned from the others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from edge.core.forecast import Flood, Model, train
from edge.core.forecast.history import HOUR_MS
from edge.core.forecast.samples import TOLERANCE
from edge.core.forecast.scoring import Score, Trial, score, trials

MOST_OVER_PERSISTENCE = 0.75
MOST_OVER_LINE = 1.0
MOST_OVER_LINE_MEAN = 0.9
HELD_IN_ALL = (0.85, 0.95)
LEAST_HELD = 0.80
MOST_WIDTH = 4.0
"""What the issue asks of the forecast at three hours."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One flood, who forecast it, and how that went."""

    name: str
    source: str
    trials: tuple[Trial, ...]
    score: Score


def scored(
    floods: Mapping[str, Flood], station: str, upstream: str, horizon_h: float, given: Model | None
) -> Iterator[Scored]:
    """Each flood in turn. ``given``: this model forecasts all of them, and none is learned."""
    for name, flood in floods.items():
        others = {key: other for key, other in floods.items() if key != name}
        model = given or train(list(others.values()), station, upstream, ", ".join(others))
        tried = tuple(trials(model, flood, round(horizon_h * HOUR_MS)))
        yield Scored(name, model.source, tried, score(tried))


def report(found: Sequence[Scored], station: str, horizon_h: float) -> dict[str, Any]:
    """All figures; ``misses`` names in sentences what the issue asks for and was not met."""
    whole = score([trial for one in found for trial in one.trials])
    line_mean = fmean(one.score.over_line for one in found)
    return {
        "station": station,
        "horizon_h": horizon_h,
        "tolerance_min": TOLERANCE * horizon_h * 60,
        "floods": {one.name: {"trained_on": one.source, **_figures(one.score)} for one in found},
        "all": {**_figures(whole), "mae_over_line_mean": round(line_mean, 4)},
        "misses": list(_misses(found, whole, line_mean)),
    }


def _figures(found: Score) -> dict[str, float | int]:
    return {
        "n": found.n,
        "silent": found.silent,
        "mae_m": round(found.mae_m, 4),
        "mae_persistence_m": round(found.mae_persistence_m, 4),
        "mae_line_m": round(found.mae_line_m, 4),
        "mae_over_persistence": round(found.over_persistence, 4),
        "mae_over_line": round(found.over_line, 4),
        "band_holds": round(found.held, 4),
        "band_width_m": round(found.width_m, 4),
        "width_over_mae": round(found.width_over_mae, 3),
    }


def _misses(found: Sequence[Scored], whole: Score, line_mean: float) -> Iterator[str]:
    for one in found:
        if one.score.over_persistence > MOST_OVER_PERSISTENCE:
            yield f"{one.name}: {one.score.over_persistence:.3f} lần sai số của giữ nguyên, quá {MOST_OVER_PERSISTENCE}"
        if one.score.over_line > MOST_OVER_LINE:
            yield f"{one.name}: {one.score.over_line:.3f} lần sai số của kẻ thẳng, quá {MOST_OVER_LINE}"
        if one.score.held < LEAST_HELD:
            yield f"{one.name}: khoảng chỉ giữ được {one.score.held:.1%}, dưới {LEAST_HELD:.0%}"
    if line_mean > MOST_OVER_LINE_MEAN:
        yield f"trung bình {line_mean:.3f} lần kẻ thẳng, quá {MOST_OVER_LINE_MEAN}"
    if not HELD_IN_ALL[0] <= whole.held <= HELD_IN_ALL[1]:
        yield f"khoảng giữ được {whole.held:.1%} tất cả, phải từ {HELD_IN_ALL[0]:.0%} đến {HELD_IN_ALL[1]:.0%}"
    if whole.width_over_mae > MOST_WIDTH:
        yield f"khoảng rộng {whole.width_over_mae:.2f} lần sai số, quá {MOST_WIDTH}"
