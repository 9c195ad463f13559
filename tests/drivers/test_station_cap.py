from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from drivers.base import FinalDriverError, GaugeReading, MisconfiguredDriverError, Station, TransientDriverError
from drivers.devices.station_cap import Settings, driver, setup, xml
from drivers.devices.station_cap.codec import Names, readings_of, taken_back
from drivers.devices.station_cap.driver import CapStation
from drivers.registry import check_settings
from drivers.transport.fake_pty import Fault
from edge.core.cap import Status
from hil.province import RESERVOIR, SENDER, Province

FRAMES = Path(xml.__file__).parent / "frames"
RELEASE = (FRAMES / "release.xml").read_bytes()
NAMES = Names("vn:xa-lu", "vn:ho-chua", "vn:muc-nuoc-ho", "vn:luu-luong-den", "vn:luu-luong-xa")
SENT_MS, ONSET_MS = 1_793_318_700_000, 1_793_343_600_000  # 07:05 and 14:00 of 2026-10-30 in Vietnam
TWO_MS = 1_795_000_000_000
THREE_MS = TWO_MS + 3_600_000


@pytest_asyncio.fixture
async def province() -> AsyncIterator[Province]:
    simulated = Province()
    await simulated.start()
    yield simulated
    await simulated.close()


@pytest_asyncio.fixture
async def reservoir(province: Province) -> AsyncIterator[CapStation]:
    made = await setup(Settings(f"{province.url}/cap", SENDER))
    yield made
    await made.close()


def planned(flow: float, at_ms: int) -> GaugeReading:
    return GaugeReading("release_planned", flow, "m3/s", at_ms, RESERVOIR)


async def plans(reservoir: CapStation) -> list[GaugeReading]:
    return [reading for reading in await reservoir.read() if reading.quantity == "release_planned"]


def test_the_golden_alert_means_a_release_and_what_the_reservoir_measures() -> None:
    (alert,) = xml.read_feed(RELEASE).alerts
    assert set(readings_of(alert, NAMES)) == {
        planned(800.0, ONSET_MS),
        GaugeReading("release", 120.0, "m3/s", SENT_MS, RESERVOIR),
        GaugeReading("inflow", 1150.0, "m3/s", SENT_MS, RESERVOIR),
        GaugeReading("level", 46.72, "m", SENT_MS, RESERVOIR),
    }


def test_the_golden_cancel_takes_the_release_back() -> None:
    (alert,) = xml.read_feed(RELEASE).alerts
    (cancel,) = xml.read_feed((FRAMES / "cancel.xml").read_bytes()).alerts
    assert (cancel.kind, cancel.references) == ("Cancel", ((alert.sender, alert.identifier),))
    assert list(taken_back(readings_of(alert, NAMES), ())) == [planned(0.0, ONSET_MS)]


def test_the_golden_feed_points_at_its_alerts() -> None:
    assert xml.read_feed((FRAMES / "feed.atom").read_bytes()).links == ("/cap/17.xml", "/cap/18.xml")


@pytest.mark.parametrize("wrap", ["rss/channel/item", "feed/entry/content", "EDXLDistribution/contentObject"])
def test_alerts_are_found_in_whatever_wraps_them(wrap: str) -> None:
    names = wrap.split("/")
    body = RELEASE.split(b"?>", 1)[1]
    document = "".join(f"<{name}>" for name in names).encode() + body + body
    document += "".join(f"</{name}>" for name in reversed(names)).encode()
    feed = xml.read_feed(document)
    assert (len(feed.alerts), feed.links) == (2, ())


def test_an_rss_item_points_at_its_alert() -> None:
    feed = xml.read_feed(b"<rss><channel><link>/x</link><item><link> /cap/1.xml </link></item></channel></rss>")
    assert feed.links == ("/cap/1.xml",)


def test_the_same_release_in_two_languages_is_one() -> None:
    begin, end = RELEASE.index(b"<info>"), RELEASE.index(b"</alert>")
    info = RELEASE[begin:end]
    (alert,) = xml.read_feed(RELEASE[:end] + info.replace(b"<language>vi", b"<language>en") + b"</alert>").alerts
    assert len(alert.infos) == 2
    assert len(readings_of(alert, NAMES)) == 4


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"<identifier>ho-thuong-2026-17</identifier>", b"", "identifier is missing"),
        (b"<status>Actual</status>", b"<status>Actual</status><status>Test</status>", "stands twice"),
        (b"14:00:00+07:00</onset>", b"14:00:00</onset>", "no time of CAP"),
        (b"2026-10-30T14:00:00+07:00</onset>", b"2026-02-31T14:00:00+07:00</onset>", "no real time"),
        (b"<valueName>vn:xa-lu</valueName>", b"<valueName>vn:ho-chua</valueName>", "stands twice"),
    ],
)
def test_an_alert_that_lacks_something_is_bad_and_hides_no_other(old: bytes, new: bytes, why: str) -> None:
    assert old in RELEASE
    body = RELEASE.split(b"?>", 1)[1]
    feed = xml.read_feed(b"<x>" + body.replace(old, new) + body + b"</x>")
    assert len(feed.alerts) == 1
    assert why in feed.bad[0]


