"""What stands at the river, and what was done because of it, as rows."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from edge.core.moment import AtMs
from edge.core.place import StationId
from edge.core.policy.flood.levels import Standing
from edge.core.policy.flood.response import Stand
from edge.core.sensing import LEVEL, Quality, Reading
from edge.store.journal import Tx

MOST_READINGS = 200
"""Of one gauge at a time; the rest follows."""
LOOK_BACK_MS = 48 * 3_600_000
"""What was read longer ago, before anybody judged it, is history and no alarm."""
STORM_LASTS_MS = 24 * 3_600_000
"""Every repeated bulletin has an end (L9); while its reason lasts it is begun anew."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that was done. ``ref``: the announcement, or the programme of a storm."""

    id: str
    incident: str
    subject: str
    rule: str
    what: str
    ref: str
    hamlets: tuple[str, ...]
    every_min: int = 0
    until_ms: int = 0
    turns: int = 0
    state: str = "done"
    by_user: str = ""


def levels_standing(tx: Tx) -> dict[str, Standing]:
    """The level of every gauge, as it stood at the last reading that was judged."""
    rows = tx.run("SELECT station, level, since_ms, read_ms, value FROM flood_level")
    return {station: Standing(level, AtMs(since), AtMs(read), value) for station, level, since, read, value in rows}


def keep_standing(tx: Tx, station: str, standing: Standing) -> None:
    """This is how far the readings of this gauge were judged, and what stands."""
    tx.run(
        "INSERT OR REPLACE INTO flood_level (station, level, since_ms, read_ms, value) VALUES (?, ?, ?, ?, ?)",
        station,
        standing.level,
        standing.since_ms,
        standing.read_ms,
        standing.value,
    )


def unjudged_levels(tx: Tx, station: str, after_ms: int) -> list[Reading]:
    """Good levels of a gauge that nobody judged yet, oldest first."""
    rows = tx.run(
        "SELECT quantity, value, unit, at_ms FROM reading WHERE station = ? AND quantity = ? AND at_ms > ?"
        " AND quality = 'good' ORDER BY at_ms LIMIT ?",
        station,
        LEVEL,
        max(after_ms, tx.now.at_ms - LOOK_BACK_MS),
        MOST_READINGS,
    ).fetchall()
    return [Reading(StationId(station), row[0], row[1], row[2], AtMs(row[3]), Quality.GOOD) for row in rows]


def stands(tx: Tx) -> dict[str, Stand]:
    """Everything that lasts."""
    return {stand.subject: stand for stand in map(_stand, tx.run(_STAND).fetchall())}


def keep_stands(tx: Tx, current: Sequence[Stand]) -> None:
    """Exactly these last now."""
    tx.run("DELETE FROM flood_stand")
    for stand in current:
        tx.run(
            "INSERT INTO flood_stand (subject, station, name, level, figure, since_ms, until_ms, ahead_ms, rules,"
            " hamlets) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            stand.subject,
            stand.station,
            stand.name,
            stand.level,
            stand.figure,
            stand.since_ms,
            stand.until_ms,
            stand.ahead_ms,
            json.dumps(stand.rules),
            json.dumps(stand.hamlets),
        )


_STAND = "SELECT subject, station, name, level, figure, since_ms, until_ms, rules, hamlets, ahead_ms FROM flood_stand"


def _stand(row: Sequence[Any]) -> Stand:
    return Stand(
        subject=row[0],
        station=row[1],
        name=row[2],
        level=row[3],
        figure=row[4],
        since_ms=AtMs(row[5]),
        until_ms=AtMs(row[6]),
        rules=tuple(json.loads(row[7])),
        hamlets=tuple(json.loads(row[8])),
        ahead_ms=AtMs(row[9]),
    )


def add_action(tx: Tx, action: Action) -> None:
    """It is done, or wanted, from now on."""
    tx.run(
        "INSERT INTO flood_action (id, incident, subject, rule, what, ref, hamlets, every_min, until_ms, turns, state,"
        " by_user, made_at_ms, changed_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        action.id,
        action.incident,
        action.subject,
        action.rule,
        action.what,
        action.ref,
        json.dumps(action.hamlets),
        action.every_min,
        action.until_ms,
        action.turns,
        action.state,
        action.by_user,
        tx.now.at_ms,
        tx.now.at_ms,
    )


