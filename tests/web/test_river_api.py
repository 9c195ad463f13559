"""What the page of the river asks for, from a store that has grown for long."""

import sqlite3
from pathlib import Path

from edge.store.schema import open_writer
from tests.web.paper_commune import now_ms
from tests.web.stage import settings_in
from tests.web.visitor import Visitor
from web.app import create_app
from web.river import NEWEST
from web.settings import ShownGauge

MINUTE_MS = 60_000
QUANTITIES = ("battery", "level", "rain")


def grown(folder: Path, rows: int) -> sqlite3.Connection:
    """A reading of each quantity every minute until now, and another station beside."""
    store = open_writer(folder / "molang.db")
    told = [
        ("song", quantity, now_ms() - step * MINUTE_MS, step / 100, "m", "good")
        for quantity in QUANTITIES
        for step in range(rows)
    ]
    sql = "INSERT INTO reading (station, quantity, at_ms, value, unit, quality) VALUES (?, ?, ?, ?, ?, ?)"
    store.execute("BEGIN")
    store.executemany(sql, [*told, ("tram", "wind", now_ms(), 3.0, "m/s", "good")])
    store.execute("COMMIT")
    return store


def test_the_newest_reading_of_each_quantity_is_shown_and_no_other_stations(folder: Path) -> None:
    grown(folder, 5).close()
    gauges = (ShownGauge(id="song", name="sông Minh"), ShownGauge(id="ho", name="hồ Minh"))
    answer = Visitor(create_app(settings_in(folder, gauges=gauges)), "duty").get("/api/river").get_json()
    river, lake = answer["stations"]
    assert (river["level"]["quantity"], river["level"]["value"]) == ("level", 0.0)
    assert [row["quantity"] for row in river["others"]] == ["battery", "rain"]
    assert (lake["level"], lake["others"], lake["trust"]) == (None, [], "never")


def test_the_newest_readings_are_found_without_walking_through_years_of_them(folder: Path) -> None:
    store = grown(folder, 20_000)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    store.set_progress_handler(count, 100)
    assert len(store.execute(NEWEST, ("song",)).fetchall()) == len(QUANTITIES)
    store.set_progress_handler(None, 0)
    assert steps < 10, f"{steps} x 100 steps of SQLite's machine for {len(QUANTITIES)} rows"
    store.close()
