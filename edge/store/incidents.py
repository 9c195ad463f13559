"""Incidents with all that must happen because of them, in one transaction (law 1)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from edge.core.alert import Person
from edge.core.incident import Incident, Severity
from edge.core.policy.ladder.climbing import State, Until
from edge.core.vision import Box
from edge.store.journal import Tx
from edge.store.ladder import Wanted, begin_ladder, drop_superseded, finish_ladder, stop_if_one_is_enough
from edge.store.outbox import LANE_ALARM, LANE_RESULT
from edge.store.stories import add_chapter


@dataclass(frozen=True, slots=True)
class Consequences:
    """Who is told in which words and until when, and what is said on air where.

    ``sms`` stands alone in one part; ``brief`` is the same within another message (at most 32 characters).
    """

    people: Sequence[Person]
    sms: str
    template: str | None
    blanks: Mapping[str, str]
    hamlets: Sequence[str]
    brief: str = ""
    until: Until = Until.TAKEN
    urgency: Severity | None = None
    """How grave the ladder takes it; None: as grave as the incident is."""
    limited: bool = False
    """Only these take part: nobody stands in for them (a drill)."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What became of an open incident. ``then`` is set when it became so grave that people are told once more."""

    title: str
    severity: Severity
    most: int
    score: float | None = None
    box: Box | None = None
    then: Consequences | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """An incident that was ended: its camera (empty: none), its first and last instant, whether its film is there."""

    id: str
    camera: str
    began_at_ms: int
    ended_at_ms: int
    filmed: bool


def open_incident(tx: Tx, incident: Incident, then: Consequences) -> None:
    """Write the incident, its outbox event, one waiting alert a person, and the announcement."""
    _add_incident(tx, incident)
    told = ("kind", "severity", "subject", "place", "hamlet", "title", "began_at_ms")
    seen = ("camera", "rule", "rule_kind", "label", "most") if incident.evidence else ()
    data = {name: getattr(incident, name) for name in told} | {name: getattr(incident.evidence, name) for name in seen}
    if incident.drill:
        data["drill"] = True
    tx.event(LANE_ALARM, "incident.opened", incident.id, data)
    add_chapter(tx, incident.id, "opened", detail=incident.title)
    if then.people:
        drop_superseded(tx, incident.id, incident.subject)
    _tell(tx, incident.id, then.urgency or incident.severity, then)


def _tell(tx: Tx, incident: str, severity: Severity, then: Consequences) -> None:
    """Alerts and the announcement; a story that became graver has some already, and is as urgent as a new one."""
    wanted = Wanted(severity, then.until, then.brief or then.sms, then.blanks, then.limited)
    begin_ladder(tx, incident, wanted, then.people, then.sms)
    if then.template:
        add_announcement(tx, incident, then.template, then.blanks, then.hamlets)


def tell_again(tx: Tx, incident: str, then: Consequences) -> None:
    """People are told something more about an open incident, as urgently as of a grave one."""
    _tell(tx, incident, Severity.SEVERE, then)


def _add_incident(tx: Tx, incident: Incident) -> None:
    seen = incident.evidence
    row = {
        "id": incident.id,
        "kind": incident.kind,
        "severity": incident.severity,
        "subject": incident.subject,
        "place": incident.place,
        "hamlet": incident.hamlet,
        "title": incident.title,
        "began_at_ms": incident.began_at_ms,
        "made_at_ms": tx.now.at_ms,
        "state": incident.state,
        "drill": int(incident.drill),
        "cap": int(incident.cap),
    }
    if seen:
        row |= {"camera": seen.camera, "rule": seen.rule or None, "rule_kind": seen.rule_kind, "most": seen.most}
        row |= {"label": seen.label or None, "score": seen.score, "box": _box(seen.box)}
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    tx.run(f"INSERT INTO incident ({names}) VALUES ({marks})", *row.values())  # noqa: S608 - our own column names


def _box(box: Box | None) -> str | None:
    return json.dumps([round(edge, 4) for edge in astuple(box)]) if box else None


def add_announcement(tx: Tx, incident: str, template: str, blanks: Mapping[str, str], hamlets: Sequence[str]) -> str:
    """This template is to be said in these hamlets because of the incident; its id."""
    row = tx.row("SELECT count(*) FROM announcement WHERE incident = ?", incident)
    again = row[0] if row else 0
    name = f"{incident}/air{again + 1 if again else ''}"
    tx.run(
        "INSERT INTO announcement (id, incident, template, blanks, hamlets, state, made_at_ms)"
        " VALUES (?, ?, ?, ?, ?, 'waiting', ?)",
        name,
        incident,
        template,
        json.dumps(dict(blanks), ensure_ascii=False),
        json.dumps(list(hamlets)),
        tx.now.at_ms,
    )
    return name


