"""Who knows of an incident, for pages: first who was not reached, then everybody, then what was done when.

No phone number and no address leaves here (L7): a message is told by its way and its last state.
"""

from collections.abc import Mapping
from typing import Any

from edge.store.reader import Reader

MOST_EVENTS = 600
_PEOPLE = (
    "SELECT a.id, a.person, a.name, a.stands, o.person AS stands_for, o.name AS stands_for_name, a.state,"
    " a.changed_at_ms AS at_ms, a.step, a.given_up_at_ms, a.detail"
    " FROM alert a LEFT JOIN alert o ON o.id = a.stands_for LEFT JOIN ladder l ON l.incident = a.incident"
    " WHERE a.incident = ? AND a.round = coalesce(l.round, a.round) ORDER BY a.place_in_line, a.rowid"
)


def alert_story(reader: Reader, incident: str) -> dict[str, Any] | None:
    """How far the people of one incident are; None when nobody was to be told.

    ``{"state": climbing|taken|answered|exhausted|closed, "until": taken|each, "told": people to tell, "answered": of
    them, "not_reached": [person], "people": [person], "events": [event]}``.

    A person: ``{person, name, stands: own|substitute|chairman, stands_for, stands_for_name, state: waiting|sending|
    unsure|sent|delivered|taken|failed|dropped, status: answered|not_reached|trying|not_needed, at_ms, given_up_at_ms,
    answer: taken|on_my_way|need_help|done|null, note, rang: null|how the last call ended}``. ``state`` is how far the
    message is; ``status`` what people want to know. Sort: who was not reached first, then who is being tried.

    An event, oldest first: ``{at_ms, person, name, what: message|call|answer, channel, state, detail, text, message,
    together: how many incidents the message told of}``. ``message`` is its id, the same in every incident it told of.
    """
    ladder = reader.row("SELECT state, until FROM ladder WHERE incident = ?", incident)
    people = [_person(reader, incident, row) for row in reader.rows(_PEOPLE, incident)]
    if not people:
        return None
    over = ladder is None or ladder["state"] in ("taken", "closed")
    for person in people:
        person["status"] = _status(person, over)
    people.sort(key=lambda person: (_ORDER.index(person["status"]), person["stands"] != "own"))
    own = [person for person in people if person["stands"] == "own"]
    return {
        "state": ladder["state"] if ladder else "closed",
        "until": ladder["until"] if ladder else "taken",
        "told": len(own),
        "answered": sum(person["status"] == "answered" for person in own),
        "not_reached": [person for person in people if person["status"] == "not_reached"],
        "people": people,
        "events": events(reader, incident),
    }


def not_reached(reader: Reader, incident: str) -> list[dict[str, Any]]:
    """Who was to know and was not reached, in line: ``[{person, name, stands, stands_for, given_up_at_ms, …}]``."""
    story = alert_story(reader, incident)
    return story["not_reached"] if story else []


_ORDER = ("not_reached", "trying", "answered", "not_needed")


def _person(reader: Reader, incident: str, row: dict[str, Any]) -> dict[str, Any]:
    answer = reader.row(
        "SELECT how, note, at_ms FROM answer WHERE incident = ? AND person = ? ORDER BY number DESC LIMIT 1",
        incident,
        row["person"],
    )
    call = reader.row(
        "SELECT m.detail FROM message m JOIN message_about b ON b.message = m.id WHERE b.alert = ?"
        " AND m.channel = 'ring' AND m.state <> 'waiting' ORDER BY m.rowid DESC LIMIT 1",
        row["id"],
    )
    shown = {key: row[key] for key in row if key not in ("id", "step", "detail")}
    return shown | {
        "answer": answer["how"] if answer else None,
        "note": answer["note"] if answer else "",
        "rang": call["detail"] if call else None,
    }


def missed(alert: Mapping[str, Any]) -> bool:
    """Not reached: given up without an answer, or the message failed, at once; later steps may still mend that."""
    return alert["state"] != "taken" and (alert["given_up_at_ms"] is not None or alert["state"] == "failed")


def _status(person: dict[str, Any], over: bool) -> str:
    if person["state"] == "taken":
        return "answered"
    if missed(person):
        return "not_reached"
    return "not_needed" if over or person["state"] == "dropped" else "trying"


def events(reader: Reader, incident: str) -> list[dict[str, Any]]:
    """Every message, call and answer about one incident, oldest first."""
    return reader.rows(
        "SELECT m.changed_at_ms AS at_ms, m.person, a.name, CASE m.channel WHEN 'ring' THEN 'call' ELSE 'message' END"
        " AS what, m.channel, m.state, m.detail, m.text, m.id AS message,"
        " (SELECT count(*) FROM message_about o WHERE o.message = m.id) AS together"
        " FROM message m JOIN message_about b ON b.message = m.id JOIN alert a ON a.id = b.alert WHERE a.incident = ?"
        " UNION ALL SELECT n.at_ms, n.person, coalesce((SELECT a.name FROM alert a WHERE a.incident = n.incident"
        " AND a.person = n.person LIMIT 1), n.person), 'answer', n.via, n.how, n.note, '', '', 1 FROM answer n"
        " WHERE n.incident = ? ORDER BY 1 LIMIT ?",
        incident,
        incident,
        MOST_EVENTS,
    )
