"""Rows of the province's commands: each with what became of it, in the transaction of its deed."""

from dataclasses import dataclass

from edge.core.errors import FinalError
from edge.store.journal import Tx
from edge.store.outbox import LANE_RESULT

MOST_FORGERIES = 500
"""Different ones that are remembered one by one; of more only the counts go up."""


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A genuine command as it came. ``digest`` is the sha256 of the signed text ``body``."""

    id: str
    seq: int
    kind: str
    digest: str
    body: str
    nbf_ms: int
    exp_ms: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command: done or refused, a word for machines, a sentence for people."""

    done: bool
    outcome: str
    detail: str = ""

    @property
    def state(self) -> str:
        """As it is kept."""
        return "done" if self.done else "refused"


def keep_outcome(tx: Tx, row: CommandRow, told: Outcome) -> None:
    """It is over, and the province hears of it on lane 1. Raises FinalError when it was over before."""
    if keep_row(tx, row, told.state, told) == 0:
        changed = tx.run(
            "UPDATE province_command SET state = ?, outcome = ?, detail = ?, changed_at_ms = ?"
            " WHERE id = ? AND digest = ? AND state = 'waits'",
            told.state,
            told.outcome,
            told.detail,
            tx.now.at_ms,
            row.id,
            row.digest,
        ).rowcount
        if not changed:
            raise FinalError("Lệnh này đã xong rồi.")
    data = {"kind": row.kind, "seq": row.seq, "outcome": told.outcome}
    tx.event(LANE_RESULT, f"command.{told.state}", row.id, data if told.done else data | {"reason": told.detail})


def keep_waiting(tx: Tx, row: CommandRow) -> None:
    """Its time has not come yet."""
    keep_row(tx, row, "waits", Outcome(done=False, outcome="waits"))


def keep_row(tx: Tx, row: CommandRow, state: str, told: Outcome) -> int:
    """1 when this is new, 0 when there is such a command or such a number."""
    return tx.run(
        "INSERT OR IGNORE INTO province_command (id, seq, kind, digest, body, nbf_ms, exp_ms, state, outcome, detail,"
        " came_at_ms, changed_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id,
        row.seq,
        row.kind,
        row.digest,
        row.body,
        row.nbf_ms,
        row.exp_ms,
        state,
        told.outcome,
        told.detail,
        tx.now.at_ms,
        tx.now.at_ms,
    ).rowcount


def known_as(tx: Tx, row: CommandRow) -> str:
    """Whether exactly this came before.

    ``same``: it did and is over; ``waits``: it waits; ``other``: its id or number is another command's; "": it is new.
    """
    found = tx.run("SELECT id, digest, state FROM province_command WHERE id = ? OR seq = ?", row.id, row.seq).fetchall()
    if not found:
        return ""
    if len(found) > 1 or found[0][:2] != (row.id, row.digest):
        return "other"
    return "waits" if found[0][2] == "waits" else "same"


def waiting_bodies(tx: Tx) -> list[str]:
    """Signed texts whose time has come, or is over, by rising number."""
    return [row[0] for row in tx.run("SELECT body FROM province_command WHERE state = 'waits' ORDER BY seq LIMIT 50")]


def last_seq(tx: Tx) -> int:
    """The highest number of a genuine command that came; 0 for none."""
    row = tx.row("SELECT max(seq) FROM province_command")
    return int(row[0]) if row and row[0] is not None else 0


def count_refusal(tx: Tx, reason: str) -> None:
    """One more of this kind."""
    tx.run(
        "INSERT INTO command_count VALUES (?1, 1, ?2) ON CONFLICT (reason)"
        " DO UPDATE SET times = times + 1, last_at_ms = ?2",
        reason,
        tx.now.at_ms,
    )


def keep_forgery(tx: Tx, digest: str, reason: str, detail: str) -> bool:
    """Something came that is no genuine command for this box; True the first time, when the province is told."""
    count_refusal(tx, reason)
    now = tx.now.at_ms
    if tx.run("UPDATE command_forgery SET times = times + 1, last_at_ms = ? WHERE digest = ?", now, digest).rowcount:
        return False
    (kept,) = tx.row("SELECT count(*) FROM command_forgery") or (0,)
    if kept >= MOST_FORGERIES:
        return False
    tx.run("INSERT INTO command_forgery VALUES (?, ?, 1, ?, ?)", digest, reason, now, now)
    tx.event(LANE_RESULT, "command.refused", digest[:16], {"outcome": reason, "reason": detail})
    return True
