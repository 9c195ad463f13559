"""One fit following one flood: after each reading whose forecast came due, it learns how far it was off.

Three things adapt, all of them from readings that had arrived by then:
* the weights: a Kalman filter whose state drifts back to the trained weights, so that a river that answers more slowly
  or more strongly than those of the training is understood within its own first day;
* how much the learned answer counts against the straight line: by who was nearer lately;
* the band: by the size of the recent errors, and by how often it missed.
"""

from collections.abc import Iterator, Sequence
from math import exp, sqrt

from edge.core.forecast.guess import Guess, unrest
from edge.core.forecast.history import HOUR_MS
from edge.core.forecast.linear import COARSE_M, Matrix, Vector, dot
from edge.core.forecast.model import Fit
from edge.core.forecast.samples import Outcome, Sample

MEMORY_H = 36.0
"""What a flood taught fades with this time: long enough to know the flood, short enough to follow its phases."""

RECENT_H = 8.0
"""The errors of the last hours say most of those of the next."""

TRUST = 5.0
"""The trained mixture counts like this many forecasts that came due."""

LINE_WORSE = 1.15
"""Before a flood has shown anything, the straight line is taken to be 15 % worse than the learned answer."""

SHARP = 3.0
"""The weight of an opinion goes with this power of one over its recent error."""

FAITH = 30.0
BAND_H = 72.0
MOST_TIMES = 4.0
"""The band's size is what was missed over what was feared, fading in three days; the training counts like 30 usual
errors, and it never becomes more than four times wider or narrower."""

STEP = 0.03
ALLOWED = 0.14
MOST_TENSION = 0.5
"""After each forecast that came due the band grows by STEP x (1 - ALLOWED) if it missed, and shrinks by STEP x ALLOWED
if it held (adaptive conformal inference, Gibbs and Candès 2021); never by more than a factor of e^0.5."""

WILD = 5.0
"""An error of more than five times what was feared counts as five: one broken reading must not blow up the band."""


def follow(fit: Fit, taken: Sequence[Sample], came: Sequence[Outcome]) -> Iterator[Guess | None]:
    """The guess at each sample, in order; None where a feature of the fit was not known."""
    pupil = Pupil(fit)
    made: list[tuple[Vector, Guess] | None] = []
    due = 0
    for sample in taken:
        while due < len(came) and came[due].known_ms <= sample.issued_ms:
            before = made[came[due].sample]
            if before is not None:
                pupil.learn(*before, came[due])
            due += 1
        made.append(pupil.guess(sample))
        yield made[-1][1] if made[-1] else None


class Pupil:
    """The state of a fit in one flood. It lives only while one forecast is made."""

    __slots__ = (
        "at_ms", "doubt", "feared_m", "fit", "learned_m", "line_m", "missed_m", "recent_m", "recent_n", "seen_n",
        "tension", "weights",
    )  # fmt: skip

    def __init__(self, fit: Fit) -> None:
        self.fit = fit
        self.weights = list(fit.weights)
        self.doubt: Matrix = [[v if i == j else 0.0 for j in range(len(fit.drift))] for i, v in enumerate(fit.drift)]
        self.at_ms: int | None = None
        self.learned_m = self.line_m = self.seen_n = 0.0
        self.recent_m = self.recent_n = 0.0
        self.feared_m = self.missed_m = self.tension = 0.0

    def guess(self, sample: Sample) -> tuple[Vector, Guess] | None:
        """What the level will do from this moment, with the features it was made from; None if one is not known."""
        seen, fit = sample.features, self.fit
        if not seen.keys() >= set(fit.names):
            return None
        row = [seen[name] for name in fit.names]
        learned_m, line_m = dot(row, self.weights), seen["rate"] * fit.horizon_h
        share = self._share_of_learned()
        kept = 0.0 if self.at_ms is None else exp(-(sample.issued_ms - self.at_ms) / HOUR_MS / RECENT_H)
        change_m = share * learned_m + (1 - share) * line_m
        recent = (self.recent_m * kept, self.recent_n * kept)
        return row, Guess(change_m, learned_m, line_m, *recent, unrest(seen, fit), self._stretch())

    def learn(self, row: Vector, guess: Guess, outcome: Outcome) -> None:
        """A forecast came due: learn what it was worth."""
        change_m = outcome.over(self.fit.horizon_h)
        self._forget(outcome.known_ms)
        self.learned_m += abs(change_m - guess.learned_m)
        self.line_m += abs(change_m - guess.line_m)
        self.seen_n += 1
        self.recent_m += abs(change_m - guess.change_m)
        self.recent_n += 1
        if self.fit.has_band:
            self._judge_band(guess, change_m)
        self._correct(row, change_m)

    def _share_of_learned(self) -> float:
        mean_m = ((self.learned_m + self.line_m) / 2 + TRUST * self.fit.usual_m) / (self.seen_n + TRUST)
        learned = (self.learned_m + TRUST * mean_m) ** -SHARP
        line = (self.line_m + LINE_WORSE * TRUST * mean_m) ** -SHARP
        return float(learned / (learned + line))

    def _stretch(self) -> float:
        usual_m = FAITH * self.fit.usual_m
        times = (self.missed_m + usual_m) / (self.feared_m + usual_m)
        return exp(self.tension) * max(1 / MOST_TIMES, min(MOST_TIMES, times))

    def _judge_band(self, guess: Guess, change_m: float) -> None:
        feared_m = guess.feared_m(self.fit)
        self.feared_m += feared_m
        self.missed_m += min(abs(change_m - guess.change_m), WILD * feared_m)
        missed = 0.0 if guess.holds(self.fit, change_m) else 1.0
        self.tension = max(-MOST_TENSION, min(MOST_TENSION, self.tension + STEP * (missed - ALLOWED)))

    def _forget(self, at_ms: int) -> None:
        hours = 0.0 if self.at_ms is None else max(0.0, (at_ms - self.at_ms) / HOUR_MS)
        self.at_ms = at_ms
        keep, recent, band = (exp(-hours / memory_h) for memory_h in (MEMORY_H, RECENT_H, BAND_H))
        self.learned_m, self.line_m, self.seen_n = keep * self.learned_m, keep * self.line_m, keep * self.seen_n
        self.recent_m, self.recent_n = recent * self.recent_m, recent * self.recent_n
        self.missed_m, self.feared_m, self.tension = band * self.missed_m, band * self.feared_m, keep * self.tension
        self._drift_back(keep)

    def _drift_back(self, keep: float) -> None:
        root = sqrt(keep)
        self.weights = [w0 + root * (w - w0) for w, w0 in zip(self.weights, self.fit.weights, strict=True)]
        self.doubt = [[keep * value for value in line] for line in self.doubt]
        for i, drift in enumerate(self.fit.drift):
            self.doubt[i][i] += (1 - keep) * drift

    def _correct(self, row: Vector, change_m: float) -> None:
        """One step of the Kalman filter. A large miss of the trained weights counts as noise of its own size."""
        noise = max(abs(change_m - dot(row, self.fit.weights)), COARSE_M)
        along = [dot(line, row) for line in self.doubt]
        trust = 1 / (dot(row, along) + noise)
        gain = trust * (change_m - dot(row, self.weights))
        self.weights = [w + a * gain for w, a in zip(self.weights, along, strict=True)]
        self.doubt = [
            [value - a * trust * b for value, b in zip(line, along, strict=True)]
            for a, line in zip(along, self.doubt, strict=True)
        ]
