from pathlib import Path

import pytest
from msgspec.structs import replace

from drivers.base import GaugeReading
from edge.core.alert import Person
from edge.core.errors import FinalError, MisconfiguredError
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.sensing.service import SensingService
from edge.store.ids import get_meta
from edge.store.journal import Journal
from tests.sensing.bench import RIVER, Box

HAMLET_OF = {"dong": "dong", "tay": "tay", "nam": "nam", "xa": ""}


async def test_a_rain_counter_beside_the_level_does_not_hide_a_flood(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", RIVER)
    for level, mm in ((2.9, 1250.5), (3.1, 1251.0)):
        await box.says("song", level)
        await box.desk.take("song", GaugeReading("rain_counter", mm, "mm"))
    assert await box.incidents() == [("moderate", "open")]
    assert await box.rows("SELECT DISTINCT quality FROM reading") == [("good",)]
    box.close()


async def test_an_incident_and_the_level_that_stands_are_one_transaction(tmp_path: Path) -> None:
    """A kill between the two would announce the same flood again after the restart."""
    box = await Box.open(tmp_path / "a.db", RIVER)
    await box.rows(
        "CREATE TEMP TRIGGER torn BEFORE INSERT ON meta WHEN NEW.key LIKE 'gauge/%'"
        " BEGIN SELECT RAISE(ABORT, 'power cut'); END"
    )
    with pytest.raises(FinalError):
        await box.says("song", 3.1)
    assert await box.incidents() == []
    await box.rows("DROP TRIGGER torn")
    await box.says("song", 3.2)
    box = await box.restarted()
    await box.says("song", 3.2)
    assert await box.incidents() == [("moderate", "open")]
    box.close()


async def test_a_higher_level_takes_the_place_of_the_lower_and_the_fall_ends_it(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", RIVER)
    await box.says("song", 3.2, 4.1, 2.8, every_min=60)
    assert await box.incidents() == [("moderate", "closed"), ("severe", "closed")]
    assert await box.journal.record(lambda tx: get_meta(tx.connection, "gauge/song/bao-dong", "")) == "0"
    box.close()


async def test_a_gauge_that_is_no_gauge_stops_the_start(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", RIVER)
    modem = type(RIVER)(id="song", name="Sông Minh", kind="modem_at", settings={"device": "/dev/null"})
    with pytest.raises(MisconfiguredError, match="song"):
        await SensingService([modem], box.incident_desk, box.journal, Bus()).check()
    box.close()


async def test_a_flood_is_told_to_the_officials_of_every_hamlet_it_reaches(tmp_path: Path) -> None:
    roster = [Person(name, name, f"090000000{n}", hamlet, "trực") for n, (name, hamlet) in enumerate(HAMLET_OF.items())]
    for hamlets, told in ((("all",), ["dong", "tay", "nam", "xa"]), (("dong", "nam"), ["dong", "nam", "xa"])):
        journal = await Journal.open(tmp_path / f"{len(hamlets)}.db", SystemClock())
        desk = IncidentDesk(journal, Bus(), roster, {"dong": "Thôn Đông"})
        service = SensingService([replace(RIVER, hamlets=hamlets)], desk, journal, Bus())
        await service.desk.take("song", GaugeReading("level", 3.4, "m"))
        people = await journal.record(lambda tx: tx.run("SELECT person FROM alert ORDER BY place_in_line").fetchall())
        assert [person for (person,) in people] == told
        blanks = await journal.record(lambda tx: tx.run("SELECT blanks FROM announcement").fetchall())
        assert ("toàn xã" in blanks[0][0]) == (hamlets == ("all",))
        journal.close()
