"""Rows of the uplink: bytes of a way, what the province confirmed, a stick."""

from edge.store.journal import Tx
from edge.store.sticks import finish_stick, note_stick
from edge.store.uplink import Use, add_use, confirm, note_contact, waiting_in


def uplink_kept(tx: Tx) -> None:
    """One of each."""
    add_use(tx.connection, "2026-11", {"4G": Use(1_000, 300)})
    first = waiting_in(tx.connection, {0, 1, 2, 3}, 1)
    confirm(tx.connection, [one.id for one in first], tx.now.at_ms)
    note_contact(tx.connection, tx.now.at_ms)
    note_stick(tx.connection, "0" * 32, tx.now.at_ms, 1)
    finish_stick(tx.connection, "0" * 32, tx.now.at_ms)
