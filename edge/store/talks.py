"""Talks and relays as rows: who spoke, or what was relayed, and why it ended. Its order and reports stand apart."""

from dataclasses import dataclass

from edge.store.journal import Tx

MICROPHONE, RELAY = "microphone", "relay"


@dataclass(frozen=True, slots=True)
class TalkRow:
    """``id`` is the press of the button, or a relay's own; ``source`` is empty for a microphone."""

    id: str
    kind: str
    source: str
    stream: str
    order: str
    by_user: str


def add_talk(tx: Tx, talk: TalkRow) -> None:
    """It begins."""
    tx.run(
        "INSERT INTO talk (id, kind, source, stream, horn_order, by_user, began_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
        talk.id,
        talk.kind,
        talk.source,
        talk.stream,
        talk.order,
        talk.by_user,
        tx.now.at_ms,
    )


def end_talk(tx: Tx, talk: str, why: str) -> None:
    """It ended; the first reason stays."""
    tx.run("UPDATE talk SET ended_at_ms = ?, why = ? WHERE id = ? AND ended_at_ms IS NULL", tx.now.at_ms, why, talk)


def end_all_talks(tx: Tx, why: str) -> None:
    """Those of an earlier life ended with it."""
    tx.run("UPDATE talk SET ended_at_ms = ?, why = ? WHERE ended_at_ms IS NULL", tx.now.at_ms, why)


def is_known(tx: Tx, talk: str) -> bool:
    """Whether this press began a talk already."""
    return tx.row("SELECT 1 FROM talk WHERE id = ?", talk) is not None
