import asyncio
from pathlib import Path

import pytest

from edge.config.schema import Drill
from edge.control.protocol import StartDrill
from edge.core.errors import FinalError
from edge.flood.drill import DrillWish
from tests.flood.bench import Village, a_config

PRESS = "0f7c6a52-4a3e-4b1e-9f57-8c1c2d3e4f50"


async def played(village: Village, level: int = 2) -> None:
    """A whole drill without its pauses."""
    runner = asyncio.create_task(village.service.drills.run())
    await village.service.drills.start(DrillWish(PRESS, "song", level, 0, "An", "leader"))
    async with asyncio.timeout(10):
        while village.service.drills.running is not None:
            await asyncio.sleep(0.01)
    runner.cancel()


async def begun(village: Village) -> asyncio.Task[None]:
    runner = asyncio.create_task(village.service.drills.run())
    await village.desk.start_drill(StartDrill(user="An", role="leader", id=PRESS, station="song", minutes=60))
    async with asyncio.timeout(10):
        while not await village.rows("SELECT 1 FROM drill"):
            await asyncio.sleep(0.01)
    return runner


async def test_a_drill_runs_all_of_it_marked_and_reaches_only_whom_it_should(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db")
    await played(village)
    titles = [str(title) for (title,) in await village.rows("SELECT title FROM incident ORDER BY rowid")]
    assert len(titles) == 4
    assert all(title.startswith("DIỄN TẬP ") for title in titles)
    assert await village.rows("SELECT DISTINCT person FROM alert") == [("an",)]
    for text in await village.told():
        assert str(text).startswith("DIỄN TẬP")
        assert len(str(text)) <= 70
    assert {hamlets for _, hamlets in await village.aired()} == {'["dong"]'}
    assert await village.rows("SELECT DISTINCT drill, cap FROM incident") == [(1, 0)]
    assert await village.open_incidents() == []
    village.close()


async def test_the_river_of_a_drill_is_never_taken_for_the_real_one(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db")
    await played(village, 3)
    for table in ("reading", "flood_level", "flood_stand"):
        assert await village.rows(f"SELECT * FROM {table}") == []
    assert village.service.level_of("song") == 0
    village.close()


async def test_a_real_alarm_wins_and_ends_the_drill(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db")
    runner = await begun(village)
    await asyncio.sleep(0.05)
    await village.rises(1.3)
    assert await village.rows("SELECT ended_by, why FROM drill") == [("hộp", "Có báo động thật.")]
    assert await village.open_incidents() == [("gauge/song/bao-dong", "moderate")]
    with pytest.raises(FinalError, match="báo động thật"):
        await village.service.drills.start(DrillWish(PRESS[:-1] + "1", "song", 1, 1, "An", "leader"))
    runner.cancel()
    village.close()


async def test_one_drill_at_a_time_and_a_restart_ends_it(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db")
    runner = await begun(village)
    assert await village.desk.start_drill(
        StartDrill(user="An", role="leader", id=PRESS, station="song")
    ) == {"id": PRESS}, "the same press is the same drill"  # fmt: skip
    with pytest.raises(FinalError, match="Đang có một cuộc diễn tập"):
        await village.service.drills.start(DrillWish(PRESS[:-1] + "1", "song", 1, 1, "An", "leader"))
    runner.cancel()
    await village.service.drills.stop_short()
    village = await village.restarted()
    assert await village.rows("SELECT why FROM drill") == [("Hộp khởi động lại.",)]
    with pytest.raises(FinalError, match="Không có cuộc diễn tập"):
        await village.desk.end_drill("An", "leader")
    village.close()


async def test_a_drill_that_would_reach_nobody_does_not_begin(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db", a_config(drill=Drill()))
    with pytest.raises(FinalError, match="diễn tập với ai"):
        await village.service.drills.start(DrillWish(PRESS, "song", 1, 1, "An", "leader"))
    village.close()
