from pathlib import Path

import pytest
from msgspec.structs import replace

from drivers.base import GaugeReading
from edge.config.schema import FloodRule
from edge.core.errors import FinalError
from edge.core.moment import AtMs
from edge.core.news import FloodChanged, ReadingTaken
from edge.core.place import StationId
from edge.core.policy.flood.rain import Fallen
from edge.core.sensing import Quality, Reading
from edge.store.readings import add_reading
from tests.flood.bench import RIVER, Village, a_config
from tests.sensing.bench import RIVER as WATCHED
from tests.sensing.bench import Box

BAO_DONG = "gauge/song/bao-dong"
LEVEL_2 = FloodRule(
    id="len-2", name="Lên mức 2", when="level", station="song", level=2, hamlets=("dong",), template="di",
    all_clear="yen", storm_every_min=60,
)  # fmt: skip
LEVEL_1 = FloodRule(
    id="len-1", name="Lên mức 1", when="level", station="song", level=1, hamlets=("tay",), template="lu"
)
FALLS = FloodRule(id="rut", name="Rút", when="falling", station="song", level=2, hamlets=("dong",), template="rut")
RELEASE = FloodRule(
    id="xa", name="Hồ Minh xả", when="release", station="song", at_least=300, hamlets=("tay",), template="xa-lu"
)  # fmt: skip
RAIN = FloodRule(id="mua", name="Mưa lớn", when="rain", station="song", at_least=80, hours=3, hamlets=("cao",))


