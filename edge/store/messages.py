"""The line of messages and ring calls, and what became of each. Stored before the wire is touched, settled after."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from edge.core.alert import masked
from edge.store.journal import Tx
from edge.store.ladder import settle_alerts

SMS = "sms"
RING = "ring"
MOST_TRIES = 5
OLDEST_MATCH_MS = 86_400_000
"""References come again after 256 messages: a report about an older one is not believed."""
_COLUMNS = "id, person, channel, address, text, urgency, parts, tries"
_OPEN = "state IN ('sending', 'unsure')"
"""In the words of the index ``message_open``: without them SQLite reads every message that there ever was."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One message to put into the line. ``hold_ms`` is ladder time before which it is not sent."""

    id: str
    person: str
    channel: str
    address: str
    text: str
    urgency: int
    place: int
    parts: int = 1
    hold_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """A message as whoever sends it needs it."""

    id: str
    person: str
    channel: str
    address: str
    text: str
    urgency: int
    parts: int
    tries: int

    def masked_in(self, words: object) -> str:
        """What a device says of this message, as it may be logged and shown: its own number or address masked (L7)."""
        return str(words).replace(self.address, masked(self.address)) if self.address else str(words)


def queue_message(tx: Tx, message: NewMessage, about: Sequence[tuple[str, int]] = ()) -> None:
    """Put it into the line with the alerts (and their steps) that it is about, unless it stands there already."""
    tx.run(
        "INSERT OR IGNORE INTO message (id, person, channel, address, text, urgency, place_in_line, parts, state,"
        " hold_ms, made_at_ms, changed_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?)",
        message.id,
        message.person,
        message.channel,
        message.address,
        message.text,
        message.urgency,
        message.place,
        message.parts,
        message.hold_ms,
        tx.now.at_ms,
        tx.now.at_ms,
    )
    for alert, step in about:
        tx.run("INSERT OR IGNORE INTO message_about (message, alert, step) VALUES (?, ?, ?)", message.id, alert, step)


def next_message(tx: Tx, channels: Collection[str], now_ms: int) -> Queued | None:
    """What must go out next: the gravest, texts before calls, the first person of every incident before the second.

    Each try that failed lets two more people go first: a dead number must not hold up the line.
    """
    row = tx.row(
        f"SELECT {_COLUMNS} FROM message WHERE state = 'waiting'"  # noqa: S608 - only question marks are put in
        f" AND channel IN ({', '.join('?' * len(channels))}) AND (hold_ms IS NULL OR hold_ms <= ?)"
        " ORDER BY urgency DESC, channel = 'ring', place_in_line + 2 * tries, made_at_ms, rowid LIMIT 1",
        *channels,
        now_ms,
    )
    return Queued(*row) if row else None


def claim(tx: Tx, message: str, device: str) -> None:
    """It is being sent by this device; a box that dies now comes back and calls it unsure."""
    _set(tx, message, "sending", "", device=device, tried_at_ms=tx.now.at_ms)


def sent(tx: Tx, message: str, references: Sequence[str], detail: str) -> None:
    """The network took it."""
    _set(tx, message, "sent", detail, refs=json.dumps(list(references)), hold_ms=None)


def unsure(tx: Tx, message: str, until_ms: int, detail: str) -> None:
    """Nobody knows whether it went: not again before ``until_ms`` (ladder time)."""
    tx.run("UPDATE message SET tries = tries + 1 WHERE id = ?", message)
    _set(tx, message, "unsure", detail, hold_ms=until_ms)


def not_sent(tx: Tx, message: str, detail: str, *, counts: bool) -> None:
    """It surely did not go; it is tried again, and after five tries that count it failed."""
    tx.run("UPDATE message SET tries = tries + ? WHERE id = ?", int(counts), message)
    row = tx.row("SELECT tries FROM message WHERE id = ?", message)
    _set(tx, message, "failed" if row and row[0] >= MOST_TRIES else "waiting", detail)


def failed(tx: Tx, message: str, detail: str) -> None:
    """Trying again is useless."""
    _set(tx, message, "failed", detail)


def unsettled_after_a_stop(tx: Tx, device: str | None, until_ms: int) -> None:
    """What this device (None: any) was sending when it stopped is unsure now. A call is not made a second time."""
    rows = tx.run(
        f"SELECT id, channel FROM message WHERE {_OPEN} AND state = 'sending' AND device = coalesce(?, device)",  # noqa: S608 - a constant
        device,
    ).fetchall()
    for message, channel in rows:
        if channel == RING:
            _set(tx, message, "sent", "unsure")
        else:
            unsure(tx, message, until_ms, "hộp dừng khi đang gửi")


