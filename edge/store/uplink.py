"""What the uplink keeps: bytes of each way out, what the province has confirmed, events of some lanes only."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.store.ids import get_meta, put_meta
from edge.store.journal import Tx
from edge.store.outbox import StoredEvent, lane_loads, mark_acked

LAST_CONTACT = "uplink_last_contact_ms"
LOOK_BACK = 10_000
"""Some hours of events: looking through all of a backlog would hold up the start."""


@dataclass(frozen=True, slots=True)
class Use:
    """IP bytes of one way out in both directions."""

    sent: int = 0
    received: int = 0

    @property
    def all(self) -> int:
        """What a SIM card is billed for."""
        return self.sent + self.received


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The last event of a lane that the province has confirmed, when, and how many by now."""

    lane: int
    event: str
    seq: int
    at_ms: int
    events: int


def month_of(at_ms: AtMs) -> str:
    """The local month that a budget belongs to, as 2026-11."""
    return local(at_ms).strftime("%Y-%m")


def add_use(connection: sqlite3.Connection, month: str, uses: Mapping[str, Use]) -> None:
    """Count what went over each way."""
    connection.executemany(
        "INSERT INTO way_use (way, month, sent_bytes, received_bytes) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (way, month) DO UPDATE SET sent_bytes = sent_bytes + excluded.sent_bytes,"
        " received_bytes = received_bytes + excluded.received_bytes",
        [(way, month, use.sent, use.received) for way, use in uses.items()],
    )


def use_of(connection: sqlite3.Connection, month: str) -> dict[str, Use]:
    """What went over each way in this month."""
    rows = connection.execute("SELECT way, sent_bytes, received_bytes FROM way_use WHERE month = ?", (month,))
    return {way: Use(sent, received) for way, sent, received in rows}


def note_contact(connection: sqlite3.Connection, at_ms: int) -> None:
    """The province has answered."""
    put_meta(connection, LAST_CONTACT, str(at_ms))


def last_contact(connection: sqlite3.Connection) -> int | None:
    """When the province answered last, over whatever way; None: never."""
    return int(get_meta(connection, LAST_CONTACT, "0")) or None


def last_synced_ms(connection: sqlite3.Connection) -> AtMs:
    """The newest time that a synchronised clock told, as far as the last events know; 0: none."""
    (at_ms,) = connection.execute(
        "SELECT max(at_ms) FROM (SELECT at_ms, clock FROM outbox ORDER BY seq DESC LIMIT ?) WHERE clock = 'synced'",
        (LOOK_BACK,),
    ).fetchone()
    return AtMs(at_ms or 0)


def confirm(connection: sqlite3.Connection, ids: Sequence[str], at_ms: int) -> None:
    """The province has these for good: they leave the outbox, and the newest of each lane is remembered."""
    for lane, event, seq, count in _newest(connection, ids):
        connection.execute(
            "INSERT INTO confirmed (lane, event, seq, at_ms, events) VALUES (?, ?, ?, ?, ?) ON CONFLICT (lane)"
            " DO UPDATE SET event = excluded.event, seq = excluded.seq, at_ms = excluded.at_ms,"
            " events = events + excluded.events",
            (lane, event, seq, at_ms, count),
        )
    mark_acked(connection, ids, at_ms)


def send_again(tx: Tx, since_seq: int, user: str, role: str) -> int:
    """Everything from this number on waits again, because the province lost what it had confirmed; how many.

    The province keeps what it still has and takes only the rest. Dead letters stay dead.
    """
    for lane, count in tx.run(
        "SELECT lane, count(*) FROM outbox WHERE seq >= ? AND acked_at_ms IS NOT NULL GROUP BY lane", since_seq
    ).fetchall():
        tx.run("UPDATE confirmed SET events = max(0, events - ?) WHERE lane = ?", count, lane)
    count = tx.run(
        "UPDATE outbox SET acked_at_ms = NULL WHERE seq >= ? AND acked_at_ms IS NOT NULL AND dead_reason IS NULL",
        since_seq,
    ).rowcount
    tx.deed(user, role, "sync.again", f"từ số {since_seq}: {count} sự kiện")
    return count


def _newest(connection: sqlite3.Connection, ids: Sequence[str]) -> list[tuple[int, str, int, int]]:
    """(lane, id, seq, how many) of what waits among these."""
    return connection.execute(
        "SELECT lane, id, max(seq), count(*) FROM outbox WHERE id IN (SELECT value FROM json_each(?))"
        " AND acked_at_ms IS NULL AND dead_reason IS NULL GROUP BY lane",
        (json.dumps(ids),),
    ).fetchall()


def confirmed(connection: sqlite3.Connection) -> list[Confirmed]:
    """One row a lane that the province has ever confirmed something of."""
    rows = connection.execute("SELECT lane, event, seq, at_ms, events FROM confirmed ORDER BY lane")
    return [Confirmed(*row) for row in rows]


def waiting_in(connection: sqlite3.Connection, lanes: Collection[int], limit: int) -> list[StoredEvent]:
    """The next events of these lanes alone, lower lanes first, then by sequence."""
    found: list[StoredEvent] = []
    for lane in sorted(lanes):
        found += waiting_after(connection, lane, 0, limit - len(found))
    return found


def waiting_after(connection: sqlite3.Connection, lane: int, seq: int, limit: int) -> list[StoredEvent]:
    """The next events of one lane behind this sequence number."""
    rows = connection.execute(
        "SELECT seq, id, lane, type, subject, at_ms, boot, clock, data FROM outbox"
        " WHERE acked_at_ms IS NULL AND dead_reason IS NULL AND lane = ? AND seq > ? ORDER BY seq LIMIT ?",
        (lane, seq, limit),
    )
    return [StoredEvent(*row) for row in rows]


def waiting_by_lane(connection: sqlite3.Connection) -> dict[int, tuple[int, int]]:
    """Lane -> (how many wait, the oldest's time in ms)."""
    return {load.lane: (load.count, load.oldest_ms) for load in lane_loads(connection) if load.oldest_ms is not None}
