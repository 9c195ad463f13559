from pathlib import Path

import pytest
from msgspec.structs import replace

from drivers.base import GaugeReading
from edge.core.alert import Person
from edge.core.errors import FinalError, MisconfiguredError
from edge.incidents.desk import IncidentDesk
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.sensing.service import GaugeWatch, SensingService
from edge.store.ids import get_meta
from edge.store.journal import Journal
from tests.incidents.bench import GAUGE, River, a_desk, level, rain

HAMLET_OF = {"dong": "dong", "tay": "tay", "nam": "nam", "xa": ""}


async def incidents(journal: Journal) -> list[tuple[str, str]]:
    return await journal.record(lambda tx: tx.run("SELECT severity, state FROM incident ORDER BY rowid").fetchall())


async def read(watch: GaugeWatch, *values: tuple[GaugeReading, ...]) -> None:
    river = River(*values)
    for _ in values:
        await watch.take(river)


async def test_a_rain_counter_beside_the_level_does_not_hide_a_flood(tmp_path: Path) -> None:
    desk, journal = await a_desk(tmp_path / "a.db")
    watch = GaugeWatch(GAUGE, desk, journal, Bus())
    await read(watch, (level(3.9), rain(1250.5)), (level(4.4), rain(1251.0)))
    assert await incidents(journal) == [("moderate", "open")]
    qualities = await journal.record(lambda tx: tx.run("SELECT DISTINCT quality FROM reading").fetchall())
    assert qualities == [("good",)]
    journal.close()


async def test_an_incident_and_the_level_that_stands_are_one_transaction(tmp_path: Path) -> None:
    """A kill between the two would announce the same flood again after the restart."""
    desk, journal = await a_desk(tmp_path / "a.db")
    watch = GaugeWatch(GAUGE, desk, journal, Bus())
    await journal.record(
        lambda tx: tx.run(
            "CREATE TEMP TRIGGER torn BEFORE INSERT ON meta WHEN NEW.key LIKE 'gauge/%'"
            " BEGIN SELECT RAISE(ABORT, 'power cut'); END"
        )
    )
    with pytest.raises(FinalError):
        await read(watch, (level(4.4),))
    assert await incidents(journal) == []
    assert watch.level == 0
    await journal.record(lambda tx: tx.run("DROP TRIGGER torn"))
    await read(watch, (level(4.5),))
    again = GaugeWatch(GAUGE, desk, journal, Bus())
    await again.resume()
    await read(again, (level(4.5),))
    assert await incidents(journal) == [("moderate", "open")]
    journal.close()


async def test_a_higher_level_takes_the_place_of_the_lower_and_the_fall_ends_it(tmp_path: Path) -> None:
    desk, journal = await a_desk(tmp_path / "a.db")
    watch = GaugeWatch(GAUGE, desk, journal, Bus())
    await read(watch, (level(4.4),), (level(5.4),), (level(4.0),))
    assert await incidents(journal) == [("moderate", "closed"), ("severe", "closed")]
    assert await journal.record(lambda tx: get_meta(tx.connection, "gauge/song/bao-dong", "")) == "0"
    journal.close()


async def test_a_gauge_that_is_no_gauge_stops_the_start(tmp_path: Path) -> None:
    desk, journal = await a_desk(tmp_path / "a.db")
    modem = type(GAUGE)(id="song", name="Sông Minh", kind="modem_at", settings={"device": "/dev/null"})
    with pytest.raises(MisconfiguredError, match="song"):
        await SensingService([modem], desk, journal, Bus()).check()
    journal.close()


async def test_a_flood_is_told_to_the_officials_of_every_hamlet_it_reaches(tmp_path: Path) -> None:
    roster = [Person(name, name, f"090000000{n}", hamlet, "trực") for n, (name, hamlet) in enumerate(HAMLET_OF.items())]
    for hamlets, told in ((("all",), ["dong", "tay", "nam", "xa"]), (("dong", "nam"), ["dong", "nam", "xa"])):
        journal = await Journal.open(tmp_path / f"{len(hamlets)}.db", SystemClock())
        desk = IncidentDesk(journal, Bus(), roster, {"dong": "Thôn Đông"})
        await read(GaugeWatch(replace(GAUGE, hamlets=hamlets), desk, journal, Bus()), (level(4.4),))
        people = await journal.record(lambda tx: tx.run("SELECT person FROM alert ORDER BY place_in_line").fetchall())
        assert [person for (person,) in people] == told
        blanks = await journal.record(lambda tx: tx.run("SELECT blanks FROM announcement").fetchall())
        assert ("toàn xã" in blanks[0][0]) == (hamlets == ("all",))
        journal.close()
