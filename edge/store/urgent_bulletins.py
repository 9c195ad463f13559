"""Rows of the keys whose urgent bulletins the commune airs, and of those bulletins."""

import json
from dataclasses import dataclass

from edge.core.errors import FinalError
from edge.store.journal import Tx
from edge.store.outbox import LANE_RESULT

MOST_KEYS = 8
MOST_AN_HOUR = 6
"""By one key: nobody has more to say at once, and a stolen key cannot talk all night."""
HOUR_MS = 3_600_000
LIST_KEYS = "SELECT key_id, name, accepted_at_ms, accepted_by, revoked_at_ms, revoked_by FROM urgent_key ORDER BY 3"


@dataclass(frozen=True, slots=True)
class AcceptedKey:
    """Whose words may sound: the name under which the commune accepted the key."""

    key_id: str
    public_hex: str
    name: str


@dataclass(frozen=True, slots=True)
class UrgentRow:
    """One that waits to be spoken."""

    id: str
    incident: str
    key_id: str
    text: str
    hamlets: tuple[str, ...]
    exp_ms: int


def accept_key(tx: Tx, key: AcceptedKey, user: str, role: str) -> None:
    """From now on what this key signs is aired; a deed in the log. One that was revoked may be accepted anew."""
    (known,) = tx.row("SELECT count(*) FROM urgent_key WHERE revoked_at_ms IS NULL") or (0,)
    if known >= MOST_KEYS:
        raise FinalError(f"Đã nhận {known} khóa: hãy thu hồi bớt.")
    tx.run(
        "INSERT INTO urgent_key (key_id, public_hex, name, accepted_at_ms, accepted_by) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (key_id) DO UPDATE SET name = ?3, accepted_at_ms = ?4, accepted_by = ?5, revoked_at_ms = NULL,"
        " revoked_by = ''",
        key.key_id,
        key.public_hex,
        key.name,
        tx.now.at_ms,
        user,
    )
    tx.deed(user, role, "urgent_key.accept", f"{key.key_id} {key.name}")
    tx.event(LANE_RESULT, "urgent_key.accepted", key.key_id, {})


def revoke_key(tx: Tx, key_id: str, user: str, role: str) -> None:
    """What it signs is aired no more, not even what waits; raises FinalError when it is not accepted."""
    changed = tx.run(
        "UPDATE urgent_key SET revoked_at_ms = ?, revoked_by = ? WHERE key_id = ? AND revoked_at_ms IS NULL",
        tx.now.at_ms,
        user,
        key_id,
    ).rowcount
    if not changed:
        raise FinalError("Xã không nhận khóa này, hoặc đã thu hồi rồi.")
    tx.deed(user, role, "urgent_key.revoke", key_id)
    tx.event(LANE_RESULT, "urgent_key.revoked", key_id, {})


def accepted_key(tx: Tx, key_id: str) -> AcceptedKey | None:
    """The key, if the commune accepts it now."""
    row = tx.row("SELECT key_id, public_hex, name FROM urgent_key WHERE key_id = ? AND revoked_at_ms IS NULL", key_id)
    return AcceptedKey(*row) if row else None


def add_urgent(tx: Tx, row: UrgentRow) -> None:
    """It will be spoken and aired; raises FinalError when its id was here before, or its key has said too much."""
    if tx.row("SELECT 1 FROM urgent_bulletin WHERE id = ?", row.id):
        raise FinalError("Bản tin khẩn này đã nhận rồi.")
    since_ms = tx.now.at_ms - HOUR_MS
    (lately,) = tx.row(
        "SELECT count(*) FROM urgent_bulletin WHERE key_id = ? AND made_at_ms > ?", row.key_id, since_ms
    ) or (0,)
    if lately >= MOST_AN_HOUR:
        raise FinalError(f"Khóa này đã phát {lately} bản tin khẩn trong một giờ.")
    tx.run(
        "INSERT INTO urgent_bulletin VALUES (?, ?, ?, ?, ?, ?, 'waiting', '', ?)",
        row.id,
        row.incident,
        row.key_id,
        row.text,
        json.dumps(row.hamlets),
        row.exp_ms,
        tx.now.at_ms,
    )


def waiting_urgent(tx: Tx) -> list[UrgentRow]:
    """Those that wait to be spoken, oldest first."""
    rows = tx.run(
        "SELECT id, incident, key_id, text, hamlets, exp_ms FROM urgent_bulletin WHERE state = 'waiting'"
        " ORDER BY made_at_ms"
    )
    return [UrgentRow(row[0], row[1], row[2], row[3], tuple(json.loads(row[4])), row[5]) for row in rows]


def settle_urgent(tx: Tx, name: str, detail: str) -> None:
    """It was given to the arbiter, or will not sound; ``detail`` says which."""
    tx.run("UPDATE urgent_bulletin SET state = 'settled', detail = ? WHERE id = ?", detail, name)
