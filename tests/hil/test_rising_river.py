"""The river of the stories: slow enough to be believed, high enough to matter."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from edge.core.forecast import History, Outlook, Point, predict, series
from edge.core.forecast.default import default_model
from hil import place
from hil.devices import Plan, River
from hil.rising_river import REAL_HOURS_PER_S, keep_the_day, wave_age_h

LEVEL_M = place.BAO_DONG_M[0]


@pytest.mark.parametrize("reaches_s", [30.0, 90.0])
def test_the_wave_reaches_the_level_when_it_was_asked_to(reaches_s: float) -> None:
    river = River(Plan((), hours_per_s=REAL_HOURS_PER_S, wave_h=wave_age_h(reaches_s)))
    assert LEVEL_M - 0.02 < river.level_m() < LEVEL_M + 0.02


def test_a_forecast_believes_the_day_that_is_kept(tmp_path: Path) -> None:
    keep_the_day(tmp_path / "molang.db", wave_age_h(30.0))
    with closing(sqlite3.connect(tmp_path / "molang.db")) as database:
        rows = database.execute("SELECT at_ms, value, came_at_ms FROM reading ORDER BY at_ms").fetchall()
    assert len(rows) == 144
    known = History(series([Point(*row) for row in rows]), series(()), series(()), ())
    outlook = predict(default_model(), known, time.time_ns() // 1_000_000, levels_m=place.BAO_DONG_M)
    assert isinstance(outlook, Outlook)
    assert outlook.rate_m_h > 0.2
    assert outlook.next_level == LEVEL_M
