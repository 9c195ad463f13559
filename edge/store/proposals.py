"""Rows of what the province proposes and people of the commune decide; and of the film it asks for."""

from dataclasses import dataclass
from typing import Any

from edge.core.errors import FinalError
from edge.store.journal import Tx
from edge.store.outbox import LANE_RESULT

MOST_OPEN = 100
"""Nobody reads more; a province that sends ever on is told so."""
MOST_WISHES = 50
LIST_PROPOSALS = (
    "SELECT id, kind, title, state, made_at_ms, decided_at_ms, decided_by FROM province_proposal"
    " ORDER BY state = 'open' DESC, made_at_ms DESC LIMIT 100"
)
SHOW_PROPOSAL = "SELECT * FROM province_proposal WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Proposal:
    """``body`` is what is proposed, as text; ``diff`` what it would change, for people."""

    id: str
    kind: str
    title: str
    body: str
    diff: str = ""
    state: str = "open"


def add_proposal(tx: Tx, one: Proposal) -> None:
    """Keep it for people; raises FinalError when too many wait already."""
    (waiting,) = tx.row("SELECT count(*) FROM province_proposal WHERE state = 'open'") or (0,)
    if waiting >= MOST_OPEN:
        raise FinalError(f"Đã có {waiting} đề nghị chờ xã xem, không nhận thêm.")
    tx.run(
        "INSERT INTO province_proposal (id, kind, title, body, diff, state, made_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
        one.id,
        one.kind,
        one.title,
        one.body,
        one.diff,
        "open",
        tx.now.at_ms,
    )


def get_proposal(tx: Tx, name: str) -> Proposal:
    """The proposal; raises FinalError when it is unknown."""
    row = tx.row("SELECT id, kind, title, body, diff, state FROM province_proposal WHERE id = ?", name)
    if row is None:
        raise FinalError("Không có đề nghị này.")
    return Proposal(*row)


def decide_proposal(tx: Tx, name: str, state: str, user: str, note: str) -> None:
    """A person has decided; the province hears what, but neither who nor why (L8). Raises FinalError when decided."""
    changed = tx.run(
        "UPDATE province_proposal SET state = ?, decided_at_ms = ?, decided_by = ?, note = ?"
        " WHERE id = ? AND state = 'open'",
        state,
        tx.now.at_ms,
        user,
        note,
        name,
    ).rowcount
    if not changed:
        raise FinalError("Đề nghị này đã được quyết định rồi.")
    tx.event(LANE_RESULT, f"proposal.{state}", name, {})


def add_wish(tx: Tx, command: str, wanted: str, since_ms: int, until_ms: int) -> None:
    """The province asks for this film; raises FinalError when too many wait."""
    (waiting,) = tx.row("SELECT count(*) FROM media_wish WHERE state = 'waiting'") or (0,)
    if waiting >= MOST_WISHES:
        raise FinalError(f"Đã có {waiting} đoạn phim chờ gửi, không nhận thêm.")
    tx.run(
        "INSERT INTO media_wish VALUES (?, ?, ?, ?, 'waiting', ?)", command, wanted, since_ms, until_ms, tx.now.at_ms
    )


def is_recorded(tx: Tx, wanted: str) -> bool:
    """Whether an incident of this id is known; of cameras the settings know."""
    kind, _, name = wanted.partition("/")
    found: tuple[Any, ...] | None = tx.row("SELECT 1 FROM incident WHERE id = ?", name)
    return kind != "incident" or found is not None
