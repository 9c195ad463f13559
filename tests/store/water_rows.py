"""A row in every table of rivers, phones and people."""

from edge.store.journal import Tx


def water_kept(tx: Tx) -> None:
    """A web push subscription."""
    tx.run("INSERT INTO person_address VALUES ('chu-tich', 'push', '{}', 1790000000000)")


def field_kept(tx: Tx) -> None:
    """A press, a report and a photo, of an incident that the village has."""
    where = "'dong', 17.2, 106.8, 12.0, 1, 2"
    tx.run(f"INSERT INTO incident_act VALUES ('a-1', '1-900', 'coming', 'Lan', 'lan', 'Đang đến', {where})")
    tx.run(f"INSERT INTO hamlet_report VALUES ('r-1', '1-900', 'fire', 'Lan', 'lan', '', {where})")
    tx.run("INSERT INTO incident_photo VALUES ('p-1', '1-900', 'a-1', 'Lan', 'photos/p-1.jpg', 'x', 1, 2)")
