"""What was there against what was stored: which visits were seen, how soon, and what was told though nobody came.

Values only. Times are monotonic seconds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hil.bench.outcome import percentile

LATE_S = 5.0
"""Who is stored so long after he left is still found: a key frame and the replay of what came before take time."""
TOLERANCE_S = 0.2
PEOPLE = "intrusion"
"""Of all kinds of incidents the one that tells of people."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """One visit as it was really shown. `guaranteed_s` is what the camera published last before it; 0: nothing yet."""

    camera: str
    number: int
    gop_s: int
    after: str
    onset: float
    end: float
    guaranteed_s: float

    @property
    def lasts_s(self) -> float:
        """How long somebody was visible."""
        return self.end - self.onset

    @property
    def promised(self) -> bool:
        """Whether it outstays what the camera publishes."""
        return 0 < self.guaranteed_s <= self.lasts_s


@dataclass(frozen=True, slots=True)
class Stored:
    """An incident of a camera, and when its row was first there to be read."""

    camera: str
    steady: float
    kind: str = PEOPLE
    title: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A visit with the delay until its incident was stored; None: never."""

    visit: Appearance
    delay_s: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """All visits, and the incidents that belong to none or are the second of one."""

    judged: tuple[Judged, ...]
    false: tuple[Stored, ...]

    def recall(self) -> float:
        """Share of the visits that were promised to be seen, and were; 1 where none was promised."""
        return share(one.delay_s is not None for one in self.judged if one.visit.promised)

    def precision(self) -> float:
        """Share of the incidents that belong to a visit, the first of it."""
        seen = sum(one.delay_s is not None for one in self.judged)
        return seen / (seen + len(self.false)) if seen or self.false else 1.0

    def missed_beyond_guarantee(self) -> tuple[Appearance, ...]:
        """Visits longer than the guarantee and a tolerance that nobody was told of."""
        return tuple(
            one.visit
            for one in self.judged
            if one.visit.promised and one.visit.lasts_s > one.visit.guaranteed_s + TOLERANCE_S and one.delay_s is None
        )

    def delays(self, after: str, gop_s: int | None = None) -> list[float]:
        """Delays of one class: from idle or awake, and of one key interval if given."""
        return [
            one.delay_s
            for one in self.judged
            if one.delay_s is not None and one.visit.after == after and gop_s in (None, one.visit.gop_s)
        ]


def judge(visits: Sequence[Appearance], stored: Iterable[Stored], since: float, until: float) -> Verdict:
    """Give each incident its visit. Only what came within this time counts; visits before it take their incidents."""
    found: dict[tuple[str, int, float], float] = {}
    false = []
    for incident in sorted(stored, key=lambda one: one.steady):
        visit = next((one for one in visits if _belongs(incident, one)), None)
        if visit is not None and _key(visit) not in found:
            found[_key(visit)] = incident.steady - visit.onset
        elif since <= (incident.steady if visit is None else visit.onset) < until:
            false.append(incident)
    within = [visit for visit in visits if since <= visit.onset < until]
    return Verdict(tuple(Judged(visit, found.get(_key(visit))) for visit in within), tuple(false))


def share(facts: Iterable[bool]) -> float:
    """Of so many, how many; 1 of none."""
    every = list(facts)
    return sum(every) / len(every) if every else 1.0


def p95(values: Sequence[float]) -> float:
    """The 95th percentile; 0 where nothing was measured."""
    return percentile(values, 95) if values else 0.0


def _belongs(incident: Stored, visit: Appearance) -> bool:
    return incident.camera == visit.camera and visit.onset <= incident.steady <= visit.end + LATE_S


def _key(visit: Appearance) -> tuple[str, int, float]:
    return visit.camera, visit.number, visit.onset