def update_incident(tx: Tx, subject: str, growth: Growth) -> str | None:
    """The open incident of this subject goes on: more of them, a better picture, or graver. Its id, or None."""
    found = tx.row("SELECT id FROM incident WHERE subject = ? AND state = 'open'", subject)
    if found is None:
        return None
    incident = str(found[0])
    tx.run(
        "UPDATE incident SET title = ?, severity = ?, most = max(most, ?), score = coalesce(?, score),"
        " box = coalesce(?, box) WHERE id = ?",
        growth.title,
        growth.severity,
        growth.most,
        growth.score,
        _box(growth.box),
        incident,
    )
    told = {"title": growth.title, "severity": growth.severity, "most": growth.most}
    tx.event(LANE_ALARM if growth.then else LANE_RESULT, "incident.updated", incident, told)
    add_chapter(tx, incident, "more", detail=growth.title)
    if growth.then:
        _tell(tx, incident, growth.severity, growth.then)
    return incident


def close_incident(tx: Tx, subject: str, most: int = 0, score: float | None = None) -> Closed | None:
    """End the open incident of this subject because its cause is gone; None when there was none."""
    found = tx.row("SELECT id FROM incident WHERE subject = ? AND state = 'open'", subject)
    if found is None:
        return None
    if score is not None:
        tx.run("UPDATE incident SET most = max(most, ?), score = max(score, ?) WHERE id = ?", most, score, found[0])
    return _close(tx, str(found[0]), "", "")


def close_by_hand(tx: Tx, incident: str, how: str, user: str, role: str) -> Closed | None:
    """Somebody ends an open incident and says how it was settled; None when it is not open."""
    if tx.row("SELECT 1 FROM incident WHERE id = ? AND state = 'open'", incident) is None:
        return None
    tx.deed(user, role, "incident.close", incident)
    return _close(tx, incident, user, how)


def _close(tx: Tx, incident: str, user: str, how: str) -> Closed:
    tx.run(
        "UPDATE incident SET state = 'closed', ended_at_ms = max(?, began_at_ms), closed_by = ?, closed_how = ?"
        " WHERE id = ?",
        tx.now.at_ms,
        user or None,
        how or None,
        incident,
    )
    finish_ladder(tx, incident, State.CLOSED)
    tx.event(LANE_ALARM, "incident.closed", incident, {"ended_at_ms": tx.now.at_ms, "by_hand": bool(user)})
    add_chapter(tx, incident, "closed", user, how)
    row = tx.row("SELECT coalesce(camera, ''), began_at_ms, ended_at_ms, clip FROM incident WHERE id = ?", incident)
    assert row is not None
    camera, began_at_ms, ended_at_ms, clip = row
    return Closed(incident, camera, began_at_ms, ended_at_ms, clip is not None)


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
        add_chapter(tx, incident, "taken", user)
    stop_if_one_is_enough(tx, incident)
    return bool(changed)


def inherit_taken(tx: Tx, incident: str, subject: str) -> None:
    """Whoever took the incident of this subject before takes this one too: nobody is woken for what goes down."""
    row = tx.row(
        "SELECT taken_by, taken_at_ms FROM incident WHERE subject = ? AND id <> ? ORDER BY made_at_ms DESC, rowid DESC"
        " LIMIT 1",
        subject,
        incident,
    )
    if row and row[0]:
        tx.run("UPDATE incident SET taken_by = ?, taken_at_ms = ? WHERE id = ?", *row, incident)
        add_chapter(tx, incident, "taken", row[0])


def keep_still(tx: Tx, incident: str, path: str, sha256: str, box: Box | None = None) -> None:
    """The picture of the incident lies on the disk; ``box`` is where it shows whom it is about."""
    tx.run(
        "UPDATE incident SET still = ?, still_sha256 = ?, box = coalesce(?, box) WHERE id = ?",
        path,
        sha256,
        _box(box),
        incident,
    )
    add_chapter(tx, incident, "still")


def keep_clip(tx: Tx, incident: str, path: str, sha256: str) -> None:
    """The film of the incident lies on the disk."""
    tx.run("UPDATE incident SET clip = ?, clip_sha256 = ? WHERE id = ?", path, sha256, incident)
    add_chapter(tx, incident, "clip")
