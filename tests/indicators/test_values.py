"""Values of indicators, whoever brings them: kept once, asked about, audited, told to the province."""

import json
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web
from msgspec.structs import replace

from drivers.base import Station
from drivers.registry import open_device
from edge.config.schema import Indicator
from edge.control.protocol import GiveIndicator, RemoveIndicatorValue
from edge.core.errors import FinalError, MisconfiguredError, TransientError
from edge.core.indicator.reading import day_of
from edge.core.indicator.values import Measured, Origin
from edge.indicators.service import IndicatorService
from edge.live import sections
from edge.store.indicator_rows import values_since
from edge.store.indicators import CONFIRM_MS
from edge.store.reader import Reader
from edge.store.residents import add_report, settle
from tests.indicators.bench import CASHLESS, NOW_MS, RESIDENTS, SIGNED, bench
from tests.workers.live.browser import free_port

OCTOBER = day_of("10/2026")
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def typed(value: float, at_ms: int = OCTOBER, **fields: object) -> GiveIndicator:
    base = {"user": "Lan", "role": "operator", "indicator": CASHLESS.id, "value": value, "at_ms": at_ms}
    return GiveIndicator(**{**base, **fields})  # type: ignore[arg-type]  # a table of fields


async def test_a_typed_value_is_kept_audited_and_told_without_a_name(tmp_path: Path) -> None:
    async with bench(tmp_path, CASHLESS) as box:
        assert await box.service.desk.give(typed(1632, note="BC 12")) == {}
        assert await box.service.desk.give(typed(1632, note="BC 12")) == {}, "the same again changes nothing"
        rows = await box.ask("SELECT value, total, origin, by_user, note FROM indicator_value")
        deeds = await box.ask("SELECT user, action, detail FROM audit")
        events = await box.ask("SELECT lane, type, subject, data FROM outbox")
    assert rows == [(1632, None, "typed", "Lan", "BC 12")]
    assert deeds == [("Lan", "indicator.give", "khong-tien-mat 31/10/2026 1632")]
    ((lane, kind, subject, data),) = events
    assert (lane, kind, subject) == (2, "indicator.measured", "indicator/khong-tien-mat")
    told = json.loads(data)
    assert (told["value"], told["total"], told["target"]) == (1632, 2115, 1692)
    assert "Lan" not in data
    assert "BC 12" not in data


async def test_a_leap_is_asked_about_and_kept_when_somebody_is_sure(tmp_path: Path) -> None:
    async with bench(tmp_path, CASHLESS) as box:
        await box.service.desk.give(typed(1632))
        answer = await box.service.desk.give(typed(163, at_ms=NOW_MS))
        assert "1.632/2.115 hộ của ngày 31/10/2026" in answer["ask"]
        assert await box.ask("SELECT count(*) FROM indicator_value") == [(1,)]
        assert await box.service.desk.give(typed(163, at_ms=NOW_MS, sure=True)) == {}
        assert await box.ask("SELECT count(*) FROM indicator_value") == [(2,)]


async def test_a_correction_takes_the_place_and_the_audit_keeps_what_stood(tmp_path: Path) -> None:
    async with bench(tmp_path, CASHLESS) as box:
        await box.service.desk.give(typed(1632))
        await box.service.desk.give(typed(1640))
        assert await box.ask("SELECT value FROM indicator_value") == [(1640,)]
        deeds = [detail for (detail,) in await box.ask("SELECT detail FROM audit ORDER BY seq")]
    assert deeds[-1] == "khong-tien-mat 31/10/2026 1640, trước 1632"


async def test_a_wrong_value_is_taken_back_once(tmp_path: Path) -> None:
    wish = RemoveIndicatorValue(user="Lan", role="operator", indicator=CASHLESS.id, at_ms=OCTOBER)
    async with bench(tmp_path, CASHLESS) as box:
        await box.service.desk.give(typed(1632))
        await box.service.desk.remove(wish)
        with pytest.raises(FinalError, match="không còn"):
            await box.service.desk.remove(wish)
        assert await box.ask("SELECT type FROM outbox ORDER BY seq") == [
            ("indicator.measured",),
            ("indicator.removed",),
        ]
        assert (await box.ask("SELECT detail FROM audit ORDER BY seq DESC LIMIT 1"))[0][0].endswith("1632")


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (typed(2116), "tổng số"),
        (typed(0.5), "số nguyên"),
        (typed(5, at_ms=day_of("01/12/2026")), "chưa tới"),
        (typed(5, indicator="la"), "Không có chỉ tiêu"),
        (typed(5, indicator=RESIDENTS.id), "tự lấy số"),
    ],
)
async def test_what_cannot_be_a_value_is_refused_in_words(tmp_path: Path, wish: GiveIndicator, words: str) -> None:
    async with bench(tmp_path, CASHLESS, RESIDENTS) as box:
        with pytest.raises(FinalError, match=words):
            await box.service.desk.give(wish)
        assert await box.ask("SELECT count(*) FROM indicator_value") == [(0,)]


