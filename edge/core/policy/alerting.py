"""Who is told of an incident, and in which words."""

import unicodedata
from collections.abc import Collection, Iterable

from edge.core.alert import Person, one_part
from edge.core.incident import Incident, IncidentKind
from edge.core.place import EVERYWHERE
from edge.core.sentences import sms_head

TECHNICAL = "kỹ thuật"
OF_DEVICES = frozenset({IncidentKind.DEVICE, IncidentKind.HORN})


def recipients(kind: IncidentKind, hamlets: Collection[str], roster: Iterable[Person]) -> tuple[Person, ...]:
    """People of the hamlets that are concerned and those who serve the whole commune, the hamlets' own first.

    Of a device or a horn only those are told whose duty is technical; without any, the wall alone shows it.
    """
    people = tuple(person for person in roster if kind not in OF_DEVICES or is_technical(person))
    own = [person for person in people if person.hamlet and (person.hamlet in hamlets or EVERYWHERE in hamlets)]
    general = [person for person in people if not person.hamlet]
    return tuple(own + general)


def is_technical(person: Person) -> bool:
    """Whether this one looks after the devices, by the words of the duty."""
    return TECHNICAL in unicodedata.normalize("NFC", person.duty).casefold()


def sms_text(incident: Incident, hour: int, minute: int, hamlet_name: str) -> str:
    """At most 70 characters: what, where, when, what to do."""
    clock = f"{hour}h{minute:02d}"
    if incident.kind is IncidentKind.INTRUSION:
        head = sms_head(incident.evidence.rule_kind, incident.evidence.label) if incident.evidence else "CÓ NGƯỜI"
        return one_part(f"{head}: {incident.place}, {hamlet_name} lúc {clock}. Kiểm tra, đáp 1.")
    if incident.kind is IncidentKind.FLOOD_LEVEL:
        return one_part(f"{incident.title} lúc {clock}. Đáp 1 khi nhận.")
    if incident.kind is IncidentKind.REPORT:
        return one_part(f"{incident.title.rstrip('.')} lúc {clock}. Đáp 1 khi nhận.")
    return one_part(f"{incident.title} ({clock})")
