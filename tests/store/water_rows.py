"""A row in every table of rivers, phones and people."""

from edge.store.journal import Tx


def water_kept(tx: Tx) -> None:
    """A web push subscription."""
    tx.run("INSERT INTO person_address VALUES ('chu-tich', 'push', '{}', 1790000000000)")
