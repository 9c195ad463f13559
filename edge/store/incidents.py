"""Incidents with all that must happen because of them, in one transaction (law 1)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edge.core.alert import Person
from edge.core.incident import Incident
from edge.store.journal import Tx
from edge.store.outbox import LANE_ALARM, LANE_RESULT


@dataclass(frozen=True, slots=True)
class Consequences:
    """Who is told in which words, and what is said on air where."""

    people: Sequence[Person]
    sms: str
    template: str | None
    blanks: Mapping[str, str]
    hamlets: Sequence[str]


def open_incident(tx: Tx, incident: Incident, then: Consequences) -> None:
    """Write the incident, its outbox event, one waiting alert a person, and the announcement."""
    _add_incident(tx, incident)
    told = ("kind", "severity", "subject", "place", "hamlet", "title", "began_at_ms")
    tx.event(LANE_ALARM, "incident.opened", incident.id, {name: getattr(incident, name) for name in told})
    for number, person in enumerate(then.people, 1):
        _add_alert(tx, incident, number, person, then.sms)
    if then.template:
        _add_announcement(tx, incident, then.template, then)


def _add_incident(tx: Tx, incident: Incident) -> None:
    tx.run(
        "INSERT INTO incident (id, kind, severity, subject, place, hamlet, title, began_at_ms, made_at_ms, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        incident.id,
        incident.kind,
        incident.severity,
        incident.subject,
        incident.place,
        incident.hamlet,
        incident.title,
        incident.began_at_ms,
        tx.now.at_ms,
        incident.state,
    )


def _add_alert(tx: Tx, incident: Incident, number: int, person: Person, sms: str) -> None:
    tx.run(
        "INSERT INTO alert (id, incident, person, phone, text, place_in_line, state, changed_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?)",
        f"{incident.id}/{number}",
        incident.id,
        person.id,
        person.phone,
        sms,
        number,
        tx.now.at_ms,
    )


def _add_announcement(tx: Tx, incident: Incident, template: str, then: Consequences) -> None:
    tx.run(
        "INSERT INTO announcement (id, incident, template, blanks, hamlets, state, made_at_ms)"
        " VALUES (?, ?, ?, ?, ?, 'waiting', ?)",
        f"{incident.id}/air",
        incident.id,
        template,
        json.dumps(dict(then.blanks), ensure_ascii=False),
        json.dumps(list(then.hamlets)),
        tx.now.at_ms,
    )


def close_incident(tx: Tx, subject: str) -> str | None:
    """End the open incident of this subject; its id, or None when there was none."""
    found = tx.row("SELECT id FROM incident WHERE subject = ? AND state = 'open'", subject)
    if found is None:
        return None
    tx.run("UPDATE incident SET state = 'closed', ended_at_ms = ? WHERE id = ?", tx.now.at_ms, found[0])
    tx.event(LANE_ALARM, "incident.closed", found[0], {"ended_at_ms": tx.now.at_ms})
    return str(found[0])


def open_subjects(tx: Tx) -> dict[str, str]:
    """Subjects that have an open incident, and its id."""
    return dict(tx.run("SELECT subject, id FROM incident WHERE state = 'open'").fetchall())


def take_incident(tx: Tx, incident: str, user: str, role: str) -> bool:
    """Somebody takes care of it; False when it is unknown or taken already. The first one counts."""
    changed = tx.run(
        "UPDATE incident SET taken_by = ?, taken_at_ms = ? WHERE id = ? AND taken_by IS NULL",
        user,
        tx.now.at_ms,
        incident,
    ).rowcount
    if changed:
        tx.event(LANE_RESULT, "incident.taken", incident, {"role": role})
        tx.deed(user, role, "incident.take", incident)
    return bool(changed)


def keep_still(tx: Tx, incident: str, path: str, sha256: str) -> None:
    """The picture of the incident lies on the disk."""
    tx.run("UPDATE incident SET still = ?, still_sha256 = ? WHERE id = ?", path, sha256, incident)
