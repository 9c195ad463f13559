"""Who is told of an incident, and in which words."""

from collections.abc import Collection, Iterable

from edge.core.alert import Person, one_part
from edge.core.incident import Incident, IncidentKind
from edge.core.place import EVERYWHERE


def recipients(hamlets: Collection[str], roster: Iterable[Person]) -> tuple[Person, ...]:
    """People of the hamlets that are concerned and those who serve the whole commune, the hamlets' own first."""
    people = tuple(roster)
    own = [person for person in people if person.hamlet and (person.hamlet in hamlets or EVERYWHERE in hamlets)]
    general = [person for person in people if not person.hamlet]
    return tuple(own + general)


def sms_text(incident: Incident, hour: int, minute: int, hamlet_name: str) -> str:
    """At most 70 characters: what, where, when, what to do."""
    clock = f"{hour}h{minute:02d}"
    if incident.kind is IncidentKind.INTRUSION:
        return one_part(f"CÓ NGƯỜI: {incident.place}, {hamlet_name} lúc {clock}. Kiểm tra, đáp 1.")
    if incident.kind is IncidentKind.FLOOD_LEVEL:
        return one_part(f"{incident.title} lúc {clock}. Đáp 1 khi nhận.")
    return one_part(f"{incident.title} ({clock})")
