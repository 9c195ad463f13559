"""Versions of the settings: who changed what, from which text to which, and whether the box ran with it."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from edge.core.errors import FinalError
from edge.store.journal import Tx

WAITING, APPLIED, KEPT, CANCELLED, REVERTED = "waiting", "applied", "kept", "cancelled", "reverted"
FORM, UNDO, HAND = "form", "undo", "hand"
IN_EFFECT = (APPLIED, KEPT)


@dataclass(frozen=True, slots=True)
class NewVersion:
    """One change of the file. ``changes`` are rows for people, ``lines`` the lines of the file, without secrets."""

    id: str
    kind: str
    title: str
    note: str
    before_sha: str
    after_sha: str
    changes: Sequence[dict[str, str | None]]
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it stands."""

    seq: int
    id: str
    state: str
    before_sha: str
    after_sha: str


def add_version(tx: Tx, new: NewVersion, user: str, role: str, state: str = WAITING) -> Version:
    """Keep it with its deed; the same press again is the same version. Raises FinalError while another one waits."""
    if known := version_of_press(tx.connection, new.id):
        return known
    if waiting_version(tx.connection) is not None:
        raise FinalError("Một thay đổi khác đang chờ loa phát xong để áp dụng. Hãy đợi, hoặc huỷ thay đổi ấy.")
    seq = tx.run(
        "INSERT INTO settings_version (id, kind, state, title, note, before_sha, after_sha, changes, lines, by_user,"
        " by_role, made_at_ms, changed_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(new.id, new.kind, state, new.title, new.note, new.before_sha, new.after_sha),
        *(json.dumps(list(new.changes), ensure_ascii=False), json.dumps(list(new.lines), ensure_ascii=False)),
        *(user, role, tx.now.at_ms, tx.now.at_ms),
    ).lastrowid
    tx.deed(user, role, f"settings.{new.kind}", f"{seq} {new.title} {new.after_sha[:12]}")
    return Version(int(seq or 0), new.id, state, new.before_sha, new.after_sha)


def move_version(tx: Tx, seq: int, state: str, user: str, role: str, reason: str = "") -> None:
    """What became of a version, with its deed."""
    tx.run(
        "UPDATE settings_version SET state = ?, reason = ?, changed_at_ms = ? WHERE seq = ?",
        *(state, reason, tx.now.at_ms, seq),
    )
    tx.deed(user, role, f"settings.{state}", f"{seq} {reason}".strip())


def version_of_press(connection: sqlite3.Connection, press: str) -> Version | None:
    """The version that this press of a button made."""
    return _one(connection, "id = ?", press)


def waiting_version(connection: sqlite3.Connection) -> Version | None:
    """The one that waits to be applied."""
    return _one(connection, "state = ?", WAITING)


def newest_in_effect(connection: sqlite3.Connection) -> Version | None:
    """The last one that the box was started with."""
    return _one(connection, "state IN (?, ?) ORDER BY seq DESC LIMIT 1", *IN_EFFECT)


def get_version(connection: sqlite3.Connection, seq: int) -> Version:
    """Raises FinalError when there is none."""
    found = _one(connection, "seq = ?", seq)
    if found is None:
        raise FinalError("Không có bản cấu hình này.")
    return found


def _one(connection: sqlite3.Connection, where: str, *values: object) -> Version | None:
    sql = f"SELECT seq, id, state, before_sha, after_sha FROM settings_version WHERE {where}"  # noqa: S608 - our own
    row = connection.execute(sql, values).fetchone()
    return Version(*row) if row else None