async def test_the_box_counts_answers_to_residents_of_the_last_thirty_days(tmp_path: Path) -> None:
    async with bench(tmp_path, RESIDENTS) as box:
        for number in ("a", "b", "c"):
            told = partial(add_report, number=number, text="đèn hỏng", hamlet="dong", user="Lan", role="duty")
            await box.journal.record(told)
        await box.journal.record(partial(settle, number="a", how="đã thay", user="Lan", role="duty"))
        await box.service.count()
        assert await box.ask("SELECT value, total, origin FROM indicator_value") == [(1, 3, "box")]
        box.at(NOW_MS + 31 * 24 * HOUR_MS)
        await box.service.count()
        assert await box.ask("SELECT value, total FROM indicator_value ORDER BY at_ms DESC LIMIT 1") == [(0, 0)]


async def test_what_an_address_says_again_makes_no_second_row_and_what_changes_one_an_hour(tmp_path: Path) -> None:
    said = {"rate": 98.6}

    async def page(_: web.Request) -> web.Response:
        return web.json_response(said)

    app, port = web.Application(), free_port()
    app.router.add_get("/ky-so.json", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    settings = {"url": f"http://127.0.0.1:{port}/ky-so.json", "value_1": "value % field=rate"}
    asked = replace(SIGNED, kind="station_http", settings=settings)
    async with bench(tmp_path, asked) as box:
        await box.service.check()
        ((one, known),) = box.service._pairs
        station = await open_device(one.kind, one.settings)
        assert isinstance(station, Station)
        for minute, rate in ((0, 98.6), (20, 98.6), (25, 98.7), (30, 98.8), (90, 98.8), (95, 99.0)):
            said["rate"] = rate
            box.at(NOW_MS - NOW_MS % HOUR_MS + minute * 60_000)
            await box.service.ask(one, known, station)
        rows = await box.ask("SELECT value, (seen_ms - at_ms) / 60000 FROM indicator_value ORDER BY at_ms")
        said["rate"] = 170
        with pytest.raises(TransientError, match="phải từ 0 đến 100"):
            await box.service.ask(one, known, station)
        await station.close()
    await runner.cleanup()
    assert rows == [(98.8, 90), (99.0, 0)]


async def test_a_device_that_tells_no_values_stops_the_start(tmp_path: Path) -> None:
    async with bench(tmp_path, replace(SIGNED, kind="ups_nut", settings={})) as box:
        with pytest.raises(MisconfiguredError, match="ky-so"):
            await box.service.check()


async def test_a_tile_counts_the_hosts_of_its_group_once_all_are_known(tmp_path: Path) -> None:
    wifi = Indicator(id="wifi", name="Điểm Wi-Fi", kind="watch", station="wifi", unit="điểm")
    counts: dict[str, tuple[int, int] | None] = {"wifi": None}
    async with bench(tmp_path, wifi) as box:
        service = IndicatorService(box.config, box.spool, box.journal, box.bus, counts.get)
        await service.count()
        assert await box.ask("SELECT count(*) FROM indicator_value") == [(0,)]
        counts["wifi"] = (11, 12)
        await service.count()
        assert await box.ask("SELECT value, total, origin FROM indicator_value") == [(11, 12, "box")]


async def test_a_clock_that_ran_ahead_neither_shows_its_rows_nor_stops_those_that_come_later(tmp_path: Path) -> None:
    async with bench(tmp_path, SIGNED) as box:
        known = box.service.desk.indicators[0]

        async def measured(value: float, at_ms: int) -> None:
            box.at(at_ms)
            await box.service.desk.take(known, Measured(value, at_ms, at_ms, None, Origin.ASKED))

        await measured(90.0, NOW_MS)
        await measured(90.0, NOW_MS + 400 * DAY_MS)  # the clock is wrong: it confirms in a year what is so now
        await measured(12.0, NOW_MS + 401 * DAY_MS)
        await measured(90.0, NOW_MS + CONFIRM_MS)  # and right again
        for minute in range(1, 4):
            await measured(91.0, NOW_MS + HOUR_MS + minute * 60_000)
        rows = await box.ask("SELECT value, at_ms FROM indicator_value ORDER BY at_ms")
        reader = Reader(tmp_path / "molang.db")
        shown = sections.indicators(reader, [known], box.clock.now())[0]
        course = values_since(reader, known.id, box.clock.now().at_ms, 0, 100)
        reader.close()
    assert [value for value, _ in rows] == [90.0, 91.0, 12.0], "one row for each value, not one for each minute"
    assert (shown["value"], shown["at_ms"]) == (91.0, NOW_MS + HOUR_MS + 60_000)
    assert shown["stands"] != "old"
    assert [one.value for one in course] == [90.0, 91.0]
    assert course[0].seen_ms == NOW_MS + CONFIRM_MS
