"""From what a gauge says to what is stored, told and decided."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from drivers.base import GaugeReading, TransientDriverError
from edge.control.protocol import GiveReading
from edge.core.errors import FinalError, MisconfiguredError
from edge.core.moment import ClockState
from edge.core.policy.flood.limits import HOUR_MS, MINUTE_MS
from edge.core.sensing import Quality, Source
from edge.kernel.bus import Bus
from edge.sensing.hand import HandReadings
from edge.sensing.service import SensingService
from tests.sensing.bench import FED, FIRST, RIVER, SECOND, T0, Box

GOOD, JUMP, ZERO, STUCK, DISAGREES = (
    Quality.GOOD,
    Quality.JUMP,
    Quality.ZERO,
    Quality.STUCK,
    Quality.DISAGREES,
)
PRESS = "00000000-0000-4000-8000-{:012d}"


def give(
    value: float, *, press: int = 1, sure: bool = False, at_ms: int | None = None, on: str = "song"
) -> GiveReading:
    return GiveReading(
        user="Lan",
        role="duty",
        id=PRESS.format(press),
        station=on,
        quantity="level",
        value=value,
        at_ms=at_ms,
        note="thước cột 2",
        sure=sure,
    )


def hand_of(box: Box) -> HandReadings:
    photos = box.path.parent / "photos"
    photos.mkdir(exist_ok=True)

    async def take(photo: str, of: str) -> None:
        (photos / f"{photo}.jpg").write_text(of)

    return HandReadings(box.desk, box.journal, take, photos)


async def test_a_bad_reading_is_kept_marked_and_told_and_raises_nothing(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", RIVER)
    assert await box.says("song", 1.0, 5.5, 1.0) == [GOOD, JUMP, GOOD]
    assert [news.reading.quality for news in box.told()] == [GOOD, JUMP, GOOD]
    assert await box.rows("SELECT value, quality FROM reading ORDER BY at_ms") == [
        (1.0, "good"),
        (5.5, "jump"),
        (1.0, "good"),
    ]
    assert await box.incidents() == []
    box.close()


async def test_a_flash_flood_rings_two_minutes_after_its_wave(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", RIVER)
    assert await box.says("song", 1.0, 3.1, 3.2, 3.35) == [GOOD, JUMP, JUMP, GOOD]
    assert await box.incidents() == [("moderate", "open")]
    box.close()


async def test_a_doubt_goes_on_after_a_restart(tmp_path: Path) -> None:
    """Two leaps before the kill and one after it are three."""
    box = await Box.open(tmp_path / "a.db", RIVER)
    await box.says("song", 1.0, 3.1, 3.2)
    box = await box.restarted()
    assert await box.says("song", 3.35) == [GOOD]
    box.close()


async def test_a_restart_makes_no_leap_believable(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", RIVER)
    await box.says("song", 1.0, 1.0)
    box = await box.restarted()
    assert await box.says("song", 6.0) == [JUMP]
    box.close()


async def test_a_stuck_gauge_is_still_suspected_after_a_restart(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", RIVER)
    await box.says("song", *[3.5] * 14, every_min=10)
    box = await box.restarted()
    assert await box.says("song", 3.5) == [STUCK]
    box.close()


async def test_what_a_peer_confirmed_is_still_true_after_a_restart(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", FIRST, SECOND)
    for level in (1.0, 5.0):
        await box.says("cau", level)
        await box.says("cau-2", level)
    box = await box.restarted()
    assert await box.says("cau", 5.05) == [GOOD]
    box.close()


async def test_the_newest_good_reading_is_told_again_after_a_start(tmp_path: Path) -> None:
    """Killed between storing and deciding: an hourly station would be silent for an hour."""
    box = await Box.open(tmp_path / "a.db", RIVER)
    await box.says("song", 1.0, 6.0)
    await box.says("song", 1.1)
    box = await box.restarted()
    await box.desk.retell()
    assert [(news.reading.value, news.reading.quality) for news in box.told()] == [(1.1, GOOD)]
    box.close()


async def test_two_gauges_that_agree_are_one_river_told_by_the_first(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", FIRST, SECOND)
    for level in (2.9, 3.05):
        assert await box.says("cau", level) == [GOOD]
        assert await box.says("cau-2", level + 0.1) == [GOOD]
    assert [(news.reading.station, news.reading.value) for news in box.told()] == [
        ("cau", 2.9),
        ("cau-2", 3.0),
        ("cau", 3.05),
        ("cau-2", pytest.approx(3.15)),
    ]
    assert await box.incidents() == [("moderate", "open")]
    box.close()


async def test_a_gauge_that_drifts_against_the_other_is_marked_with_it_and_raises_nothing(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", FIRST, SECOND)
    level = 2.0
    for tick in range(30):
        await box.says("cau", level := level + 0.1)
        await box.says("cau-2", 2.0 + 0.01 * (tick % 2))
    assert await box.incidents() == []
    assert await box.rows("SELECT quality FROM reading WHERE station = 'cau' ORDER BY at_ms DESC LIMIT 1") == [
        ("disagrees",)
    ]
    assert await box.rows("SELECT quality FROM reading WHERE station = 'cau-2' ORDER BY at_ms DESC LIMIT 1") == [
        ("disagrees",)
    ]
    box.close()


async def test_what_both_gauges_show_is_told_although_they_differ(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", FIRST, SECOND)
    for step in range(14):
        await box.says("cau", 2.0 + 0.1 * step)
        await box.says("cau-2", 2.0 + 0.15 * step)
    assert await box.incidents() == [("moderate", "open")]
    assert await box.rows("SELECT value FROM reading WHERE station = 'cau-minh' ORDER BY at_ms DESC LIMIT 1") == [
        (pytest.approx(3.3),)
    ]
    box.close()


@pytest.mark.parametrize("dead", ["cau", "cau-2"])
async def test_one_dead_gauge_of_two_lets_the_other_go_on(tmp_path: Path, dead: str) -> None:
    box = await Box.open(tmp_path / "a.db", FIRST, SECOND)
    alive = {"cau": "cau-2", "cau-2": "cau"}[dead]
    await box.says("cau", 2.9)
    await box.says("cau-2", 2.9)
    await box.says(alive, *(2.9 + 0.02 * step for step in range(20)))
    assert await box.incidents() == [("moderate", "open")]
    box.close()


async def test_a_gauge_that_stands_still_while_the_other_moves_is_stuck_and_silenced(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", FIRST, SECOND)
    for step in range(40):
        await box.says("cau", 2.0)
        await box.says("cau-2", 2.0 + 0.05 * step)
    assert await box.incidents() == [("moderate", "open")]
    assert await box.rows("SELECT quality FROM reading WHERE station = 'cau' ORDER BY at_ms DESC LIMIT 1") == [
        ("stuck",)
    ]
    box.close()


async def test_both_gauges_drop_to_zero_and_the_alarm_stands(tmp_path: Path) -> None:
    """They hang on one cable."""
    box = await Box.open(tmp_path / "a.db", FIRST, SECOND)
    for level in (3.2, *[0.0] * 10):
        await box.says("cau", level)
        await box.says("cau-2", level)
    assert await box.incidents() == [("moderate", "open")]
    box.close()


async def test_a_person_at_the_staff_raises_the_alarm_that_a_stuck_gauge_hides(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", RIVER)
    hand = hand_of(box)
    await box.says("song", *[2.0] * 3)
    ago = box.clock.moment.at_ms - 8 * MINUTE_MS
    asked = await hand.give(give(3.5, at_ms=ago))
    assert asked["ask"].startswith("3,50 m cao hơn số lúc ")
    assert await box.incidents() == []
    assert await hand.give(give(3.5, at_ms=ago, sure=True)) == {"quality": GOOD}
    assert await box.incidents() == [("moderate", "open")]
    await box.says("song", *[2.0] * 30)
    assert await box.incidents() == [("moderate", "open")], "the gauge does not clear what a person saw"
    rows = await box.rows("SELECT r.source, r.by_user, h.note FROM reading r JOIN hand_reading h ON h.at_ms = r.at_ms")
    assert rows == [("hand", "Lan", "thước cột 2")]
    assert await box.rows("SELECT user, action FROM audit WHERE action = 'reading.give'") == [("Lan", "reading.give")]
    box.close()


async def test_the_same_press_is_kept_once(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", RIVER)
    hand = hand_of(box)
    for _ in range(2):
        await hand.give(give(2.0))
    assert await box.rows("SELECT count(*) FROM reading") == [(1,)]
    box.close()


async def test_a_person_outweighs_both_gauges_of_a_place(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", FIRST, SECOND)
    hand = hand_of(box)
    for _ in range(3):
        await box.says("cau", 2.0)
        await box.says("cau-2", 2.05)
    await hand.give(give(3.5, on="cau", sure=True))
    for _ in range(20):
        assert await box.says("cau", 2.0) == [JUMP]
        assert await box.says("cau-2", 2.05) == [JUMP]
    assert await box.incidents() == [("moderate", "open")]
    box.close()


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (give(2.0, on="ao"), "Không có trạm đo này"),
        (give(99.0), "không thể có"),
        (give(2.0, at_ms=T0 - 48 * HOUR_MS), "24 giờ"),
        (give(2.0, at_ms=T0 + HOUR_MS), "24 giờ"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence(tmp_path: Path, request_: GiveReading, sentence: str) -> None:
    box = await Box.open(tmp_path / "a.db", RIVER)
    with pytest.raises(FinalError, match=sentence):
        await hand_of(box).give(request_)
    assert await box.rows("SELECT count(*) FROM reading") == [(0,)]
    box.close()


async def test_a_photo_of_the_staff_is_taken_with_its_reading_and_deleted_after_thirty_days(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", RIVER)
    hand, photo = hand_of(box), PRESS.format(77)
    await hand.give(structs.replace(give(2.0), photo=photo))
    kept = tmp_path / "photos" / f"{photo}.jpg"
    assert kept.read_text() == f"reading/{PRESS.format(1)}"
    box.clock.goes_on(31 * 24 * 60)
    sweeping = asyncio.create_task(hand.run())
    while await box.rows("SELECT 1 FROM hand_reading WHERE photo IS NOT NULL"):
        await asyncio.sleep(0.01)
    sweeping.cancel()
    assert not kept.exists()
    box.close()


class Page:
    """A feed that tells its last hours again and again."""

    def __init__(self, *rows: GaugeReading) -> None:
        self.rows = rows

    async def read(self) -> tuple[GaugeReading, ...]:
        if not self.rows:
            raise TransientDriverError("silent")
        return self.rows

    async def close(self) -> None:
        return


def hourly(quantity: str, value: float, hours: int, unit: str = "m", station: str = "KG-01") -> GaugeReading:
    return GaugeReading(quantity, value, unit, T0 + hours * HOUR_MS, station)


async def test_a_feed_that_repeats_itself_is_kept_once_also_after_a_restart(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", FED)
    page = Page(*(hourly("level", 2.0 + hour / 10, hour) for hour in range(-30, 1)), hourly("level", 9.0, 0, "m", "X"))
    line = box.service.lines[0]
    for _ in range(3):
        await box.service.take(line, page)
    box = await box.restarted()
    await box.service.take(line, page)
    assert await box.rows("SELECT count(*), sum(quality = 'late') FROM reading") == [(31, 27)]
    assert await box.rows("SELECT DISTINCT source FROM reading") == [(Source.PROVINCE,)]
    box.close()


async def test_a_station_that_corrects_itself_is_kept_twice(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", FED)
    for value in (2.0, 2.1, 2.1):
        await box.desk.take("kg", hourly("level", value, 0))
    assert await box.rows("SELECT at_ms, value FROM reading ORDER BY at_ms") == [(T0, 2.0), (T0 + 1, 2.1)]
    box.close()


async def test_rain_is_told_with_its_sums_and_warning_amounts(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", FED)
    for hour, mm in ((0, 5.0), (1, 12.0), (2, 21.0)):
        await box.desk.take("kg", hourly("rain", mm, hour, "mm"))
        box.clock.goes_on(60)
    rain = box.told()[-1].rain
    assert [(fallen.hours, fallen.mm, fallen.reached) for fallen in rain[:3]] == [
        (1, 21.0, True),
        (3, 38.0, True),
        (6, 38.0, False),
    ]
    box.close()


async def test_a_clock_a_year_off_is_kept_as_of_now_and_does_not_hide_the_next_reading(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", FED)
    await box.desk.take("kg", hourly("level", 2.0, 365 * 24))
    box.clock.goes_on(60)
    await box.desk.take("kg", hourly("level", 2.1, 1))
    assert await box.rows("SELECT at_ms, quality FROM reading ORDER BY at_ms") == [
        (T0, "clock"),
        (T0 + HOUR_MS, "good"),
    ]
    box.close()


async def test_a_box_that_does_not_know_the_time_still_raises_the_alarm(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", RIVER)
    box.clock.moment = replace(box.clock.moment, clock=ClockState.FLOOR)
    await box.says("song", 2.9, 3.1)
    assert await box.incidents() == [("moderate", "open")]
    box.close()


async def test_a_gauge_that_is_no_gauge_stops_the_start(tmp_path: Path) -> None:
    box = await Box.open(tmp_path / "a.db", RIVER)
    modem = type(RIVER)(id="song", name="Sông Minh", kind="modem_at", settings={"device": "/dev/null"})
    with pytest.raises(MisconfiguredError, match="song"):
        await SensingService([modem], box.journal, Bus()).check()
    box.close()