@pytest.mark.parametrize("flow", [b"800 l/s", b"800 m", b"8e2", b"1.250.000", b"-5", b"m\xe1\xbb\x99t ngh\xc3\xacn"])
async def test_a_flow_that_is_no_number_of_our_unit_is_never_a_flow(flow: bytes) -> None:
    (alert,) = xml.read_feed(RELEASE.replace("800 m³/s".encode(), flow)).alerts
    with pytest.raises(xml.BadAlertError, match="vn:xa-lu"):
        readings_of(alert, NAMES)


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b"<x>&nothing;</x>",
        b"<a>" * 17 + b"</a>" * 17,
        b"<x>" + b"<y/>" * 20_000 + b"</x>",
        b'<?xml version="1.0" encoding="klingon"?><x/>',
        b"<x>",
        b"",
        RELEASE[: len(RELEASE) // 2],
    ],
)
def test_what_is_dangerous_or_no_xml_is_refused(document: bytes) -> None:
    with pytest.raises(TransientDriverError):
        xml.read_feed(document)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_an_error(data: bytes) -> None:
    with pytest.raises(TransientDriverError):
        xml.read_feed(data)


async def test_a_release_is_told_once_with_the_time_when_it_begins(reservoir: CapStation, province: Province) -> None:
    assert isinstance(reservoir, Station)
    assert await reservoir.read() == ()
    province.release(800, TWO_MS)
    found = await reservoir.read()
    assert [reading.quantity for reading in found] == ["release_planned", "level"]
    assert found[0] == planned(800.0, TWO_MS)
    assert await reservoir.read() == ()
    assert [path for path, status in province.answered if status == 200] == ["/cap", "/cap", "/cap/ho-thuong-1.xml"]


async def test_an_update_replaces_the_release_and_a_cancel_takes_it_back(
    reservoir: CapStation, province: Province
) -> None:
    province.release(800, TWO_MS)
    assert await plans(reservoir) == [planned(800.0, TWO_MS)]
    province.release(500, TWO_MS)
    assert await plans(reservoir) == [planned(500.0, TWO_MS)]
    province.release(900, THREE_MS)
    assert await plans(reservoir) == [planned(0.0, TWO_MS), planned(900.0, THREE_MS)]
    province.cancel()
    assert await plans(reservoir) == [planned(0.0, THREE_MS)]


async def test_a_feed_that_tells_all_of_it_at_once_ends_with_the_same(
    reservoir: CapStation, province: Province
) -> None:
    province.release(800, TWO_MS)
    province.release(900, THREE_MS)
    province.cancel()
    last = {reading.at_ms: reading.value for reading in await plans(reservoir)}
    assert last == {TWO_MS: 0.0, THREE_MS: 0.0}


async def test_a_cancel_that_names_its_release_takes_it_back_after_a_restart(
    reservoir: CapStation, province: Province
) -> None:
    province.release(800, TWO_MS)
    province.cancel(naming_it=True)
    del province.alerts[0]
    assert await plans(reservoir) == [planned(0.0, TWO_MS)]


async def test_a_release_that_is_read_after_its_cancel_is_never_planned(
    reservoir: CapStation, province: Province
) -> None:
    late = province.release(800, TWO_MS)
    province.cancel()
    province.alerts.remove(late)
    assert await reservoir.read() == ()
    province.alerts.insert(0, late)
    assert await plans(reservoir) == []


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST, Status.DRAFT, Status.SYSTEM])
async def test_an_exercise_says_nothing_about_a_real_river(
    reservoir: CapStation, province: Province, status: Status
) -> None:
    province.release(800, TWO_MS, status=status)
    assert await reservoir.read() == ()


async def test_only_the_named_sender_is_believed(province: Province, caplog: pytest.LogCaptureFixture) -> None:
    stranger = await setup(Settings(f"{province.url}/cap", "khac@tinh.example"))
    province.release(800, TWO_MS)
    province.release(900, TWO_MS)
    assert await stranger.read() == ()
    assert caplog.text.count("are passed over") == 1
    await stranger.close()


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.LATE, Fault.GARBLED, Fault.HALF])
async def test_a_bad_line_is_a_transient_error_in_time_and_heals(
    reservoir: CapStation, province: Province, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "DEADLINE_S", 0.6)
    province.release(800, TWO_MS)
    province.fault, province.late_s = fault, 1.0
    with pytest.raises(TransientDriverError):
        await reservoir.read()
    province.fault = Fault.NONE
    assert await plans(reservoir) == [planned(800.0, TWO_MS)]


async def test_an_alert_behind_a_link_that_fails_has_its_turn_again(
    reservoir: CapStation, province: Province, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(driver, "LEAST_S", 100.0)  # no time is left for links
    province.release(800, TWO_MS)
    assert await reservoir.read() == ()
    monkeypatch.undo()
    assert await plans(reservoir) == [planned(800.0, TWO_MS)]
    assert not caplog.text


async def test_a_refusal_is_final_and_a_server_in_trouble_is_asked_again(
    reservoir: CapStation, province: Province
) -> None:
    for status, error in ((404, FinalDriverError), (500, TransientDriverError)):
        province.status = status
        with pytest.raises(error):
            await reservoir.read()


async def test_many_alerts_are_fetched_a_few_at_a_time_and_none_is_lost(
    reservoir: CapStation, province: Province
) -> None:
    for number in range(driver.MOST_LINKS + 5):
        province.release(100 + number, TWO_MS)
    assert len(await plans(reservoir)) == driver.MOST_LINKS
    assert [reading.value for reading in await plans(reservoir)] == [120.0, 121.0, 122.0, 123.0, 124.0]
    assert await reservoir.read() == ()


def test_alerts_travel_over_https_alone() -> None:
    for url in ("http://tinh.example/cap", "http://10.0.0.7/cap"):
        with pytest.raises(MisconfiguredDriverError, match="station_cap.url: .*https"):
            check_settings("station_cap", {"url": url, "sender": SENDER})
