from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import (
    DriverError,
    FinalDriverError,
    GaugeReading,
    MisconfiguredDriverError,
    Station,
    TransientDriverError,
)
from drivers.devices.station_http import Settings, codec, driver, setup
from drivers.devices.station_http.driver import HttpStation
from drivers.devices.station_http.path import found_at, parse_path
from drivers.registry import check_settings
from drivers.transport import http_line
from drivers.transport.fake_pty import Fault
from hil.province import Province
from hil.province_stations import YEAR_MS, Ill

FRAMES = Path(codec.__file__).parent / "frames"
URL = "https://quan-trac.example/tram"
SEVEN_MS = 1_793_318_400_000  # 2026-10-30T07:00:00+07:00
ROWS: dict[str, Any] = {"rows": "data.stations", "station": "id", "time": "time"}
LEVELS = ROWS | {"value_1": "level m field=values.level", "value_2": "salinity g/l field=values.salinity"}
TABLE: dict[str, Any] = {
    "format": "csv",
    "station": "station",
    "time": "time",
    "value_1": "level m field=value when=quantity=level",
    "value_2": "rain mm field=value when=quantity=rain",
}


@pytest_asyncio.fixture
async def province() -> AsyncIterator[Province]:
    simulated = Province(every_s=3600)
    await simulated.start()
    simulated.measure()
    yield simulated
    await simulated.close()


@pytest_asyncio.fixture
async def station(province: Province) -> AsyncIterator[HttpStation]:
    made = await setup(Settings(f"{province.url}/stations.json", **LEVELS))
    yield made
    await made.close()


def told(frame: str, **settings: Any) -> tuple[GaugeReading, ...]:
    return codec.readings_of((FRAMES / frame).read_bytes(), Settings(URL, **settings).layout())


def test_the_golden_json_is_read_by_path() -> None:
    found = told(
        "stations.json",
        **ROWS,
        decimal=",",
        value_1="level m field=level.value",
        value_2="rain_1h mm field=rain_1h",
        value_3="salinity g/l field=salinity",
        value_4="pump 0/1 field=pump on=chạy off=dừng",
    )
    assert {(r.station, r.quantity): (r.value, r.unit) for r in found} == {
        ("thuong-nguon", "level"): (8.42, "m"),
        ("thuong-nguon", "rain_1h"): (22.4, "mm"),
        ("thuong-nguon", "pump"): (0.0, "0/1"),
        ("cau-doai", "level"): (3.87, "m"),
        ("cau-doai", "pump"): (1.0, "0/1"),
        ("cong-bien", "level"): (0.61, "m"),
        ("cong-bien", "salinity"): (1.25, "g/l"),
        ("cong-bien", "pump"): (1.0, "0/1"),
    }
    assert {r.at_ms for r in found if r.station == "cau-doai"} == {SEVEN_MS}


def test_one_station_of_the_golden_json_is_found_by_its_id() -> None:
    settings = {"rows": "data.stations[id=cau-doai]", "value_1": "level cm field=level.value scale=100 offset=-20"}
    assert told("stations.json", **settings) == (GaugeReading("level", 367.0, "cm"),)


def test_the_golden_csv_is_read_by_its_columns() -> None:
    found = told(
        "stations.csv",
        format="csv",
        delimiter=";",
        decimal=",",
        time="thời gian",
        time_format="%d/%m/%Y %H:%M",
        station="trạm",
        value_1='level m field="giá trị" when="đại lượng=muc_nuoc"',
        value_2='rain mm field="giá trị" when="đại lượng=mua"',
    )
    assert found == (
        GaugeReading("level", 3.61, "m", SEVEN_MS - 3_600_000, "cau-doai"),
        GaugeReading("level", 3.87, "m", SEVEN_MS, "cau-doai"),
        GaugeReading("rain", 12.4, "mm", SEVEN_MS, "cau-doai"),
    )


