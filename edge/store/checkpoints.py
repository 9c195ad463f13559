"""Signed statements of how far the audit log goes: whoever writes it anew afterwards has to forge them too.

Each names the one before it, and each goes to the province, where nobody on the box can change it.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from edge.kernel.statement import Statement, StatementKey
from edge.store.audit import GENESIS
from edge.store.journal import Tx
from edge.store.outbox import LANE_RESULT

VERSION = 1
EVENT = "audit.checkpointed"
EVERY_LINES = 100
EVERY_MS = 3_600_000
"""With new lines: what was written since the last statement is protected by the chain alone."""
AT_LEAST_EVERY_MS = 86_400_000
"""Without new lines too: it says that nothing was cut off at the end."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One statement: line ``seq`` had this ``chain``. ``previous`` is the sha256 of the statement before it."""

    number: int
    seq: int
    chain: str
    previous: str
    at_ms: int
    statement: Statement


def add_checkpoint(tx: Tx, key: StatementKey, box: str) -> bool:
    """Sign how far the log goes now, if it is time for it; in the same transaction it goes to the outbox."""
    head = tx.row("SELECT seq, chain FROM audit ORDER BY seq DESC LIMIT 1") or (0, GENESIS)
    found = tx.row("SELECT number, body, key_id, sig FROM audit_checkpoint ORDER BY number DESC LIMIT 1")
    last = parse(Statement(*found[1:])) if found else None
    if last is not None and not _is_time(head[0] - last.seq, tx.now.at_ms - last.at_ms):
        return False
    number = found[0] + 1 if found else 1
    body = json.dumps(
        {
            "v": VERSION,
            "box": box,
            "number": number,
            "seq": head[0],
            "chain": head[1],
            "previous": digest(found[1]) if found else GENESIS,
            "at_ms": tx.now.at_ms,
        },
        sort_keys=True,
    )
    said = key.sign(body)
    tx.run(
        "INSERT INTO audit_checkpoint (number, body, key_id, sig) VALUES (?, ?, ?, ?)",
        number,
        said.body,
        said.key_id,
        said.sig,
    )
    tx.event(LANE_RESULT, EVENT, str(number), {"body": said.body, "key_id": said.key_id, "sig": said.sig})
    return True


def statements(connection: sqlite3.Connection) -> Iterator[tuple[int, Statement]]:
    """All of them with the number of their row, in order."""
    for number, *fields in connection.execute("SELECT number, body, key_id, sig FROM audit_checkpoint ORDER BY number"):
        yield int(number), Statement(*fields)


def parse(statement: Statement) -> Checkpoint | None:
    """What a statement says; None when its body is none of ours."""
    try:
        said = json.loads(statement.body)
        if said["v"] != VERSION:
            return None
        return Checkpoint(
            int(said["number"]),
            int(said["seq"]),
            str(said["chain"]),
            str(said["previous"]),
            int(said["at_ms"]),
            statement,
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def digest(body: str) -> str:
    """How the next statement names this one."""
    return hashlib.sha256(body.encode()).hexdigest()


def _is_time(lines: int, ms: int) -> bool:
    """A clock that was set back makes one too many, never one too few."""
    age_ms = abs(ms)
    return lines >= EVERY_LINES or (lines > 0 and age_ms >= EVERY_MS) or age_ms >= AT_LEAST_EVERY_MS
