import dataclasses
import sqlite3
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.config.schema import Zone
from edge.core.errors import FinalError
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.incidents.desk import LONGEST_CLIP_MS
from edge.store.incidents import keep_clip
from edge.store.journal import Journal, Tx
from edge.vision.watchman import Watchman
from tests.incidents.bench import CAMERA, LEFT, RIGHT, Films, a_desk, seen, walking


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


GRAVE = replace(
    CAMERA,
    zone=(
        Zone(id="san", name="Sân kho", polygon=LEFT),
        Zone(id="kho", name="Kho thóc", polygon=RIGHT, severity="extreme", template="la"),
    ),
)


async def test_a_story_that_becomes_graver_is_told_again_and_speaks(tmp_path: Path) -> None:
    desk, journal = await a_desk(tmp_path / "a.db")
    watchman = Watchman(GRAVE, {}, desk, no_picture)
    await watchman.see(walking(0.4, 1.0), at(1.0))
    await watchman.see(walking(0.6, 2.0), at(2.0))
    rows = await journal.record(
        lambda tx: tx.run("SELECT subject, severity, title, camera, rule, rule_kind, label FROM incident").fetchall()
    )
    assert rows == [
        ("camera/cam/san", "extreme", "Có người ở Kho thóc (Cổng)", "cam", "san", "enter", "person")
    ]  # fmt: skip
    texts = await journal.record(lambda tx: tx.run("SELECT text FROM alert ORDER BY id").fetchall())
    assert [text.split(",")[0] for (text,) in texts] == ["CÓ NGƯỜI: Sân kho", "CÓ NGƯỜI: Kho thóc"]
    assert await journal.record(lambda tx: tx.run("SELECT template FROM announcement").fetchall()) == [("la",)]
    journal.close()


async def test_what_a_person_closed_is_not_opened_again_while_the_same_one_stays(tmp_path: Path) -> None:
    desk, journal = await a_desk(tmp_path / "a.db")
    watchman = Watchman(CAMERA, {}, desk, no_picture)
    await watchman.see(seen("san"), at(1.0))
    (number,) = (await desk.open_subjects()).values()
    assert await desk.close_by_hand(number, "Là người nhà.", "lan", "duty")
    for steady in range(2, 60):
        await watchman.see(seen("san", steady=steady), at(steady))
    await watchman.see(None, at(100.0))
    assert (await subjects(journal, "open"), await subjects(journal, "closed")) == ([], ["san"])
    await watchman.see(seen("san", steady=101.0), at(101.0))
    assert await subjects(journal, "open") == ["san"]
    journal.close()


async def test_an_incident_of_a_rule_that_the_config_lost_is_not_left_open(tmp_path: Path) -> None:
    desk, journal = await a_desk(tmp_path / "a.db")
    await Watchman(CAMERA, {}, desk, no_picture).see(seen("san", "kho"), at(1.0))
    fewer = Watchman(replace(CAMERA, zone=CAMERA.zone[1:]), {}, desk, no_picture)
    assert fewer.resume(await desk.open_subjects(), at(2.0)) == ("camera/cam/san",)
    journal.close()


async def test_a_film_is_cut_around_the_incident_and_of_a_long_one_around_its_beginning(tmp_path: Path) -> None:
    films = Films()
    desk, journal = await a_desk(tmp_path / "a.db", films)
    watchman = Watchman(CAMERA, {}, desk, no_picture)
    await watchman.see(seen("san"), at(1.0))
    await watchman.see(None, at(60.0))
    (film,) = films.wanted
    began_ms = 1_790_000_000_000
    assert film[1:] == ("cam", began_ms - 5_000, began_ms + LONGEST_CLIP_MS + 5_000)
    journal.close()


async def test_the_film_of_an_incident_that_goes_on_is_cut_while_it_does_and_once(tmp_path: Path) -> None:
    films = Films()
    desk, journal = await a_desk(tmp_path / "a.db", films)
    watchman = Watchman(CAMERA, {}, desk, no_picture)
    await watchman.see(seen("san"), at(1.0))
    later = dataclasses.replace(at(2.0), at_ms=AtMs(at(2.0).at_ms + LONGEST_CLIP_MS + 1))
    for _ in range(3):
        await watchman.see(None, later)
    ((number, camera, _, _),) = films.wanted
    assert (camera, await subjects(journal, "open")) == ("cam", ["san"])
    await journal.record(lambda tx: keep_clip(tx, number, "clips/x.mp4", "0" * 64))
    await watchman.see(None, at(60.0))
    assert len(films.wanted) == 1
    journal.close()
