"""Rows of the outbox's own tables: what was not queued, and a field that was held back."""

from edge.store.dead_letters import note_withheld
from edge.store.journal import Tx
from edge.store.outbox import LANE_TELEMETRY
from edge.store.outbox_room import count_unqueued


def outbox_kept(tx: Tx) -> None:
    """One of each."""
    count_unqueued(tx.connection, LANE_TELEMETRY, tx.now.at_ms)
    note_withheld(tx.connection, [("reading.taken", "note")], tx.now.at_ms)
