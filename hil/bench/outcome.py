"""What a bench found: cases with their rounds, and the ratios between them. Values only."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Say = Callable[[str], None]
Round = Mapping[str, float]


def silent(_words: str) -> None:
    """A `Say` for whoever shows the progress of all this in his own way."""


class BenchUnavailableError(Exception):
    """Something that the bench needs is not on this machine; the text says what, and how to get it."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over the rounds of a case."""

    median: float
    least: float
    most: float
    p95: float
    rounds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was measured several times; a figure counts where every round gave it.

    Cases of one `part` have a table of their own.
    """

    name: str
    rounds: tuple[Round, ...]
    part: str = ""

    @property
    def figures(self) -> dict[str, Spread]:
        """Each figure over all rounds."""
        names = [name for name in self.rounds[0] if all(name in one for one in self.rounds)]
        return {name: spread([one[name] for one in self.rounds]) for name in names}


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times larger a figure of one case is than one of another: the median of the ratios of each round."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that a bench found. `chart` names the figures worth a picture, `settings` how it was measured."""

    cases: tuple[Case, ...]
    ratios: tuple[Ratio, ...]
    chart: tuple[str, ...]
    settings: Mapping[str, str | int | float] = field(default_factory=dict)


def spread(values: Sequence[float]) -> Spread:
    """Median, extremes and 95th percentile."""
    return Spread(statistics.median(values), min(values), max(values), percentile(values, 95), tuple(values))


def percentile(values: Sequence[float], share_pct: float) -> float:
    """The value that was measured at this share of them all; raises IndexError when there is none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share_pct / 100))]


def ratio(name: str, figure: str, of: Case, to: Case, to_figure: str = "") -> Ratio:
    """Compares two cases round by round: what slowed a round slowed both."""
    pairs = zip(of.rounds, to.rounds, strict=True)
    return Ratio(name, statistics.median(one[figure] / other[to_figure or figure] for one, other in pairs))


def in_turns(rounds: int, measures: Mapping[str, Callable[[], Round]], say: Say) -> dict[str, Case]:
    """Measures every case once, then every case again: a busy minute of the machine does not fall on one alone."""
    found: dict[str, list[Round]] = {name: [] for name in measures}
    for number in range(rounds):
        for name, measure in measures.items():
            say(f"{number + 1}/{rounds} {name}")
            found[name].append(measure())
    return {name: Case(name, tuple(values)) for name, values in found.items()}