@pytest.mark.parametrize(
    ("text", "time_format", "hours"),
    [
        ("2026-10-30T07:00:00+07:00", "iso", 7),
        ("2026-10-30T00:00:00Z", "iso", 7),
        ("2026-10-30 07:00", "iso", 7),
        ("2026-10-30 00:00", "iso", 0),
        (1_793_318_400, "unix_s", 0),
        ("1793318400000", "unix_ms", 0),
        ("07h00 30-10-2026", "%Hh%M %d-%m-%Y", 7),
    ],
)
def test_times_are_read_as_sources_write_them(text: object, time_format: str, hours: int) -> None:
    assert codec.time_ms(text, time_format, dt.timezone(dt.timedelta(hours=hours))) == SEVEN_MS


@pytest.mark.parametrize("text", ["", "hôm qua", "nan", "1e300", "-1", True])
def test_what_is_no_time_is_none(text: object) -> None:
    with pytest.raises(codec.UnreadableError):
        codec.time_ms(text, "unix_s", dt.UTC)


@pytest.mark.parametrize(
    ("number", "value"),
    [("3.2150000000000003", 3.215), ("1e-05", 0.00001), ('"  4.1 "', 4.1), ("-0", 0.0), ("2e3", 2000.0)],
)
def test_numbers_are_read_as_programs_write_them(number: str, value: float) -> None:
    (reading,) = codec.readings_of(f'{{"x":{number}}}'.encode(), Settings(URL, "level m field=x").layout())
    assert reading.value == value


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", {"a": [{"id": 7, "b": 1}, {"id": "x", "b": {"c": 2}}]}),
        ("a[0].b", 1),
        ("a[-1].b.c", 2),
        ("a[id=7].b", 1),
        ("a[id=x].b.c", 2),
        ("a[id=y].b", None),
        ("a[9]", None),
        ("a.b", None),
        ("a[0].b.c", None),
    ],
)
def test_a_path_finds_one_thing_or_nothing(path: str, found: object) -> None:
    document = {"a": [{"id": 7, "b": 1}, {"id": "x", "b": {"c": 2}}]}
    assert found_at(document, parse_path(path)) == found


@pytest.mark.parametrize("path", ["a..b", ".a.", "a[", "a[]", "a[*]", "a[b=]", "a.b." + ".".join("c" * 12), "a]b"])
def test_what_is_no_path_is_refused_with_its_setting(path: str) -> None:
    with pytest.raises(MisconfiguredDriverError, match="station_http.time: "):
        check_settings("station_http", {"url": URL, "value_1": "level m field=x", "time": path})


@given(st.binary(max_size=300), st.sampled_from(["json", "csv"]))
def test_any_bytes_are_readings_or_an_error(body: bytes, form: str) -> None:
    layout = Settings(URL, "level m field=level", format=form).layout()
    with pytest.raises(DriverError):
        codec.readings_of(body, layout)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b"[1e999]", b"[" + b"1," * 6_000 + b"1]"])
def test_a_deep_or_endless_answer_is_transient(body: bytes) -> None:
    with pytest.raises((TransientDriverError, FinalDriverError)):
        codec.readings_of(body, Settings(URL, "level m field=level").layout())


def test_a_csv_of_unknown_length_loses_its_last_line_if_that_may_be_cut() -> None:
    layout = Settings(URL, **TABLE).layout()
    head = b"time,station,quantity,value,unit\n2026-10-30T07:00:00Z,x,level,3.25,m\n"
    cut = head + b"2026-10-30T08:00:00Z,x,level,3"
    assert [reading.value for reading in codec.readings_of(cut, layout, whole=False)] == [3.25]
    assert [reading.value for reading in codec.readings_of(cut, layout)] == [3.25, 3.0]


