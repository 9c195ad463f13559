"""A row in every table of rivers, phones and people."""

from edge.core.moment import AtMs
from edge.core.place import StationId
from edge.core.sensing import Quality, Reading, Source
from edge.store.journal import Tx
from edge.store.readings import HandNote, add_reading


def water_kept(tx: Tx) -> None:
    """A web push subscription, and a reading that somebody took."""
    tx.run("INSERT INTO person_address VALUES ('chu-tich', 'push', '{}', 1790000000000)")
    at_ms = AtMs(1_790_000_000_000)
    reading = Reading(StationId("ho"), "level", 20.9, "m", at_ms, Quality.GOOD, at_ms, Source.HAND, "lan")
    add_reading(tx, reading, HandNote("00000000-0000-4000-8000-000000000001", "thước cột 2", None))


def field_kept(tx: Tx) -> None:
    """A press, a report and a photo, of an incident that the village has."""
    where = "'dong', 17.2, 106.8, 12.0, 1, 2"
    tx.run(f"INSERT INTO incident_act VALUES ('a-1', '1-900', 'coming', 'Lan', 'lan', 'Đang đến', {where})")
    tx.run(f"INSERT INTO hamlet_report VALUES ('r-1', '1-900', 'fire', 'Lan', 'lan', '', {where})")
    tx.run("INSERT INTO incident_photo VALUES ('p-1', '1-900', 'a-1', 'Lan', 'photos/p-1.jpg', 'x', 1, 2)")
