"""Cameras that are incidents themselves, on the store."""

from pathlib import Path

import pytest

from edge.core.errors import FinalError
from edge.core.moment import AtMs, ClockState, Moment, Steady
from edge.core.policy.camera_health import Connected, Scene
from edge.core.vision import SceneTrouble
from edge.store.journal import Journal
from edge.vision.troubles import Troubles
from tests.incidents.bench import CAMERA, a_desk


def at(steady: float) -> Moment:
    return Moment(AtMs(1_790_000_000_000 + round(steady * 1000)), Steady(steady), ClockState.SYNCED)


async def rows(journal: Journal) -> list[tuple[str, ...]]:
    return await journal.record(
        lambda tx: tx.run("SELECT subject, title, severity, state FROM incident ORDER BY rowid").fetchall()
    )


async def test_a_camera_that_is_gone_becomes_an_incident_without_horns_and_ends_when_it_is_back(
    tmp_path: Path,
) -> None:
    desk, journal = await a_desk(tmp_path / "a.db")
    troubles = Troubles([CAMERA], desk)
    troubles.hear("cam", Connected(online=False), at(0))
    for second in (1, 119):
        await troubles.act("cam", at(second))
    assert await rows(journal) == []
    await troubles.act("cam", at(120))
    await troubles.act("cam", at(121))
    assert await rows(journal) == [("camera-health/cam/offline", "Camera Cổng mất kết nối", "minor", "open")]
    assert await journal.record(lambda tx: tx.run("SELECT count(*) FROM announcement").fetchone()) == (0,)
    troubles.hear("cam", Connected(online=True), at(200))
    await troubles.act("cam", at(200))
    assert [row[-1] for row in await rows(journal)] == ["closed"]
    journal.close()


async def test_a_covered_camera_is_graver_and_a_restart_does_not_tell_it_twice(tmp_path: Path) -> None:
    desk, journal = await a_desk(tmp_path / "a.db")
    troubles = Troubles([CAMERA], desk)
    troubles.hear("cam", Scene(SceneTrouble.COVERED), at(1))
    await troubles.act("cam", at(1))
    assert troubles.of_scene("cam") == "covered"
    again = Troubles([CAMERA], desk)
    again.resume(await desk.open_subjects(), at(2))
    assert again.of_scene("cam") == "covered"
    again.hear("cam", Scene(SceneTrouble.COVERED), at(3))
    await again.act("cam", at(3))
    assert await rows(journal) == [("camera-health/cam/covered", "Camera Cổng bị che", "moderate", "open")]
    gone = Troubles([], desk)
    assert gone.resume(await desk.open_subjects(), at(4)) == ("camera-health/cam/covered",)
    journal.close()


async def test_what_could_not_be_stored_is_tried_again(tmp_path: Path) -> None:
    desk, journal = await a_desk(tmp_path / "a.db")
    troubles = Troubles([CAMERA], desk)
    await journal.record(
        lambda tx: tx.run("CREATE TEMP TRIGGER torn BEFORE INSERT ON incident BEGIN SELECT RAISE(ABORT, 'disk'); END")
    )
    troubles.hear("cam", Scene(SceneTrouble.FROZEN), at(1))
    with pytest.raises(FinalError):
        await troubles.act("cam", at(1))
    await journal.record(lambda tx: tx.run("DROP TRIGGER torn"))
    await troubles.act("cam", at(2))
    await troubles.act("cam", at(3))
    assert [row[0] for row in await rows(journal)] == ["camera-health/cam/frozen"]
    journal.close()
