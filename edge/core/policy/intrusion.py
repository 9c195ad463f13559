"""When a person in a zone becomes an incident, and when that incident is over."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.core.moment import Steady
from edge.core.place import ZoneId
from edge.core.vision import Sighting, TrackSeen

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class ActiveHours:
    """Minutes of the local day, ``since`` included, ``until`` not; the span may cross midnight."""

    since: int = 0
    until: int = MINUTES_A_DAY

    @classmethod
    def parse(cls, text: str) -> "ActiveHours":
        """Read ``always`` or ``22:00-05:00``."""
        if text == "always":
            return cls()
        since, until = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
        return cls(since, until)

    def hold(self, minute: int) -> bool:
        """Whether this minute of the day lies inside. Equal ends mean the whole day."""
        if self.since < self.until:
            return self.since <= minute < self.until
        return minute >= self.since or minute < self.until


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """What counts as an intrusion in one zone.

    ``min_hits`` detections must support the track; the incident ends ``quiet_s`` after the last of them was seen.
    """

    zone: ZoneId
    labels: frozenset[str] = frozenset({"person"})
    min_hits: int = 3
    quiet_s: float = 30.0
    active: ActiveHours = field(default_factory=ActiveHours)


@dataclass(frozen=True, slots=True)
class Opened:
    """A new intrusion: somebody stands in the zone."""

    zone: ZoneId
    track: TrackSeen


@dataclass(frozen=True, slots=True)
class Ended:
    """Nobody has been seen in the zone for its quiet time."""

    zone: ZoneId


Watch = Mapping[ZoneId, Steady]
"""Zones with an open incident, and when somebody was last seen in each."""


@dataclass(frozen=True, slots=True)
class Now:
    """The instant of the decision: ``steady``, and the minute of the local day."""

    steady: Steady
    minute: int


def decide(
    watch: Watch, sighting: Sighting | None, rules: tuple[ZoneRule, ...], now: Now
) -> tuple[Watch, tuple[Opened | Ended, ...]]:
    """The new watch and what must be done. ``sighting`` None means that only time has passed."""
    after = dict(watch)
    actions: list[Opened | Ended] = []
    for rule in rules:
        intruder = _intruder(sighting, rule, now) if sighting else None
        if intruder:
            if rule.zone not in after:
                actions.append(Opened(rule.zone, intruder))
            after[rule.zone] = now.steady
        elif rule.zone in after and now.steady - after[rule.zone] >= rule.quiet_s:
            del after[rule.zone]
            actions.append(Ended(rule.zone))
    return after, tuple(actions)


def _intruder(sighting: Sighting, rule: ZoneRule, now: Now) -> TrackSeen | None:
    if not rule.active.hold(now.minute):
        return None
    found = [
        track
        for track in sighting.tracks
        if rule.zone in track.zones and track.label in rule.labels and track.hits >= rule.min_hits
    ]
    return max(found, key=lambda track: track.score, default=None)