async def test_the_stations_of_a_province_are_read_once(station: HttpStation, province: Province) -> None:
    assert isinstance(station, Station)
    first = await station.read()
    assert [(r.station, r.quantity) for r in first if r.quantity == "level"] == [
        ("thuong-nguon", "level"),
        ("cau-doai", "level"),
        ("cong-bien", "level"),
    ]
    assert await station.read() == ()
    assert province.answered == [("/stations.json", 200), ("/stations.json", 304)]
    await asyncio.sleep(0.01)
    province.measure()
    second = await station.read()
    assert len(second) == len(first)
    assert all(new.at_ms > old.at_ms for new, old in zip(second, first, strict=True) if new.at_ms and old.at_ms)


async def test_a_table_tells_only_rows_that_are_new(province: Province) -> None:
    table = await setup(Settings(f"{province.url}/stations.csv", **TABLE))
    assert len(await table.read()) == 5
    await asyncio.sleep(0.01)
    province.measure()
    news = await table.read()
    assert (len(news), {reading.station for reading in news}) == (5, {"thuong-nguon", "cau-doai", "cong-bien"})
    await table.close()


async def test_rows_without_a_time_are_told_each_time(province: Province) -> None:
    settings: dict[str, Any] = {"rows": "data.stations[id=cau-doai]", "value_1": "level m field=values.level"}
    plain = await setup(Settings(f"{province.url}/stations.json", **settings))
    first, second = await plain.read(), await plain.read()
    assert first == second
    assert [reading.at_ms for reading in first] == [None]
    await plain.close()


@pytest.mark.parametrize(
    ("ill", "leap"), [(Ill.STUCK, 0.0), (Ill.SPIKE, 7.5), (Ill.ZERO, None), (Ill.CLOCK, 0.0), (Ill.GONE, None)]
)
async def test_a_station_that_lies_is_told_as_it_lies(
    station: HttpStation, province: Province, ill: Ill, leap: float | None
) -> None:
    before = {r.station: r for r in await station.read() if r.quantity == "level"}["cau-doai"]
    province.stations["cau-doai"].ill = ill
    await asyncio.sleep(0.01)
    province.measure()
    found = [r for r in await station.read() if (r.station, r.quantity) == ("cau-doai", "level")]
    if ill is Ill.GONE:
        assert not found
        return
    (after,) = found
    assert after.value == (0.0 if leap is None else pytest.approx(before.value + leap, abs=0.05))
    assert (after.at_ms or 0) - (before.at_ms or 0) == pytest.approx(-YEAR_MS if ill is Ill.CLOCK else 0, abs=60_000)


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.LATE, Fault.GARBLED, Fault.HALF])
async def test_a_bad_line_is_a_transient_error_in_time_and_heals(
    station: HttpStation, province: Province, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "DEADLINE_S", 0.4)
    province.fault, province.late_s = fault, 1.0
    with pytest.raises(TransientDriverError):
        await station.read()
    province.fault = Fault.NONE
    assert len(await station.read()) == 4


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, FinalDriverError),
        (401, FinalDriverError),
        (404, FinalDriverError),
        (302, TransientDriverError),
        (304, TransientDriverError),
        (429, TransientDriverError),
        (500, TransientDriverError),
        (503, TransientDriverError),
    ],
)
async def test_a_refusal_is_final_and_a_server_in_trouble_is_asked_again(
    station: HttpStation, province: Province, status: int, error: type[Exception]
) -> None:
    province.status = status
    with pytest.raises(error, match=str(status)):
        await station.read()
    province.status = 200
    assert await station.read()


async def test_an_answer_that_could_not_be_read_is_asked_for_again_as_a_whole(
    station: HttpStation, province: Province
) -> None:
    province.fault = Fault.GARBLED
    with pytest.raises(TransientDriverError):
        await station.read()
    province.fault = Fault.NONE
    assert await station.read()
    assert [status for _, status in province.answered] == [200, 200]


