"""Accounts and sessions in the store. Whoever changes one writes the deed in the same transaction."""

import json
from dataclasses import dataclass
from typing import Any

from edge.core.account import DEVICE_LIFE_MS, MOST_DEVICES, MOST_SESSIONS
from edge.core.policy.rights import Role
from edge.store.journal import Tx

_COLUMNS = "id, login, name, role, cameras, password, must_change, code_secret, code_step, recovery, active"


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account, its secrets as they are stored."""

    id: str
    login: str
    name: str
    role: Role
    cameras: tuple[str, ...] | None
    password: str
    must_change: bool
    code_secret: bytes | None
    code_step: int
    recovery: tuple[str, ...]
    active: bool


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session and its account."""

    id: str
    proved: bool
    until_ms: int
    seen_at_ms: int
    account: AccountRow


@dataclass(frozen=True, slots=True)
class NewSession:
    """What is known when somebody comes in; ``token`` is already hashed."""

    token: str
    id: str
    account: str
    address: str
    agent: str
    until_ms: int


def account_by(tx: Tx, column: str, value: str) -> AccountRow | None:
    """The account with this ``id`` or ``login``."""
    assert column in {"id", "login"}
    row = tx.row(f"SELECT {_COLUMNS} FROM account WHERE {column} = ?", value)  # noqa: S608 - one of two words
    return _account(row) if row else None


def accounts(tx: Tx) -> list[AccountRow]:
    """All of them, by name."""
    return [_account(row) for row in tx.run(f"SELECT {_COLUMNS} FROM account ORDER BY name")]  # noqa: S608


def add_account(tx: Tx, row: AccountRow) -> None:
    """A new account."""
    values = (*_values(row), tx.now.at_ms, tx.now.at_ms)
    tx.run(f"INSERT INTO account ({_COLUMNS}, made_at_ms, changed_at_ms) VALUES ({', '.join('?' * 13)})", *values)  # noqa: S608


def put_account(tx: Tx, row: AccountRow) -> None:
    """Its new state; the login and the name stay for ever."""
    names = ("role", "cameras", "password", "must_change", "code_secret", "code_step", "recovery", "active")
    sets = ", ".join(f"{name} = ?" for name in names)
    changed = "changed_at_ms = CASE WHEN password = ? THEN changed_at_ms ELSE ? END"
    values = _values(row)[3:]
    tx.run(f"UPDATE account SET {changed}, {sets} WHERE id = ?", row.password, tx.now.at_ms, *values, row.id)  # noqa: S608


def begin_session(tx: Tx, new: NewSession) -> None:
    """Somebody comes in; when there are too many, the oldest goes, and first of all those that gave no code yet.

    So whoever has only the password cannot push out its owner, who has the app too.
    """
    now_ms = tx.now.at_ms
    tx.run(
        "INSERT INTO session VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?)",
        *(new.token, new.id, new.account, new.address, new.agent, now_ms, now_ms, new.until_ms),
    )
    tx.run(
        "DELETE FROM session WHERE account = ? AND token NOT IN"
        " (SELECT token FROM session WHERE account = ?"
        " ORDER BY token = ? DESC, proved DESC, began_at_ms DESC, rowid DESC LIMIT ?)",
        *(new.account, new.account, new.token, MOST_SESSIONS),
    )


def session_by_token(tx: Tx, token: str) -> SessionRow | None:
    """The session with this hashed token, whether its time is over or not."""
    row = tx.row("SELECT id, proved, until_ms, seen_at_ms, account FROM session WHERE token = ?", token)
    return _session(tx, row) if row else None


def session_by_id(tx: Tx, name: str) -> SessionRow | None:
    """The session with this public id."""
    row = tx.row("SELECT id, proved, until_ms, seen_at_ms, account FROM session WHERE id = ?", name)
    return _session(tx, row) if row else None


def prove_session(tx: Tx, name: str) -> None:
    """A code was given in it."""
    tx.run("UPDATE session SET proved = 1 WHERE id = ?", name)


def see_session(tx: Tx, name: str) -> None:
    """Somebody used it just now."""
    tx.run("UPDATE session SET seen_at_ms = ? WHERE id = ?", tx.now.at_ms, name)


def end_session(tx: Tx, name: str) -> bool:
    """One session is over; whether there was one."""
    return tx.run("DELETE FROM session WHERE id = ?", name).rowcount > 0


def end_sessions(tx: Tx, account: str, but: str = "") -> int:
    """All of an account are over but that one, and no device is known any more; how many were."""
    tx.run("DELETE FROM known_device WHERE account = ?", account)
    return tx.run("DELETE FROM session WHERE account = ? AND id <> ?", account, but).rowcount


def is_known_device(tx: Tx, account: str, device: str) -> bool:
    """Whether this account came in wholly on this device (hashed), and nothing ended that since."""
    return tx.row("SELECT 1 FROM known_device WHERE account = ? AND device = ?", account, device) is not None


def know_device(tx: Tx, account: str, device: str) -> None:
    """The account came in wholly here; the oldest of too many is forgotten."""
    tx.run("INSERT OR REPLACE INTO known_device VALUES (?, ?, ?)", account, device, tx.now.at_ms)
    tx.run(
        "DELETE FROM known_device WHERE account = ? AND device NOT IN"
        " (SELECT device FROM known_device WHERE account = ? ORDER BY seen_at_ms DESC, device LIMIT ?)",
        *(account, account, MOST_DEVICES),
    )


def forget_old_sessions(tx: Tx) -> int:
    """Those whose time is over; how many. Devices that nobody used for long go with them."""
    tx.run("DELETE FROM known_device WHERE seen_at_ms < ?", tx.now.at_ms - DEVICE_LIFE_MS)
    return tx.run("DELETE FROM session WHERE until_ms <= ?", tx.now.at_ms).rowcount


def sessions_of(tx: Tx, account: str) -> list[dict[str, Any]]:
    """The sessions of an account that hold, newest first: id, address, agent, began_at_ms, seen_at_ms, until_ms."""
    names = ("id", "address", "agent", "began_at_ms", "seen_at_ms", "until_ms")
    question = f"SELECT {', '.join(names)} FROM session WHERE account = ? AND until_ms > ? ORDER BY began_at_ms DESC"  # noqa: S608
    return [dict(zip(names, row, strict=True)) for row in tx.run(question, account, tx.now.at_ms)]


def _session(tx: Tx, row: tuple[Any, ...]) -> SessionRow | None:
    account = account_by(tx, "id", row[4])
    return SessionRow(row[0], bool(row[1]), row[2], row[3], account) if account else None


def _account(row: tuple[Any, ...]) -> AccountRow:
    name, login, shown, role, cameras, password, must_change, secret, step, recovery, active = row
    seen = None if cameras is None else tuple(json.loads(cameras))
    paper = tuple(json.loads(recovery))
    return AccountRow(
        name, login, shown, Role(role), seen, password, bool(must_change), secret, step, paper, bool(active)
    )


def _values(row: AccountRow) -> tuple[Any, ...]:
    cameras = None if row.cameras is None else json.dumps(row.cameras)
    return (
        *(row.id, row.login, row.name, row.role.value, cameras, row.password, int(row.must_change)),
        *(row.code_secret, row.code_step, json.dumps(row.recovery), int(row.active)),
    )
