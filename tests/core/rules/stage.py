"""A picture with three places, people who stand and walk in it, and a watch that is asked step by step."""

from collections.abc import Sequence
from dataclasses import replace

from edge.core.incident import Severity
from edge.core.moment import AtMs, Steady
from edge.core.place import CameraId, Point
from edge.core.policy.rules.decide import NEW_WATCH, Watch, decide
from edge.core.policy.rules.rivers import Gauged
from edge.core.policy.rules.rule import Now, Rule, RuleId, RuleKind
from edge.core.policy.rules.stories import Action
from edge.core.vision import Box, Sighting, TrackId, TrackSeen

NOON = 12 * 60
LEFT = (Point(0.0, 0.0), Point(0.5, 0.0), Point(0.5, 1.0), Point(0.0, 1.0))
RIGHT = (Point(0.5, 0.0), Point(1.0, 0.0), Point(1.0, 1.0), Point(0.5, 1.0))
SAN = Rule(RuleId("san"), RuleKind.ENTER, LEFT, quiet_s=10.0)
KHO = replace(SAN, id=RuleId("kho"), shape=RIGHT)
LOITER = replace(SAN, id=RuleId("la-ca"), kind=RuleKind.LOITER, after_s=20.0)
COUNT = replace(SAN, id=RuleId("dong"), kind=RuleKind.COUNT, more_than=2)
STREET = replace(SAN, id=RuleId("duong"), kind=RuleKind.CLOSED_STREET, labels=frozenset({"car", "motorcycle"}))
PARKED = replace(SAN, id=RuleId("do"), kind=RuleKind.PARKED, labels=frozenset({"car", "truck"}), after_s=60.0)
BANK = replace(SAN, id=RuleId("bo"), kind=RuleKind.RIVER_BANK, gauge="song", above_m=4.0, seen_s=1.0)
LINE = replace(
    SAN, id=RuleId("vach"), kind=RuleKind.LINE, shape=(Point(0.5, 1.0), Point(0.5, 0.0)), quiet_s=10.0, seen_s=1.0
)
GRAVE = replace(KHO, severity=Severity.EXTREME, speaks="so-tan")


def who(
    x: float, *, track: int = 1, label: str = "person", y: float = 0.8, height: float = 0.3, score: float = 0.8,
    hits: int = 5, seen: bool = True,
) -> TrackSeen:  # fmt: skip
    """Somebody whose feet are there."""
    box = Box(x - height / 5, y - height, x + height / 5, y)
    return TrackSeen(TrackId(track), label, score, box, 1.0, hits, seen)


class Stage:
    """Keeps the watch; every question is one decision."""

    def __init__(self, *rules: Rule) -> None:
        self.rules: Sequence[Rule] = rules
        self.watch: Watch = NEW_WATCH
        self.told: list[Action] = []

    def see(self, steady: float, *tracks: TrackSeen, minute: int = NOON, resting: Sequence[str] = ()) -> list[str]:
        """A picture, and the names of what was decided."""
        sighting = Sighting(CameraId("cong"), AtMs(round(steady * 1000)), Steady(steady), tracks)
        return self._decide(sighting, steady, minute, resting)

    def wait(self, steady: float) -> list[str]:
        """Time passes."""
        return self._decide(None, steady, NOON, ())

    def river(self, steady: float, level_m: float) -> list[str]:
        """The gauge answers."""
        return self._decide(Gauged("song", level_m, steady), steady, NOON, ())

    def _decide(self, fact: Sighting | Gauged | None, steady: float, minute: int, resting: Sequence[str]) -> list[str]:
        now = Now(steady, minute, frozenset(RuleId(rule) for rule in resting))
        self.watch, actions = decide(self.watch, fact, self.rules, now)
        self.told += actions
        return [f"{type(action).__name__} {action.rule}" for action in actions]