def overdue(tx: Tx, now_ms: int) -> int:
    """No report came for these in time: they are sent again, those that were tried too often have failed."""
    rows = tx.run(f"SELECT id FROM message WHERE {_OPEN} AND state = 'unsure' AND hold_ms <= ?", now_ms).fetchall()  # noqa: S608 - a constant
    for (message,) in rows:
        tx.run("UPDATE message SET hold_ms = NULL WHERE id = ?", message)
        not_sent(tx, message, "chờ báo phát quá lâu, gửi lại", counts=False)
    return len(rows)


def report(tx: Tx, spellings: Sequence[str], reference: str, *, delivered: bool, detail: str) -> str | None:
    """A delivery report of a number: of the newest message with this reference, else of one that is unsure.

    A long message is delivered when all its parts are. The id of the message, None when it is of none.
    """
    marks = ", ".join("?" * len(spellings))
    row = tx.row(
        f"SELECT id, state, refs FROM message WHERE address IN ({marks}) AND channel = 'sms'"  # noqa: S608 - marks
        " AND (state = 'unsure' OR (state IN ('sent', 'delivered') AND EXISTS (SELECT 1 FROM json_each(refs)"
        " WHERE value = ?))) AND changed_at_ms > ? ORDER BY state = 'unsure', tried_at_ms DESC LIMIT 1",
        *spellings,
        reference,
        tx.now.at_ms - OLDEST_MATCH_MS,
    )
    if row is None:
        return None
    message, state, refs = row
    left = [ref for ref in json.loads(refs) if ref != reference] if state != "unsure" else []
    tx.run("UPDATE message SET refs = ? WHERE id = ?", json.dumps(left), message)
    if not delivered:
        _set(tx, message, "failed", detail, hold_ms=None)
    elif not left:
        _set(tx, message, "delivered", detail, hold_ms=None)
    return str(message)


def _set(tx: Tx, message: str, state: str, detail: str, **columns: object) -> None:
    row = {"state": state, "detail": detail, "changed_at_ms": tx.now.at_ms, **columns}
    names = ", ".join(f"{name} = ?" for name in row)
    tx.run(f"UPDATE message SET {names} WHERE id = ?", *row.values(), message)  # noqa: S608 - our own column names
    settle_alerts(tx, message)


def drop_old(tx: Tx, before_ms: int) -> int:
    """What has waited since before this time helps nobody any more: the line cannot grow for ever."""
    rows = tx.run("SELECT id FROM message WHERE state = 'waiting' AND made_at_ms < ?", before_ms).fetchall()
    for (message,) in rows:
        _set(tx, message, "dropped", "chờ quá lâu")
    return len(rows)


def forget_numbers(tx: Tx, roster: Collection[str], before_ms: int) -> int:
    """Numbers and addresses go with people who left the roster, and from everything older than this (L7); how many.

    What still waits for somebody who left, or was perhaps sent, is not sent any more. What people did stays in the
    stories and in the audit log, by name. Strangers (no name) were on no roster: their numbers go by age alone.
    """
    staying = json.dumps(sorted(roster))
    left = "person <> '' AND person NOT IN (SELECT value FROM json_each(?))"
    drop = "SET state = 'dropped', detail = 'không còn trong danh sách' WHERE state IN ('waiting', 'unsure')"
    for table in ("message", "alert"):
        tx.run(f"UPDATE {table} {drop} AND {left}", staying)
    gone = f"state NOT IN ('waiting', 'sending', 'unsure') AND ({left} OR changed_at_ms < ?)"
    addresses = tx.run(f"UPDATE message SET address = '' WHERE address <> '' AND {gone}", staying, before_ms)  # noqa: S608 - our own words
    phones = tx.run(f"UPDATE alert SET phone = '' WHERE phone <> '' AND {gone}", staying, before_ms)  # noqa: S608
    browsers = tx.run(f"DELETE FROM person_address WHERE {left}", staying)  # noqa: S608
    return addresses.rowcount + phones.rowcount + browsers.rowcount


def begun_lately(tx: Tx, device: str, since_ms: int) -> list[tuple[int, int]]:
    """What this SIM began to send lately: (UTC ms, parts). After a restart the network still counts it."""
    rows = tx.run(
        "SELECT tried_at_ms, parts FROM message WHERE device = ? AND channel = 'sms' AND tried_at_ms BETWEEN ? AND ?"
        " ORDER BY tried_at_ms",
        device,
        since_ms,
        tx.now.at_ms,
    )
    return [(row[0], row[1]) for row in rows]
