"""The level of a station some hours ahead, with a band; or a silence that says why.

Nothing here is ever certain: there is no outlook without a band, and none where too little is known.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edge.core.decimals import decimal
from edge.core.forecast import words
from edge.core.forecast.course import follow
from edge.core.forecast.features import features, release_step
from edge.core.forecast.guess import LEAST_HALF_M
from edge.core.forecast.history import HOUR_MS, History
from edge.core.forecast.model import Fit, Model
from edge.core.forecast.path import Path, Step, reach
from edge.core.forecast.samples import LOOK_BACK_MS, Sample, outcomes, samples

STALE_MS = 3 * HOUR_MS
"""Older than the span that is looked ahead: then nobody knows."""

LEAST_READINGS = 4
GAP_MS = 7 * HOUR_MS
"""Quiet rivers are read every six hours. Two readings further apart than this give no rate."""

LEAP_M_H = 3.0
"""No river of a delta rises three metres in an hour; a gauge that was hit by a log does."""

STEP_MS = HOUR_MS // 2
"""A gauge that tells every five minutes is looked at every half an hour: more of the same teaches nothing."""

WINDOW_MS = 48 * HOUR_MS
"""The model learns the way of this flood from two days; older readings are not looked at, older releases are."""
MOST_SAMPLES = 30
SHOWN_H = 6.0
"""How far the way to the next level is followed."""

UNSEEN_RELEASE = 2.0
"""The upper half of the band is doubled when a release is announced and the model never saw one: nothing is known but
that it can only rise."""


@dataclass(frozen=True, slots=True)
class Silence:
    """No forecast, and why, as a sentence for people."""

    at_ms: int
    why: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """The level at ``at_ms + horizon_ms``, metres: most likely ``level_m``, by a band ``low_m``…``high_m``.

    The band is meant to hold nine times of ten; on floods never seen it held 86 of 100 (docs/design/forecast.md).

    ``rate_m_h``: rise of the last hour. ``next_level``: the next of the given levels on its way, up or down, None if
    the band reaches none within six hours; it is reached not before ``reach_from_ms`` and, if at all within these,
    not after ``reach_to_ms`` (None: perhaps not at all).
    """

    at_ms: int
    horizon_ms: int
    level_m: float
    low_m: float
    high_m: float
    rate_m_h: float
    next_level: float | None
    reach_from_ms: int | None
    reach_to_ms: int | None
    why: str


def predict(
    model: Model,
    history: History,
    now_ms: int,
    horizon_ms: int = 3 * HOUR_MS,
    levels_m: Sequence[float] = (),
) -> Outlook | Silence:
    """The outlook from what had arrived by now. ``history`` may hold more: later arrivals are not looked at."""
    known = _known(history, now_ms)
    silence = why_silent(known, now_ms)
    if silence:
        return Silence(now_ms, silence)
    start = known.level.last
    lead_h = (now_ms + horizon_ms - start.at_ms) / HOUR_MS
    here = features(known.known(now_ms, LOOK_BACK_MS), model.release_lag_h, 0)
    fits = _needed(model.sets(frozenset(here)), max(lead_h, SHOWN_H))
    if not fits:
        return Silence(now_ms, words.NO_MODEL)
    if lead_h > fits[-1].horizon_h:
        return Silence(now_ms, words.TOO_FAR.format(most=round(fits[-1].horizon_h)))
    path = _path(model, known, fits, now_ms)
    step = path.at(lead_h)
    low_m, high_m = min(step.low_m, step.change_m - LEAST_HALF_M), max(step.high_m, step.change_m + LEAST_HALF_M)
    level, first_ms, last_ms = reach(path, start, levels_m, now_ms)
    why = [*words.reasons(here, fits[0].names, now_ms - start.at_ms), *_cautions(model, known, fits[0], here, now_ms)]
    return Outlook(
        now_ms,
        horizon_ms,
        start.value + step.change_m,
        start.value + low_m,
        start.value + high_m,
        here["rate"],
        level,
        first_ms,
        last_ms,
        " ".join(why),
    )


def why_silent(known: History, now_ms: int) -> str:
    """Why nothing can be said from what is known now, as a sentence; empty if something can."""
    level = known.level
    if not level:
        return words.NONE_YET
    age_ms = now_ms - level.last.at_ms
    if age_ms > STALE_MS:
        return words.TOO_OLD.format(age=words.span(age_ms), most=STALE_MS // HOUR_MS)
    if len(level.points) < LEAST_READINGS:
        return words.TOO_FEW.format(hours=WINDOW_MS // HOUR_MS, have=len(level.points), need=LEAST_READINGS)
    gap_ms = level.last.at_ms - level.points[-2].at_ms
    if gap_ms > GAP_MS:
        return words.GAP.format(gap=words.span(gap_ms))
    leap_m = abs(level.last.value - level.at(level.last.at_ms - HOUR_MS))
    return words.LEAP.format(leap=decimal(leap_m)) if leap_m > LEAP_M_H else ""


def _known(history: History, now_ms: int) -> History:
    known = history.known(now_ms, WINDOW_MS)
    return History(known.level.thinned(STEP_MS), known.upstream.thinned(STEP_MS), known.rain, known.releases)


def _needed(fits: Sequence[Fit], lead_h: float) -> tuple[Fit, ...]:
    """The fits up to the first that reaches far enough."""
    enough = [k for k, fit in enumerate(fits) if fit.horizon_h >= lead_h]
    return tuple(fits[: enough[0] + 1] if enough else fits)


def _path(model: Model, known: History, fits: Sequence[Fit], now_ms: int) -> Path:
    taken = _samples(model, known, fits[-1], now_ms)
    steps = [
        _step(known, fit, _samples(model, known, fit, now_ms) if "release" in fit.names else taken) for fit in fits
    ]
    if _unseen_release(model, known, now_ms):
        steps = [step.with_high(UNSEEN_RELEASE) for step in steps]
    return Path(tuple(steps))


def _samples(model: Model, known: History, fit: Fit, now_ms: int) -> list[Sample]:
    """The past moments of issue; the newest one sees all that has arrived since."""
    taken = list(samples(known, model.release_lag_h, fit.horizon_h, MOST_SAMPLES))
    here = features(known.known(now_ms, LOOK_BACK_MS), model.release_lag_h, fit.horizon_h)
    return [*taken[:-1], Sample(now_ms, known.level.last, here)]


def _step(known: History, fit: Fit, taken: Sequence[Sample]) -> Step:
    guess = deque(follow(fit, taken, outcomes(known.level, taken, fit.horizon_h)), maxlen=1).pop()
    assert guess is not None  # the set of features was chosen by what is known now
    return Step(fit.horizon_h, guess.change_m, *guess.band_m(fit))


def _unseen_release(model: Model, known: History, now_ms: int) -> bool:
    """Whether a release is announced that may be felt while we look ahead, and the model cannot know what it does."""
    return not model.knows_releases and any(
        release.discharge_m3s > 0 and abs(release.from_ms - now_ms) <= SHOWN_H * HOUR_MS for release in known.releases
    )


def _cautions(model: Model, known: History, fit: Fit, here: Mapping[str, float], now_ms: int) -> list[str]:
    """What the reader must know beside the numbers."""
    said = []
    if model.knows_upstream and "up_1" not in fit.names:
        said.append(words.NO_UPSTREAM)
    if _unseen_release(model, known, now_ms):
        said.append(words.UNSEEN_RELEASE)
    elif release_step(known, known.level.last.at_ms, model.release_lag_h, SHOWN_H) > 0:
        said.append(words.RELEASE)
    if abs(here["rate"]) > model.fastest_m_h:
        said.append(words.FASTEST)
    return [*said, words.NOT_CERTAIN]
