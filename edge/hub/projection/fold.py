"""Events of one box folded into what its pages show. Pure, and the same whatever order they come in (tested).

Two rules make that true. A later word beats an earlier one by its number in the box's outbox, not by its arrival: lanes
overtake each other, and a stick brings old ones last. And a deletion is remembered: what it names never shows again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from edge.hub.projection.told import Told

SLOT_MS = 5 * 60_000
SLOTS = 7 * 24 * 12
"""Seven days of five minutes: a chart has at most so many points, and a station no more rows."""
AHEAD_MS = 3_600_000
"""A reading further in the future is no reading, except of what is announced."""
ANNOUNCED = "release_planned"
GOOD = "good"
LONGEST_STATION, LONGEST_QUANTITY, LONGEST_UNIT = 80, 40, 20
TOPICS: Mapping[str, str] = {
    "incident": "story",
    "alert": "story",
    "horn": "air",
    "bulletin": "air",
    "cap": "air",
    "urgent_key": "deed",
    "command": "deed",
    "proposal": "deed",
    "report": "report",
    "recording": "record",
    "media": "media",
    "modem": "device",
    "outbox": "gap",
}
"""Of which things a page shows single events, and on which of its lists. Others are only counted by the record."""
DELETED = "deleted"
STATUS = "box.status"
READING = "reading.taken"


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is known of an incident; ``text_seq``: the number of the event that its title and severity are from."""

    incident: str
    received_ms: int
    kind: str = ""
    severity: str = ""
    title: str = ""
    place: str = ""
    text_seq: int = 0
    opened_ms: int | None = None
    ended_ms: int | None = None
    taken_ms: int | None = None
    verdict: str = ""
    judged_seq: int = 0
    drill: bool = False
    gone_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A reading of a station."""

    station: str
    quantity: str
    value: float
    unit: str
    quality: str
    at_ms: int
    seq: int
    received_ms: int

    @property
    def series(self) -> tuple[str, str]:
        """What it is a value of."""
        return self.station, self.quantity

    def newer_than(self, other: "Value") -> bool:
        """Measured later; at the same time a correction has the higher number."""
        return (self.at_ms, self.seq) > (other.at_ms, other.seq)


@dataclass(frozen=True, slots=True)
class Row:
    """An event that a list shows; ``about`` is the incident of a story, else empty."""

    topic: str
    about: str
    told: Told


@dataclass(slots=True)
class Changes:
    """What a batch changes. ``alarms``: per incident its events; ``points``: by series and slot, the newest of each."""

    status: Told | None = None
    alarms: dict[str, list[Told]] = field(default_factory=dict)
    values: dict[tuple[str, str], Value] = field(default_factory=dict)
    points: dict[tuple[str, str, int], Value] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    deleted: dict[tuple[str, str], Told] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.status or self.alarms or self.values or self.rows or self.deleted)


def changes_of(told: Iterable[Told]) -> Changes:
    """What these events change; most of a busy box's, its detections, change nothing."""
    changes = Changes()
    for one in told:
        _note(changes, one)
    return changes


def _note(changes: Changes, one: Told) -> None:
    if one.type == READING:
        _note_value(changes, one)
    elif one.type == STATUS:
        if changes.status is None or is_newer(one, changes.status.seq, changes.status.at_ms):
            changes.status = one
    elif one.type.endswith(DELETED):
        _note_deletion(changes, one)
    elif (topic := TOPICS.get(one.thing)) is not None:
        changes.rows.append(Row(topic, _about(one), one))
        if one.thing == "incident":
            changes.alarms.setdefault(one.subject, []).append(one)


def _about(one: Told) -> str:
    if one.thing in ("incident", "media"):
        return one.subject
    return one.text("incident", 400) if one.thing == "alert" else ""


def _note_deletion(changes: Changes, one: Told) -> None:
    """``X.deleted`` hides all of X, ``incident.media_deleted`` its pictures alone."""
    changes.rows.append(Row(DELETED, "", one))
    if one.type.endswith(".deleted"):
        changes.deleted[one.thing, one.subject] = one
    elif one.thing == "incident":
        changes.alarms.setdefault(one.subject, []).append(one)
        changes.deleted["media", one.subject] = one


def _note_value(changes: Changes, one: Told) -> None:
    value = value_of(one)
    if value is None:
        return
    known = changes.values.get(value.series)
    if known is None or value.newer_than(known):
        changes.values[value.series] = value
    if value.quality == GOOD and value.quantity != ANNOUNCED:
        place = (*value.series, value.at_ms // SLOT_MS % SLOTS)
        drawn = changes.points.get(place)
        if drawn is None or value.newer_than(drawn):
            changes.points[place] = value


def value_of(one: Told) -> Value | None:
    """The reading that an event tells; None when it is none that could be shown."""
    number, at_ms = one.number("value"), one.time_ms("at_ms")
    quantity = one.text("quantity", LONGEST_QUANTITY)
    if number is None or at_ms is None or not quantity or len(one.subject) > LONGEST_STATION:
        return None
    if at_ms > one.received_ms + AHEAD_MS and quantity != ANNOUNCED:
        return None
    unit, quality = one.text("unit", LONGEST_UNIT), one.text("quality", LONGEST_UNIT)
    return Value(one.subject, quantity, number, unit, quality, at_ms, one.seq, one.received_ms)


def is_newer(one: Told, seq: int, at_ms: int) -> bool:
    """Whether a word of the box is later than that one.

    By its number; a box that was replaced counts from 1 again, then its later time tells.
    """
    return one.seq > seq or one.at_ms > at_ms


def alarm_after(alarm: Alarm | None, story: Sequence[Told]) -> Alarm:
    """An incident after more of its events."""
    now = alarm or Alarm(story[0].subject, story[0].received_ms)
    for one in story:
        now = _after(now, one)
    return now


def _after(alarm: Alarm, one: Told) -> Alarm:
    match one.type:
        case "incident.opened":
            return _reworded(_opened(alarm, one), one)
        case "incident.updated":
            return _reworded(alarm, one)
        case "incident.closed":
            return replace(alarm, ended_ms=one.time_ms("ended_at_ms") or one.at_ms)
        case "incident.taken":
            return replace(alarm, taken_ms=min(alarm.taken_ms or one.at_ms, one.at_ms))
        case "incident.judged":
            return _judged(alarm, one)
        case "incident.media_deleted":
            return replace(alarm, gone_ms=one.time_ms("deleted_at_ms") or one.at_ms)
    return alarm


def _opened(alarm: Alarm, one: Told) -> Alarm:
    return replace(
        alarm,
        kind=one.text("kind", 40),
        place=", ".join(filter(None, (one.text("place", 100), one.text("hamlet", 90)))),
        opened_ms=one.time_ms("began_at_ms") or one.at_ms,
        drill=one.data.get("drill") is True,
        received_ms=one.received_ms,
    )


def _judged(alarm: Alarm, one: Told) -> Alarm:
    if one.seq <= alarm.judged_seq:
        return alarm
    return replace(alarm, verdict=one.text("verdict", 20), judged_seq=one.seq)


def _reworded(alarm: Alarm, one: Told) -> Alarm:
    if one.seq <= alarm.text_seq:
        return alarm
    title, severity = one.text("title", 400), one.text("severity", 16)
    return replace(alarm, title=title or alarm.title, severity=severity or alarm.severity, text_seq=one.seq)
