"""Who is told of an incident, and in which words."""

from collections.abc import Iterable

from edge.core.alert import Person, one_part
from edge.core.incident import Incident, IncidentKind


def recipients(incident: Incident, roster: Iterable[Person]) -> tuple[Person, ...]:
    """People of the incident's hamlet and those who serve the whole commune, the hamlet's own first."""
    own = [person for person in roster if person.hamlet == incident.hamlet]
    general = [person for person in roster if not person.hamlet]
    return tuple(own + general)


def sms_text(incident: Incident, hour: int, minute: int, hamlet_name: str) -> str:
    """At most 70 characters: what, where, when, what to do."""
    clock = f"{hour}h{minute:02d}"
    if incident.kind is IncidentKind.INTRUSION:
        return one_part(f"CÓ NGƯỜI: {incident.place}, {hamlet_name} lúc {clock}. Kiểm tra, đáp 1.")
    if incident.kind is IncidentKind.FLOOD_LEVEL:
        return one_part(f"{incident.title} lúc {clock}. Đáp 1 khi nhận.")
    return one_part(f"{incident.title} ({clock})")
