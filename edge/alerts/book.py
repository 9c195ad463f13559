"""What the ladder goes by: the roster, the ladder of each severity, the ways to people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from edge.config.people import roster_of
from edge.config.schema import Channel, Config, Gauge, Modem
from edge.core.alert import Person
from edge.core.incident import Severity
from edge.core.policy.ladder.climbing import WAIT_MS, Do, Rules, Until
from edge.core.policy.ladder.duty import chairman_of

URGENCY = {Severity.EXTREME: 3, Severity.SEVERE: 2, Severity.MODERATE: 1, Severity.MINOR: 0}
"""Place in the line of messages; what is no emergency lies below 2."""
EMERGENCY = 2


@dataclass(frozen=True, slots=True)
class Steps:
    """The ladder of a severity. ``until`` None: by the kind of the incident."""

    steps: tuple[Do, ...]
    wait_ms: int = WAIT_MS
    until: Until | None = None


BUILT_IN: Mapping[str, Steps] = {
    Severity.EXTREME: Steps((Do.TELL, Do.RING, Do.SUBSTITUTE, Do.CHAIRMAN)),
    Severity.SEVERE: Steps((Do.TELL, Do.RING, Do.SUBSTITUTE, Do.CHAIRMAN)),
    Severity.MODERATE: Steps((Do.TELL, Do.RING, Do.SUBSTITUTE)),
    Severity.MINOR: Steps((Do.TELL,)),
}


@dataclass(frozen=True, slots=True)
class Book:
    """Everything about people. ``can_ring`` is known once the modems are open."""

    people: Mapping[str, Person] = field(default_factory=dict)
    ladders: Mapping[str, Steps] = field(default_factory=lambda: BUILT_IN)
    channels: tuple[tuple[str, str], ...] = ()
    """(id of a channel, which address it uses)."""

    def rules(self, severity: str, *, can_ring: bool) -> Rules:
        """The rules for an incident of this severity."""
        ladder = self.ladders.get(severity, BUILT_IN[Severity.SEVERE])
        stands_in = tuple((who.id, who.substitute) for who in self.people.values() if who.substitute in self.people)
        return Rules(ladder.steps, ladder.wait_ms, stands_in, chairman_of(list(self.people.values())), can_ring)

    def until(self, severity: str, by_kind: Until) -> Until:
        """When people have done enough: by the ladder's own word, else by the kind of the incident."""
        ladder = self.ladders.get(severity)
        return (ladder.until if ladder else None) or by_kind


@dataclass(frozen=True, slots=True)
class Setup:
    """What of the config the alerts need."""

    modems: Sequence[Modem] = ()
    channels: Sequence[Channel] = ()
    gauges: Sequence[Gauge] = ()
    book: Book = field(default_factory=Book)


def setup_of(config: Config) -> Setup:
    """The alerts' part of the config."""
    own: dict[str, Steps] = {
        ladder.severity: Steps(
            tuple(Do(step) for step in ladder.steps),
            round(ladder.wait_s * 1000),
            None if ladder.until == "by_kind" else Until(ladder.until),
        )
        for ladder in config.ladder
    }
    people = {person.id: person for person in roster_of(config)}
    channels = tuple((channel.id, channel.to) for channel in config.channel)
    return Setup(config.modem, config.channel, config.gauge, Book(people, {**BUILT_IN, **own}, channels))