def get_action(tx: Tx, name: str) -> Action | None:
    """One by its id."""
    row = tx.row(f"{_ACTION} WHERE id = ?", name)
    return _action(row) if row else None


def move_action(tx: Tx, name: str, state: str, user: str = "") -> None:
    """It goes on, or is over; ``user`` stopped it."""
    tx.run(
        "UPDATE flood_action SET state = ?, by_user = CASE WHEN ? = '' THEN by_user ELSE ? END, changed_at_ms = ?"
        " WHERE id = ?",
        state,
        user,
        user,
        tx.now.at_ms,
        name,
    )


def storms_in(tx: Tx, *states: str) -> list[Action]:
    """Storms that are in one of these states, oldest first."""
    marks = ", ".join("?" * len(states))
    rows = tx.run(f"{_ACTION} WHERE what = 'storm' AND state IN ({marks}) ORDER BY made_at_ms, id", *states)
    return [_action(row) for row in rows.fetchall()]


def begin_storm(tx: Tx, action: Action) -> None:
    """Its programme is planned: until when, and for which time."""
    tx.run(
        "UPDATE flood_action SET state = 'on', turns = ?, ref = ?, until_ms = ?, changed_at_ms = ?"
        " WHERE id = ? AND state IN ('wanted', 'on')",
        action.turns,
        action.ref,
        action.until_ms,
        tx.now.at_ms,
        action.id,
    )


def end_storms(tx: Tx, subject: str) -> None:
    """The reason of these storms is gone: what is on ends next, what was only wanted never begins."""
    tx.run(
        "UPDATE flood_action SET state = CASE state WHEN 'on' THEN 'ending' ELSE 'ended' END, changed_at_ms = ?"
        " WHERE what = 'storm' AND subject = ? AND state IN ('on', 'wanted')",
        tx.now.at_ms,
        subject,
    )


_ACTION = (
    "SELECT id, incident, subject, rule, what, ref, hamlets, every_min, until_ms, turns, state, by_user"
    " FROM flood_action"
)


def _action(row: Sequence[Any]) -> Action:
    fields: dict[str, Any] = dict(zip(Action.__dataclass_fields__, row, strict=True))
    return Action(**fields | {"hamlets": tuple(json.loads(fields["hamlets"]))})


def silence_announcement(tx: Tx, announcement: str, why: str) -> str:
    """What is not spoken yet never will be; the state of its bulletin, empty when there is none yet."""
    tx.run(
        "UPDATE announcement SET state = 'settled', detail = ? WHERE id = ? AND state = 'waiting'", why, announcement
    )
    row = tx.row("SELECT state FROM bulletin WHERE id = ?", announcement)
    return str(row[0]) if row else ""


def keep_from_others(tx: Tx, incident: str) -> None:
    """Other systems are told no more of it; who was told already is told that it was called off."""
    tx.run("UPDATE incident SET cap = 0 WHERE id = ?", incident)


def releases_planned(tx: Tx, stations: Iterable[str], since_ms: int) -> list[tuple[str, float, int]]:
    """The newest announced release of each of these stations that is not long past: station, m³/s, from when."""
    rows = (
        tx.row(
            "SELECT station, value, at_ms FROM reading WHERE station = ? AND quantity = 'release_planned'"
            " AND quality = 'good' AND at_ms >= ? ORDER BY at_ms DESC LIMIT 1",
            station,
            since_ms,
        )
        for station in stations
    )
    return [(str(row[0]), float(row[1]), int(row[2])) for row in rows if row]


def spoken_state(tx: Tx, action: str) -> tuple[str, str]:
    """The announcement of an action: its bulletin's id and state, ``waiting`` until there is one, or ``failed``."""
    row = tx.row(
        "SELECT a.id, coalesce(b.state, CASE a.state WHEN 'waiting' THEN 'waiting' ELSE 'failed' END)"
        " FROM flood_action f JOIN announcement a ON a.id = f.ref LEFT JOIN bulletin b ON b.id = a.id WHERE f.id = ?",
        action,
    )
    return (str(row[0]), str(row[1])) if row else ("", "failed")


def old_all_clears(tx: Tx, ending: str, before_ms: int) -> list[str]:
    """Subjects of open incidents that say that something is over, and have said it long enough."""
    rows = tx.run(
        "SELECT subject FROM incident WHERE state = 'open' AND subject LIKE '%' || ? AND made_at_ms < ?",
        ending,
        before_ms,
    )
    return [str(row[0]) for row in rows.fetchall()]
