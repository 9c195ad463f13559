import sqlite3
from pathlib import Path

import pytest

from edge.core.errors import FinalError
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.store.journal import Journal, Tx
from edge.vision.watchman import Watchman
from tests.incidents.bench import CAMERA, a_desk, seen


def at(steady: float) -> Moment:
    return Moment(AtMs(1_790_000_000_000), Steady(steady), ClockState.SYNCED)


async def no_picture(camera: str, incident: str, track: int) -> None:
    return


async def subjects(journal: Journal, state: str) -> list[str]:
    rows = await journal.record(
        lambda tx: tx.run("SELECT subject FROM incident WHERE state = ? ORDER BY 1", state).fetchall()
    )
    return [row[0].rpartition("/")[2] for row in rows]


def refuse_kho(tx: Tx) -> None:
    tx.run(
        "CREATE TEMP TRIGGER torn BEFORE INSERT ON incident WHEN NEW.subject LIKE '%/kho'"
        " BEGIN SELECT RAISE(ABORT, 'disk'); END"
    )


async def test_what_could_be_stored_is_not_opened_again_because_of_what_could_not(tmp_path: Path) -> None:
    desk, journal = await a_desk(tmp_path / "a.db")
    watchman = Watchman(CAMERA, {}, desk, no_picture)
    await journal.record(refuse_kho)
    for steady in (1.0, 2.0):
        with pytest.raises(FinalError):
            await watchman.see(seen("san", "kho", steady=steady), at(steady))
    assert await subjects(journal, "open") == ["san"]
    await journal.record(lambda tx: tx.run("DROP TRIGGER torn"))
    await watchman.see(seen("san", "kho", steady=3.0), at(3.0))
    await watchman.see(seen("san", "kho", steady=4.0), at(4.0))
    assert await subjects(journal, "open") == ["kho", "san"]
    assert await subjects(journal, "closed") == []
    alerts = sqlite3.connect(tmp_path / "a.db").execute("SELECT count(*) FROM alert").fetchone()
    assert alerts == (2,)
    journal.close()


async def test_after_a_restart_a_zone_with_an_open_incident_is_watched_on_and_ends_once(tmp_path: Path) -> None:
    desk, journal = await a_desk(tmp_path / "a.db")
    await Watchman(CAMERA, {}, desk, no_picture).see(seen("san"), at(1.0))
    again = Watchman(CAMERA, {}, desk, no_picture)
    again.resume(await desk.open_subjects(), at(10.0))
    await again.see(seen("san", steady=11.0), at(11.0))
    assert await subjects(journal, "open") == ["san"]
    await again.see(None, at(60.0))
    assert (await subjects(journal, "open"), await subjects(journal, "closed")) == ([], ["san"])
    journal.close()
