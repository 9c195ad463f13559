"""Ladders as rows: who must know of an incident, how far each of them is, and what became of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edge.core.alert import Person
from edge.core.policy.ladder.climbing import Climb, Last, Rung, Stands, State, Until
from edge.store.journal import Tx
from edge.store.outbox import LANE_RESULT

MOST_CLIMBING = 200
"""Ladders that are looked at in one tick; more incidents at once than that wait for the next."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The ladder of one incident with all that its messages need. ``limited``: nobody else may be put on it."""

    incident: str
    severity: str
    brief: str
    facts: Mapping[str, str]
    climb: Climb
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a new ladder needs beside its people. ``limited``: only these take part, as in a drill."""

    severity: str
    until: Until
    brief: str
    facts: Mapping[str, str]
    limited: bool = False


def begin_ladder(tx: Tx, incident: str, wanted: Wanted, people: Sequence[Person], text: str) -> None:
    """Put people on the ladder of an incident; one that is told once more begins a new round for everybody."""
    if not people:
        return
    found = tx.row("SELECT round FROM ladder WHERE incident = ?", incident)
    number = found[0] + 1 if found else 1
    tx.run(
        "INSERT OR REPLACE INTO ladder (incident, severity, until, round, state, brief, facts, limited,"
        " changed_at_ms) VALUES (?, ?, ?, ?, 'climbing', ?, ?, ?, ?)",
        incident,
        wanted.severity,
        wanted.until,
        number,
        wanted.brief,
        json.dumps(dict(wanted.facts), ensure_ascii=False),
        wanted.limited,
        tx.now.at_ms,
    )
    _drop_alerts(tx, incident, "đã có tin mới hơn")
    for place, person in enumerate(people, 1):
        add_rung(tx, incident, person, text, place)


def add_rung(
    tx: Tx, incident: str, person: Person, text: str, place: int, stands: Stands = Stands.OWN, stands_for: str = ""
) -> None:
    """One more person on a ladder."""
    row = tx.row("SELECT count(*) FROM alert WHERE incident = ?", incident)
    alert = f"{incident}/{(row[0] if row else 0) + 1}"
    tx.run(
        "INSERT INTO alert (id, incident, person, name, phone, text, place_in_line, state, changed_at_ms, round,"
        " stands, stands_for) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?,"
        " (SELECT round FROM ladder WHERE incident = ?), ?, ?)",
        alert,
        incident,
        person.id,
        person.name,
        person.phone,
        text,
        place,
        tx.now.at_ms,
        incident,
        stands,
        stands_for,
    )


def climbing(tx: Tx) -> list[Ladder]:
    """Every ladder that is being climbed, the gravest first; and those that ended before everybody was told."""
    rows = tx.run(
        "SELECT incident, severity, until, round, brief, facts, state, limited FROM ladder WHERE incident IN"
        " (SELECT incident FROM ladder WHERE state = 'climbing'"
        " UNION SELECT incident FROM alert WHERE state = 'waiting' AND step = 0) AND state IN ('climbing', 'closed')"
        " ORDER BY CASE severity WHEN 'extreme' THEN 0 WHEN 'severe' THEN 1 WHEN 'moderate' THEN 2 ELSE 3 END,"
        " changed_at_ms, incident LIMIT ?",
        MOST_CLIMBING,
    ).fetchall()
    return [
        Ladder(
            incident,
            severity,
            brief,
            json.loads(facts),
            Climb(Until(until), _rungs(tx, incident, number), State(state)),
            bool(limited),
        )
        for incident, severity, until, number, brief, facts, state, limited in rows
    ]


def _rungs(tx: Tx, incident: str, number: int) -> tuple[Rung, ...]:
    rows = tx.run(
        "SELECT id, person, stands, stands_for, step, since_ms, state = 'taken', given_up_at_ms IS NOT NULL"
        " FROM alert WHERE incident = ? AND round = ? ORDER BY place_in_line, id",
        incident,
        number,
    ).fetchall()
    last = _last(tx, incident)
    return tuple(
        Rung(
            alert,
            person,
            Stands(stands),
            stands_for,
            step,
            since_ms,
            last.get((alert, step), Last.DONE) if step else Last.NONE,
            bool(answered),
            bool(given_up),
        )
        for alert, person, stands, stands_for, step, since_ms, answered, given_up in rows
    )


_UNDER_WAY = ("waiting", "sending")
_GONE = ("sent", "delivered", "unsure")


def _last(tx: Tx, incident: str) -> dict[tuple[str, int], Last]:
    """How the messages of each step are: one that went out is enough, one under way is waited for."""
    found: dict[tuple[str, int], Last] = {}
    rows = tx.run(
        "SELECT b.alert, b.step, m.state FROM message_about b JOIN message m ON m.id = b.message"
        " JOIN alert a ON a.id = b.alert WHERE a.incident = ?",
        incident,
    )
    better = {Last.HOPELESS: 0, Last.UNDER_WAY: 1, Last.DONE: 2}
    for alert, step, state in rows:
        now = Last.DONE if state in _GONE else Last.UNDER_WAY if state in _UNDER_WAY else Last.HOPELESS
        before = found.get((alert, step), Last.HOPELESS)
        found[alert, step] = max(before, now, key=better.__getitem__)
    return found


def keep_climb(tx: Tx, before: Climb, after: Climb) -> None:
    """Write down how far everybody is now."""
    for old, new in zip(before.rungs, after.rungs, strict=True):
        if (old.step, old.since_ms, old.given_up) != (new.step, new.since_ms, new.given_up):
            tx.run(
                "UPDATE alert SET step = ?, since_ms = ?, given_up_at_ms = CASE WHEN ? THEN"
                " coalesce(given_up_at_ms, ?) END WHERE id = ?",
                new.step,
                new.since_ms,
                new.given_up,
                tx.now.at_ms,
                new.id,
            )


def finish_ladder(tx: Tx, incident: str, state: State) -> None:
    """A ladder has done its work: nobody is called any more. Whoever takes it in time spares the others the message.

    When an incident is over its calls stop, but what was to be said is still said.
    """
    changed = tx.run(
        "UPDATE ladder SET state = ?, changed_at_ms = ? WHERE incident = ? AND state = 'climbing'",
        state,
        tx.now.at_ms,
        incident,
    ).rowcount
    if changed and state is State.TAKEN:
        _drop_alerts(tx, incident, "đã có người nhận")
    elif changed and state is State.CLOSED:
        drop_waiting(tx, "a.incident = ? AND m.channel = 'ring'", incident, why="đã kết thúc")


def _drop_alerts(tx: Tx, incident: str, why: str) -> None:
    drop_waiting(tx, "a.incident = ?", incident, why=why)
    tx.run(
        "UPDATE alert SET state = 'dropped', detail = ?, changed_at_ms = ? WHERE incident = ? AND state = 'waiting'"
        " AND step = 0",
        why,
        tx.now.at_ms,
        incident,
    )


def recall(tx: Tx, incident: str, why: str) -> None:
    """Nobody is told of it any more: its ladder is over, and what waits is not sent."""
    finish_ladder(tx, incident, State.CLOSED)
    _drop_alerts(tx, incident, why)


def drop_superseded(tx: Tx, incident: str, subject: str) -> None:
    """A newer incident of the same subject says how things stand: what waits about the older ones is not sent."""
    older = tx.run(
        "SELECT id FROM incident WHERE subject = ? AND id <> ? ORDER BY rowid DESC LIMIT 5", subject, incident
    )
    for (other,) in older.fetchall():
        _drop_alerts(tx, other, "đã có tin mới hơn")


def stop_if_one_is_enough(tx: Tx, incident: str) -> None:
    """Somebody takes care of it."""
    if tx.row("SELECT 1 FROM ladder WHERE incident = ? AND until = 'taken'", incident):
        finish_ladder(tx, incident, State.TAKEN)


def give_up(tx: Tx, alert: str) -> None:
    """Nothing more can be done to reach somebody: the province hears who it is, without the number (L7)."""
    row = tx.row("SELECT incident, person, stands FROM alert WHERE id = ?", alert)
    if row is not None:
        tx.event(LANE_RESULT, "alert.not_reached", alert, {"incident": row[0], "person": row[1], "stands": row[2]})


def drop_waiting(tx: Tx, which: str, *values: object, why: str) -> None:
    """Drop messages that wait and are about nothing else that still must be told. ``which`` speaks of a and m."""
    rows = tx.run(
        "SELECT DISTINCT m.id FROM message m JOIN message_about b ON b.message = m.id"  # noqa: S608 - our own words
        f" JOIN alert a ON a.id = b.alert WHERE m.state = 'waiting' AND {which}"
        " AND NOT EXISTS (SELECT 1 FROM message_about b2"
        " JOIN alert a2 ON a2.id = b2.alert JOIN ladder l ON l.incident = a2.incident"
        " WHERE b2.message = m.id AND a2.incident <> a.incident AND a2.state <> 'taken' AND l.state = 'climbing')",
        *values,
    ).fetchall()
    for (message,) in rows:
        tx.run(
            "UPDATE message SET state = 'dropped', detail = ?, changed_at_ms = ? WHERE id = ?",
            why,
            tx.now.at_ms,
            message,
        )
        settle_alerts(tx, message)


_BEST = "delivered", "sent", "unsure", "sending", "waiting", "failed", "dropped"


def settle_alerts(tx: Tx, message: str) -> None:
    """Alerts are as far as the best of their messages; what is new of that goes to the province."""
    for (alert,) in tx.run("SELECT alert FROM message_about WHERE message = ?", message).fetchall():
        states = {
            row[0]
            for row in tx.run(
                "SELECT m.state FROM message m JOIN message_about b ON b.message = m.id"
                " WHERE b.alert = ? AND m.channel <> 'ring'",
                alert,
            )
        }
        best = next((state for state in _BEST if state in states), None)
        if best is not None:
            set_alert(tx, alert, best)


_TOLD = frozenset({"sent", "failed"})


def set_alert(tx: Tx, alert: str, state: str) -> None:
    """The alert is so far; one that was answered stays answered."""
    changed = tx.run(
        "UPDATE alert SET state = ?, changed_at_ms = ? WHERE id = ? AND state NOT IN (?, 'taken')",
        state,
        tx.now.at_ms,
        alert,
        state,
    ).rowcount
    if changed and state in _TOLD:
        row = tx.row("SELECT incident, person FROM alert WHERE id = ?", alert)
        assert row is not None
        tx.event(LANE_RESULT, f"alert.{state}", alert, {"incident": row[0], "person": row[1]})


def facts_of(tx: Tx, message: str) -> tuple[str, str, dict[str, str]]:
    """The first incident that a message is about, its title and blanks. Nothing of people is among them (L8)."""
    row = tx.row(
        "SELECT i.id, i.title, l.facts FROM message_about b JOIN alert a ON a.id = b.alert"
        " JOIN incident i ON i.id = a.incident JOIN ladder l ON l.incident = i.id WHERE b.message = ?"
        " ORDER BY a.rowid LIMIT 1",
        message,
    )
    if row is None:
        return "", "", {}
    incident, title, facts = row
    return str(incident), str(title), {**json.loads(facts), "title": str(title)}