async def test_a_value_that_is_nowhere_is_final_and_named(province: Province) -> None:
    wrong = await setup(Settings(f"{province.url}/stations.json", **(ROWS | {"value_1": "level m field=muc_nuoc"})))
    with pytest.raises(FinalDriverError, match="none of 3 rows has level"):
        await wrong.read()
    await wrong.close()
    wrong = await setup(Settings(f"{province.url}/stations.csv", **(TABLE | {"value_1": "level m field=muc_nuoc"})))
    with pytest.raises(FinalDriverError, match="no column muc_nuoc; it has time, station"):
        await wrong.read()
    await wrong.close()


async def test_an_endless_answer_is_cut_off(
    station: HttpStation, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station._line, "_most_bytes", 100)
    with pytest.raises(TransientDriverError, match="more than the 100 bytes"):
        await station.read()
    assert province.answered


async def test_the_token_comes_from_a_file_and_stands_in_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    province = Province(token="rat-bi-mat")
    await province.start()
    (tmp_path / "token").write_text("rat-bi-mat\n")
    known = await setup(Settings(f"{province.url}/stations.json", token_file=str(tmp_path / "token"), **LEVELS))
    assert await known.read()
    province.status = 500
    with pytest.raises(TransientDriverError) as failed:
        await known.read()
    province.status = 200
    (tmp_path / "token").write_text("khac")
    stranger = await setup(Settings(f"{province.url}/stations.json", token_file=str(tmp_path / "token"), **LEVELS))
    with pytest.raises(FinalDriverError, match="401"):
        await stranger.read()
    assert "rat-bi-mat" not in f"{failed.value}{caplog.text}"
    for one in (known, stranger):
        await one.close()
    await province.close()


@pytest.mark.parametrize("text", [None, "", "hai từ", "a b", "x" * 5_000])
async def test_a_file_without_a_token_is_named(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "token").write_text(text)
    with pytest.raises(MisconfiguredDriverError, match="station_http.token_file: "):
        await setup(Settings(URL, token_file=str(tmp_path / "token"), **LEVELS))


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"url": "http://quan-trac.example/x"}, "url: .*not https"),
        ({"url": "http://10.0.0.7/x", "token_file": "/x"}, "url: .*not https"),
        ({"url": "https://ai:mat-khau@quan-trac.example"}, "url: .*password"),
        ({"url": "ftp://10.0.0.7/x"}, "url: "),
        ({"value_1": "level m"}, "value_1: field= is missing"),
        ({"value_1": "level m field=a scale=0"}, "value_1: scale=0"),
        ({"value_1": "level m field=a when=b"}, "value_1: when=b"),
        ({"value_2": "level m field=a[*]"}, "value_2: "),
        ({"time_format": "luc"}, "time_format: "),
        ({"format": "csv", "rows": "a"}, "rows: "),
        ({"format": "xml"}, "format: "),
    ],
)
def test_a_wrong_setting_is_named_when_the_file_is_read(settings: dict[str, object], wrong: str) -> None:
    with pytest.raises(MisconfiguredDriverError, match=f"station_http.{wrong}"):
        check_settings("station_http", {"url": URL, "value_1": "level m field=x"} | settings)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://192.168.1.20/now", "http://[fd00::7]/x", URL])
def test_a_logger_on_the_lan_may_speak_plain_http(url: str) -> None:
    check_settings("station_http", {"url": url, "value_1": "level m field=x"})


async def test_a_server_that_is_gone_is_transient() -> None:
    gone = await setup(Settings("http://127.0.0.1:9/x", "level m field=x"))
    with pytest.raises(TransientDriverError):
        await gone.read()
    await gone.close()


async def test_a_line_goes_to_no_other_server_than_its_own() -> None:
    line = http_line.HttpLine("http://127.0.0.1:9/cap", token="t", tls=None, most_bytes=10)
    with pytest.raises(FinalDriverError, match="another server"):
        await line.poll({}, deadline_s=1, url="http://127.0.0.1:10/cap/1.xml")
    await line.close()
