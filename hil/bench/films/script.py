"""Who comes by in a film and when: drawn by lot once, always the same for the same camera. Values only."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from hil.bench.films.description import Look, VisitPlan

SHORT_S, MIDDLE_S, LONG_S = (1.0, 2.5), (2.5, 6.0), (6.0, 15.0)
BEFORE_STIR_S = 3.0
STIR_BEFORE_S = 3.0
"""What stirs begins a key interval and so long before the visitor: the camera has had time to notice it."""
STIR_AFTER_S = 0.5
STIR_LEFT = 0.4
"""Above the people, where no part of any ground looks like one to the detector (a bollard does)."""
END_S = 1.0
"""Nobody is there when the loop closes."""
IDLE, AWAKE = "idle", "awake"


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody stands in the picture from `onset_s` of the loop until `end_s`: both are those of a picture.

    `after` is idle (nothing had moved for a while) or awake (something else was moving). `height` and `left` are
    shares of the picture; `who` picks the person.
    """

    onset_s: float
    end_s: float
    after: str
    who: int
    height: float
    left: float
    to_right: bool
    label: str = "person"

    @property
    def lasts_s(self) -> float:
        """How long somebody is visible."""
        return self.end_s - self.onset_s


@dataclass(frozen=True, slots=True)
class Stir:
    """Something moves that nobody looks for: a tarpaulin in the wind."""

    since_s: float
    until_s: float
    left: float


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in one loop of a film; `nuisance` names a disturbance and how often a minute it comes."""

    film_s: int
    visits: tuple[Visit, ...] = ()
    stirs: tuple[Stir, ...] = ()
    nuisance: str = ""
    a_minute: int = 0


@dataclass(slots=True)
class _Pen:
    """Writes a film from its beginning: `at_s` is where it has got to."""

    look: Look
    at_s: float = 0.0
    visits: list[Visit] = field(default_factory=list)
    stirs: list[Stir] = field(default_factory=list)


def visits_of(look: Look, plan: VisitPlan) -> Script:
    """The visits of one camera. Raises ValueError when they do not fit into the film."""
    lot = random.Random(look.id)
    kinds = [IDLE] * plan.idle + [AWAKE] * plan.awake
    lasting = list(_lengths(plan, len(kinds), lot))
    lot.shuffle(kinds)
    lot.shuffle(lasting)
    slack_s = plan.film_s - END_S - sum(lasting) - sum(_lead_s(kind, look, plan) for kind in kinds)
    if slack_s < 0:
        raise ValueError(f"{look.id}: the visits are {-slack_s:.0f} s longer than the film")
    pen = _Pen(look)
    for kind, lasts_s, wait_s in zip(kinds, lasting, _parts(slack_s, len(kinds) + 1, lot), strict=False):
        _write(pen, kind, lasts_s, _lead_s(kind, look, plan) + wait_s, plan, lot)
    return Script(plan.film_s, tuple(pen.visits), tuple(pen.stirs))


def _lengths(plan: VisitPlan, count: int, lot: random.Random) -> Iterator[float]:
    bounds = [SHORT_S] * plan.short + [LONG_S] * plan.long
    for least_s, most_s in bounds + [MIDDLE_S] * (count - len(bounds)):
        yield lot.triangular(least_s, most_s, least_s) if (least_s, most_s) == LONG_S else lot.uniform(least_s, most_s)


def _lead_s(kind: str, look: Look, plan: VisitPlan) -> float:
    """The least time from the end of the visit before."""
    return plan.idle_gap_s if kind == IDLE else BEFORE_STIR_S + STIR_BEFORE_S + min(look.gop_s, 4)


def _parts(whole: float, count: int, lot: random.Random) -> list[float]:
    cuts = sorted(lot.random() for _ in range(count - 1))
    return [(after - before) * whole for before, after in zip([0.0, *cuts], [*cuts, 1.0], strict=True)]


def _write(pen: _Pen, kind: str, lasts_s: float, lead_s: float, plan: VisitPlan, lot: random.Random) -> None:
    onset_s = _picture(pen.at_s + lead_s, pen.look)
    end_s = _picture(onset_s + lasts_s, pen.look)
    left = lot.uniform(0.08, 0.45)
    height = lot.uniform(*plan.person)
    pen.visits.append(Visit(onset_s, end_s, kind, lot.randrange(100), height, left, lot.random() < 0.5))
    if kind == AWAKE:
        since_s = onset_s - STIR_BEFORE_S - min(pen.look.gop_s, 4)
        pen.stirs.append(Stir(since_s, onset_s + STIR_AFTER_S, STIR_LEFT))
    pen.at_s = end_s


def _picture(at_s: float, look: Look) -> float:
    """The moment of the next picture."""
    return math.ceil(at_s * look.fps) / look.fps