async def test_a_rain_counter_beside_the_level_does_not_hide_a_flood(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", WATCHED)
    for level, mm in ((2.9, 1250.5), (3.1, 1251.0)):
        await box.says("song", level)
        await box.desk.take("song", GaugeReading("rain_counter", mm, "mm"))
    assert await box.incidents() == [("moderate", "open")]
    assert await box.rows("SELECT DISTINCT quality FROM reading") == [("good",)]
    box.close()


async def test_who_was_warned_of_a_high_level_is_told_the_all_clear_after_the_levels_in_between(tmp_path: Path) -> None:
    low, high = replace(LEVEL_2, id="len-1", level=1), replace(LEVEL_1, id="len-3", level=3, hamlets=("cao",))
    village = await Village.open(tmp_path / "a.db", a_config(rules=(low, high)))
    await village.rises(2.75, 2.3, 1.3, 1.0)
    told = await village.rows("SELECT text FROM alert WHERE person = 'chi' ORDER BY rowid")
    assert [str(text).split(":")[0] for (text,) in told] == ["BÁO ĐỘNG 3", "HẾT BÁO ĐỘNG"]
    village.close()


async def test_each_level_has_its_severity_and_the_fall_leads_back_to_the_all_clear(
    tmp_path: Path,
) -> None:
    village = await Village.open(tmp_path / "a.db")
    await village.rises(1.0, 1.3, 2.75)
    assert await village.open_incidents() == [(BAO_DONG, "extreme")]
    await village.rises(2.3)
    assert await village.open_incidents() == [(BAO_DONG, "severe")], "what is lower is less grave"
    await village.rises(1.0)
    assert await village.open_incidents() == [(f"{BAO_DONG}/het", "minor")]
    assert await village.aired() == [("lu", '["dong", "tay"]')] * 2 + [("yen", '["dong", "tay"]')]
    words = [str(text) for text in await village.told()]
    assert [text.split(":")[0] for text in words] == [
        "BÁO ĐỘNG 1", "BÁO ĐỘNG 3", "NƯỚC RÚT, CÒN BÁO ĐỘNG 2", "HẾT BÁO ĐỘNG",
    ]  # fmt: skip
    village.clock.goes_on(180)
    await village.service.tick()
    assert await village.open_incidents() == [], "the wall says for two hours that it is over"
    village.close()


async def test_a_flood_is_told_to_the_officials_of_every_hamlet_it_reaches(tmp_path: Path) -> None:
    for hamlets, told in ((("all",), ["binh", "chi", "an"]), (("dong",), ["binh", "an"])):
        village = await Village.open(tmp_path / f"{hamlets[0]}.db", a_config(replace(RIVER, hamlets=hamlets)))
        await village.rises(1.3)
        assert await village.rows("SELECT person FROM alert ORDER BY rowid") == [(person,) for person in told]
        blanks = str((await village.rows("SELECT blanks FROM announcement"))[0][0])
        assert ("toàn xã" in blanks) == (hamlets == ("all",))
        village.close()


async def test_rules_tell_each_hamlet_what_it_needs(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db", a_config(rules=(LEVEL_1, LEVEL_2, FALLS)))
    await village.rises(1.3, 2.3, 1.5, 1.0)
    assert await village.aired() == [
        ("lu", '["tay"]'), ("di", '["dong"]'), ("rut", '["dong"]'), ("yen", '["dong"]'),
    ]  # fmt: skip
    village.close()


async def test_a_level_that_no_rule_names_is_on_the_wall_and_wakes_nobody(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db", a_config(rules=(LEVEL_2,)))
    await village.rises(1.3)
    assert await village.open_incidents() == [(BAO_DONG, "moderate")]
    assert await village.told() == []
    village.close()


async def test_a_bad_reading_neither_raises_nor_clears(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db")
    await village.rises(5.0, quality=Quality.JUMP)
    assert await village.open_incidents() == []
    await village.rises(1.3)
    await village.rises(0.0, 0.0, quality=Quality.ZERO)
    assert await village.open_incidents() == [(BAO_DONG, "moderate")]
    village.close()


async def test_an_incident_and_the_level_that_stands_are_one_transaction(tmp_path: Path) -> None:
    """A kill between the two would announce the same flood again after the restart."""
    village = await Village.open(tmp_path / "a.db")
    await village.rows(
        "CREATE TEMP TRIGGER torn BEFORE INSERT ON flood_level BEGIN SELECT RAISE(ABORT, 'power cut'); END"
    )
    with pytest.raises(FinalError):
        await village.rises(1.3)
    assert await village.open_incidents() == []
    assert village.service.level_of("song") == 0
    await village.rows("DROP TRIGGER torn")
    await village.rises(1.31)
    village = await village.restarted()
    await village.rises(1.32)
    assert await village.rows("SELECT severity, state FROM incident") == [("moderate", "open")]
    village.close()


async def test_what_was_read_but_never_judged_is_judged_after_a_restart_and_nothing_twice(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db")
    await village.rises(1.3)
    missed = await village.stored(2.3, 2.4)
    village = await village.restarted()
    assert village.service.level_of("song") == 2
    for reading in missed:  # sensing tells the newest again
        await village.service.take(ReadingTaken(reading))
    assert await village.rows("SELECT severity, state FROM incident") == [("moderate", "closed"), ("severe", "open")]
    village.close()


async def test_a_clock_that_was_a_year_ahead_does_not_make_the_box_deaf(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db")
    village.clock.goes_on(365 * 24 * 60)
    await village.rises(1.3)
    village.clock.goes_on(-365 * 24 * 60)
    await village.rises(2.3, 1.0)
    severities = "SELECT severity FROM incident WHERE kind = 'flood_level'"
    assert await village.rows(severities) == [("moderate",), ("severe",)]
    assert village.service.level_of("song") == 0
    village.close()


async def test_an_announced_release_is_told_once_and_anew_when_it_grows(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db", a_config(rules=(RELEASE,)))

    async def announced(flow: float, in_hours: float) -> None:
        at_ms = AtMs(village.clock.now().at_ms + round(in_hours * 3_600_000))
        reading = Reading(StationId("song"), "release_planned", flow, "m3/s", at_ms, Quality.GOOD)
        await village.journal.record(lambda tx: add_reading(tx, reading))
        await village.service.take(ReadingTaken(reading))

    await announced(200, 3)
    assert await village.open_incidents() == []
    await announced(400, 3)
    await announced(410, 3)
    assert await village.aired() == [("xa-lu", '["tay"]')]
    await announced(600, 3)
    assert await village.aired() == [("xa-lu", '["tay"]')] * 2
    assert await village.open_incidents() == [("flood/xa", "severe")]
    village = await village.restarted()
    assert len(await village.aired()) == 2, "told again after a restart would be twice"
    village.clock.goes_on(28 * 60)
    await village.service.tick()
    assert await village.open_incidents() == [("flood/xa/het", "minor")]
    village.close()


async def test_rain_rings_once_and_ends_when_it_has_gone_by(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db", a_config(rules=(RAIN,)))

    async def fell(mm: float) -> None:
        village.clock.goes_on(60)
        reading = Reading(StationId("song"), "rain", mm, "mm", AtMs(village.clock.now().at_ms), Quality.GOOD)
        await village.service.take(ReadingTaken(reading, (Fallen(1, mm, 1.0), Fallen(3, mm, 1.0))))

    for mm in (40, 85, 79, 82, 70):
        await fell(mm)
    assert await village.open_incidents() == [("flood/mua", "moderate")]
    await fell(60)
    assert await village.open_incidents() == [("flood/mua/het", "minor")]
    village.close()


async def test_the_pages_learn_of_every_look_ahead_though_nothing_else_changed(tmp_path: Path) -> None:
    village = await Village.open(tmp_path / "a.db")
    with village.bus.listen(FloodChanged) as news:
        await village.service.tick()
        assert len(news.waiting()) == 1
        await village.service.tick()  # not a minute later
        assert news.waiting() == []
        village.clock.goes_on(1)
        await village.service.tick()
        assert len(news.waiting()) == 1
    village.close()
