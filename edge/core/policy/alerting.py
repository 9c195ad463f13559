"""Who is told of an incident, until when, and in which words."""

import unicodedata
from collections.abc import Collection, Iterable
from functools import cache

from edge.core.alert import Person
from edge.core.incident import Incident, IncidentKind, Severity
from edge.core.place import EVERYWHERE
from edge.core.policy.ladder.climbing import Until
from edge.core.policy.ladder.duty import EMERGENCIES
from edge.core.policy.ladder.texts import BRIEF_ROOM
from edge.core.policy.ladder.wording import Blank, Wording, shorten, shorten_sentence, units
from edge.core.sentences import label_name, sms_head

TECHNICAL = "kỹ thuật"
OF_DEVICES = frozenset({IncidentKind.DEVICE, IncidentKind.HORN})
ONE_IS_ENOUGH = OF_DEVICES | {IncidentKind.INTRUSION}
"""One who goes there is enough. Of everything else, a rising river above all, everybody must know."""
_SHORTEST_PLACE = 9
_SHORTEST_HAMLET = 8
_TITLE = Wording("{title} ({clock}). Đáp 1.", Blank("title", 54, sentence=True), Blank("clock", 5))


def recipients(
    kind: IncidentKind, severity: Severity, hamlets: Collection[str], roster: Collection[Person]
) -> tuple[Person, ...]:
    """People of the hamlets that are concerned and those who serve the whole commune, the hamlets' own first.

    Of a device or a horn those are told whose duty is technical. Without any of them the wall alone shows it, unless
    it is grave (the battery ends, the disk takes nothing): then those who serve the whole commune must know.
    """
    told = _concerned(hamlets, [person for person in roster if kind not in OF_DEVICES or is_technical(person)])
    if not told and kind in OF_DEVICES and severity in EMERGENCIES:
        return _concerned((), roster)
    return told


def _concerned(hamlets: Collection[str], people: Iterable[Person]) -> tuple[Person, ...]:
    own, general = [], []
    for person in people:
        if not person.hamlet:
            general.append(person)
        elif person.hamlet in hamlets or EVERYWHERE in hamlets:
            own.append(person)
    return tuple(own + general)


def is_technical(person: Person) -> bool:
    """Whether this one looks after the devices, by the words of the duty."""
    return TECHNICAL in unicodedata.normalize("NFC", person.duty).casefold()


def until_of(kind: IncidentKind) -> Until:
    """When people have done enough about an incident of this kind."""
    return Until.TAKEN if kind in ONE_IS_ENOUGH else Until.EACH


def sms_text(incident: Incident, hour: int, minute: int, hamlet_name: str) -> str:
    """At most 70 characters by construction: what, where, when, what to do."""
    clock = f"{hour}h{minute:02d}"
    if incident.kind is IncidentKind.INTRUSION:
        rule, what = _seen(incident)
        return _seen_wording(rule).fill(what=what, place=incident.place, hamlet=hamlet_name, clock=clock)
    title = incident.title
    if units(title) > _TITLE.blanks[0].least:
        title = title.replace(incident.place, shorten(incident.place, _SHORTEST_PLACE)) if incident.place else title
    return _TITLE.fill(title=title, clock=clock)


def brief_of(incident: Incident) -> str:
    """The incident within another message: at most 32 characters."""
    if incident.kind is IncidentKind.INTRUSION:
        rule, what = _seen(incident)
        return _brief_wording(rule).fill(what=what, place=incident.place)
    title = incident.title
    if units(title) > BRIEF_ROOM and incident.place:
        title = title.replace(incident.place, shorten(incident.place, _SHORTEST_PLACE))
    return shorten_sentence(title, BRIEF_ROOM)


def _seen(incident: Incident) -> tuple[str, str]:
    """The rule that noticed it, and what it saw."""
    seen = incident.evidence
    return (seen.rule_kind, label_name(seen.label).upper()) if seen else ("enter", label_name("person").upper())


@cache
def _seen_wording(rule: str) -> Wording:
    words = f"{sms_head(rule)}: {{place}}, {{hamlet}} {{clock}}. Kiểm tra, đáp 1."
    places = (Blank("hamlet", _SHORTEST_HAMLET), Blank("place", _SHORTEST_PLACE))
    return Wording(words, *places, Blank("what", 11, sentence=True), Blank("clock", 5))


@cache
def _brief_wording(rule: str) -> Wording:
    return Wording(f"{sms_head(rule)}: {{place}}", Blank("place", 8), Blank("what", 8, sentence=True), room=BRIEF_ROOM)
