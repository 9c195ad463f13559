"""Items of source-information systems: what became of each, and which plays the source was told of."""

from collections.abc import Sequence
from dataclasses import dataclass

from edge.store.bulletins import get_bulletin, set_state
from edge.store.journal import Tx

DRAFTED, REFUSED, EXPIRED = "drafted", "refused", "expired"
LIVING = frozenset({"draft", "rendering", "unread", "ready", "approved", "failed"})
"""States of a draft that was not aired: when its item expires it is taken back."""
MOST_TOLD = 200


@dataclass(frozen=True, slots=True)
class SourceItem:
    """An item as it was taken in."""

    source: str
    item: str
    origin: str
    state: str
    reason: str
    bulletin: str | None
    until_ms: int


@dataclass(frozen=True, slots=True)
class Play:
    """How one airing of an item ended at one horn."""

    item: str
    order: str
    horn: str
    outcome: str
    began_ms: int
    played_ms: int


def is_known(tx: Tx, source: str, item: str) -> bool:
    """Whether this item came before."""
    return tx.row("SELECT 1 FROM source_item WHERE source = ? AND item = ?", source, item) is not None


def keep_item(tx: Tx, item: SourceItem) -> None:
    """Write down what became of it; the first word counts."""
    tx.run(
        "INSERT OR IGNORE INTO source_item (source, item, origin, state, reason, bulletin, until_ms, received_at_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        item.source,
        item.item,
        item.origin,
        item.state,
        item.reason,
        item.bulletin,
        item.until_ms,
        tx.now.at_ms,
    )


def take_back_expired(tx: Tx) -> list[str]:
    """Drafts whose item is no longer valid and that never went on air: returned. Their ids."""
    rows = tx.run(
        "SELECT source, item, bulletin FROM source_item WHERE state = ? AND until_ms <= ? AND bulletin IS NOT NULL",
        DRAFTED,
        tx.now.at_ms,
    ).fetchall()
    gone = []
    for source, item, bulletin in rows:
        if get_bulletin(tx, bulletin).state in LIVING:
            set_state(tx, bulletin, "returned", "Tin của nguồn đã hết hạn.")
            gone.append(str(bulletin))
        tx.run("UPDATE source_item SET state = ? WHERE source = ? AND item = ?", EXPIRED, source, item)
    return gone


def untold_plays(tx: Tx, source: str) -> list[Play]:
    """Plays of this source's items whose reports are all in, and that it was not told of."""
    rows = tx.run(
        "SELECT i.item, o.id, r.horn, r.outcome, max(o.made_at_ms, o.at_ms), coalesce(r.played_ms, 0)"
        " FROM source_item i JOIN horn_order o ON o.bulletin = i.bulletin AND o.op = 'play'"
        " JOIN horn_report r ON r.horn_order = o.id WHERE i.source = ?"
        " AND NOT EXISTS (SELECT 1 FROM source_told t WHERE t.source = i.source AND t.horn_order = o.id)"
        " AND NOT EXISTS (SELECT 1 FROM horn_report w WHERE w.horn_order = o.id AND w.outcome IS NULL)"
        " ORDER BY o.id, r.horn LIMIT ?",
        source,
        MOST_TOLD,
    )
    return [Play(*row) for row in rows]


def note_told(tx: Tx, source: str, orders: Sequence[str]) -> None:
    """It has taken these."""
    for order in orders:
        tx.run("INSERT OR IGNORE INTO source_told (source, horn_order) VALUES (?, ?)", source, order)
