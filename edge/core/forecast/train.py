"""Learning from floods of the past: weights, how far they may drift, and how wide the band must be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from edge.core.errors import FinalError
from edge.core.forecast.course import follow
from edge.core.forecast.guess import DAMPING, UNREST, Guess
from edge.core.forecast.history import HOUR_MS, History
from edge.core.forecast.linear import Vector, dot, positive_fit, quantile, robust_fit, typical
from edge.core.forecast.model import HORIZONS_H, Fit, Model, feature_sets
from edge.core.forecast.samples import Outcome, Sample, outcomes, samples

FLOOD_MARGIN_MS = 72 * HOUR_MS
"""A quiet river teaches nothing of floods: what is further than three days from one is left out."""

LEAST_PAIRS = 40
"""Fewer pairs of issue and outcome than this make no model."""

BLOCKS = 4
"""The band is measured on parts of the record that the weights did not see."""

DRIFT_OBSERVATIONS = 10
"""A flood has to contradict the trained weights in about this many readings before they give way."""

NOISE_M = 0.05
INSIDE = 0.83
"""The share of the training's own errors that the band takes in before it adapts to the flood at hand. With the
adaptation the band held 87 % of what it had never seen; a wider one would be honest too, but says less: the figures for
other shares are in docs/design/forecast.md."""

LAGS_H = (0.0, 1.0, 2.0, 3.0, 4.0, 6.0)


@dataclass(frozen=True, slots=True)
class Flood:
    """The record of one flood at one station. ``flood_m``: from this level on it is one (báo động 1)."""

    history: History
    flood_m: float


@dataclass(frozen=True, slots=True)
class _Lesson:
    """One record prepared for one horizon; ``wet``: which outcomes are of a flood."""

    samples: tuple[Sample, ...]
    outcomes: tuple[Outcome, ...]
    wet: frozenset[int]


def train(
    floods: Sequence[Flood], station: str, upstream: str, source: str, horizons_h: Sequence[float] = HORIZONS_H
) -> Model:
    """A model of a station. Raises FinalError when the records hold too little of a flood to learn from."""
    parts = [part for flood in floods for part in _parts(flood)]
    lag_h = _release_lag_h(parts)
    has = [any(getattr(part.history, name) for part in parts) for name in ("upstream", "rain", "releases")]
    fits = []
    for horizon_h in horizons_h:
        lessons = [_lesson(part, lag_h, horizon_h) for part in parts]
        fits += [fit for names in feature_sets(*has) if (fit := _learn(lessons, names, horizon_h)) is not None]
    if not any(fit.horizon_h == max(horizons_h) for fit in fits) or not fits:
        raise FinalError(
            f"Các tệp có chưa đủ {LEAST_PAIRS} cặp số đo khi nước ở mức báo động 1 trở lên tại trạm {station} để học."
        )
    fastest = max(abs(sample.features["rate"]) for lesson in lessons for sample in lesson.samples)
    return Model(station, upstream, source, len(floods), lag_h, fastest, tuple(fits))


def _parts(flood: Flood) -> Iterator[Flood]:
    """The stretches around each time above the flood level, each with what was upstream of it."""
    history, high = flood.history, [p.at_ms for p in flood.history.level.points if p.value >= flood.flood_m]
    if not high:
        return
    spans: list[list[int]] = []
    for at_ms in high:
        if spans and at_ms - FLOOD_MARGIN_MS <= spans[-1][1]:
            spans[-1][1] = at_ms + FLOOD_MARGIN_MS
        else:
            spans.append([at_ms - FLOOD_MARGIN_MS, at_ms + FLOOD_MARGIN_MS])
    for start, end in spans:
        yield replace(flood, history=history.cut(start, end))


def _lesson(part: Flood, lag_h: float, horizon_h: float) -> _Lesson:
    taken = tuple(samples(part.history, lag_h, horizon_h))
    came = tuple(outcomes(part.history.level, taken, horizon_h))
    wet = frozenset(
        outcome.sample
        for outcome in came
        if max(now := taken[outcome.sample].point.value, now + outcome.change_m) >= part.flood_m
    )
    return _Lesson(taken, came, wet)


def _pairs(lesson: _Lesson, names: Sequence[str], horizon_h: float) -> Iterator[tuple[Vector, float]]:
    for outcome in lesson.outcomes:
        seen = lesson.samples[outcome.sample].features
        if outcome.sample in lesson.wet and seen.keys() >= set(names):
            yield [seen[name] for name in names], outcome.over(horizon_h)


def _learn(lessons: Sequence[_Lesson], names: tuple[str, ...], horizon_h: float) -> Fit | None:
    pairs = [list(_pairs(lesson, names, horizon_h)) for lesson in lessons]
    flat = [pair for one in pairs for pair in one]
    if len(flat) < LEAST_PAIRS:
        return None
    bare = _bare(flat, names, horizon_h)
    tried = list(_tried(lessons, flat, bare))
    return _with_band(bare, tried)


def _bare(pairs: Sequence[tuple[Vector, float]], names: tuple[str, ...], horizon_h: float) -> Fit:
    """Weights and drift, no band yet."""
    rows, wanted = [row for row, _ in pairs], [change for _, change in pairs]
    weights = robust_fit(rows, wanted)
    drift = [NOISE_M / (DRIFT_OBSERVATIONS * size**2) for size in typical(rows)]
    usual = sum(map(abs, wanted)) / len(wanted) / 2
    return Fit(horizon_h, names, tuple(weights), tuple(drift), (0.0,) * len(UNREST), 0, 0, usual, len(rows))


def _tried(
    lessons: Sequence[_Lesson], pairs: Sequence[tuple[Vector, float]], bare: Fit
) -> Iterator[tuple[Guess, float]]:
    """Each wet outcome with the guess of a fit that did not learn from this part of the record."""
    size = len(pairs)
    for block in range(BLOCKS):
        start, end = size * block // BLOCKS, size * (block + 1) // BLOCKS
        apart = _bare([*pairs[:start], *pairs[end:]], bare.names, bare.horizon_h)
        place = 0
        for lesson in lessons:
            here = sorted(k for k in lesson.wet if lesson.samples[k].features.keys() >= set(bare.names))
            if place < end and place + len(here) > start:
                yield from _of_block(lesson, apart, here[max(0, start - place) : end - place])
            place += len(here)


def _of_block(lesson: _Lesson, fit: Fit, wanted: Sequence[int]) -> Iterator[tuple[Guess, float]]:
    came = {outcome.sample: outcome for outcome in lesson.outcomes}
    inside, last = set(wanted), max(wanted)
    for k, guess in enumerate(follow(fit, lesson.samples[: last + 1], lesson.outcomes)):
        if k in inside and guess is not None:
            yield guess, came[k].over(fit.horizon_h)


def _with_band(bare: Fit, tried: Sequence[tuple[Guess, float]]) -> Fit:
    errors = [change - guess.change_m for guess, change in tried]
    usual = sum(map(abs, errors)) / len(errors)
    rows = [guess.measures(usual) for guess, _ in tried]
    band = positive_fit(rows, [abs(error) + 0.002 for error in errors])
    fit = replace(bare, band=tuple(band), usual_m=usual)
    size = sum(abs(error) / guess.feared_m(fit) for error, (guess, _) in zip(errors, tried, strict=True)) / len(errors)
    fit = replace(fit, band=tuple(weight * size ** (1 / DAMPING) for weight in band))
    parts = [error / guess.feared_m(fit) for error, (guess, _) in zip(errors, tried, strict=True)]
    return replace(fit, low=quantile(parts, (1 - INSIDE) / 2), high=quantile(parts, (1 + INSIDE) / 2))


def _release_lag_h(parts: Sequence[Flood]) -> float:
    """After how many hours a release is felt: the lag with which its steps explain the changes best; 0 without any."""
    if not any(part.history.releases for part in parts):
        return 0.0
    return min(LAGS_H, key=lambda lag_h: _miss(parts, lag_h))


def _miss(parts: Sequence[Flood], lag_h: float) -> float:
    names = feature_sets(upstream=False, rain=False, release=True)[0]
    pairs = [pair for part in parts for pair in _pairs(_lesson(part, lag_h, 3.0), names, 3.0)]
    weights = robust_fit([row for row, _ in pairs], [change for _, change in pairs])
    return sum(abs(change - dot(row, weights)) for row, change in pairs)
