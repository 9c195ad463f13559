from __future__ import annotations

import asyncio
import json
import shutil
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiomqtt
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
from drivers.devices.station_mqtt import Settings, codec, setup
from drivers.devices.station_mqtt.codec import UnreadableError, payload_of, reading_of
from drivers.devices.station_mqtt.driver import MqttStation
from drivers.registry import check_settings
from drivers.transport import mqtt_link
from drivers.transport.fake_mqtt import BrokerFault, FakeMqttBroker
from hil.broker import MOSQUITTO, BrokerSetup, write_broker
from hil.pki import Authority
from hil.ports import free_ports, listens

FRAMES = Path(codec.__file__).parent / "frames" / "readings.jsonl"
SEVEN_MS = 1_793_318_400_000  # 2026-10-30T07:00:00+07:00
SENSORS = ("song-1", "song-2")
ROOT = "xa/xa-thu/sensor"
LEVEL = GaugeReading("level", 3.87, "m", SEVEN_MS)


@dataclass
class Broker:
    """A real mosquitto with the ACL of protocols.md, and sensors that speak to it."""

    folder: Path
    authority: Authority
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        names: dict[str, Any] = {"commune": "xa-thu", "box": "hop", "port": self.port, "ca": self.authority.ca}
        config = BrokerSetup(
            **names,
            identity=self.authority.issue("broker"),
            node_hamlets={},
            sensors=SENSORS,
            listeners=("tram",),
        )
        self.process = subprocess.Popen(write_broker(self.folder / "broker", config), stderr=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while not listens(self.port) and time.monotonic() < until:
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(5)
            self.process = None

    async def say(self, sensor: str, *payloads: bytes, retain: bool = False) -> None:
        identity = self.authority.issue(sensor)
        context = ssl.create_default_context(cafile=str(self.authority.ca))
        context.load_cert_chain(identity.cert, identity.key)
        async with aiomqtt.Client("127.0.0.1", self.port, tls_context=context, timeout=5) as client:
            for payload in payloads:
                await client.publish(f"{ROOT}/{sensor}/reading", payload, qos=1, retain=retain)

    async def station(self, sensor: str = "+", silent_after_s: float = 60.0, name: str = "tram") -> MqttStation:
        identity = self.authority.issue(name)
        files = {"ca": str(self.authority.ca), "cert": str(identity.cert), "key": str(identity.key)}
        topic = f"{ROOT}/{sensor}/reading"
        return await setup(Settings("127.0.0.1", topic, name, self.port, silent_after_s=silent_after_s, **files))


@pytest_asyncio.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    if shutil.which(MOSQUITTO) is None:
        pytest.skip("mosquitto is not installed")
    (port,) = free_ports([0])
    running = Broker(tmp_path, Authority(tmp_path / "pki"), port)
    running.start()
    yield running
    running.stop()


@pytest_asyncio.fixture
async def bad_broker(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeMqttBroker]:
    monkeypatch.setattr(mqtt_link, "ANSWER_S", 0.4)
    monkeypatch.setattr(mqtt_link, "FIRST_WAIT_S", 0.05)
    fake = FakeMqttBroker()
    await fake.start()
    yield fake
    await fake.close()


async def within(wanted: Callable[[], Awaitable[bool]], seconds: float = 8.0) -> None:
    async with asyncio.timeout(seconds):
        while not await wanted():
            await asyncio.sleep(0.05)


async def some(station: MqttStation) -> list[GaugeReading]:
    """What comes, waiting for the first of it."""
    found: list[GaugeReading] = []

    async def came() -> bool:
        found.extend(await station.read())
        return bool(found)

    await within(came)
    return found


async def healed(station: MqttStation) -> None:
    async def reads() -> bool:
        try:
            await station.read()
        except DriverError:
            return False
        return True

    await within(reads)


def test_golden_messages_are_readings_and_a_sensor_that_doubts_itself_is_none() -> None:
    level, rain, battery, salinity = FRAMES.read_bytes().splitlines()
    assert reading_of(level, retained=False, station="") == LEVEL
    assert reading_of(rain, retained=True, station="x") == GaugeReading("rain", 12.4, "mm", SEVEN_MS, "x")
    assert reading_of(battery, retained=False, station="") == GaugeReading("battery", 12.1, "V")
    with pytest.raises(UnreadableError, match="sensor fouled"):
        reading_of(salinity, retained=False, station="")
    with pytest.raises(UnreadableError, match="retained"):
        reading_of(battery, retained=True, station="")


@given(st.floats(-1e6, 1e6), st.integers(0, 4_000_000_000_000) | st.none())
def test_messages_come_back(value: float, at_ms: int | None) -> None:
    reading = GaugeReading("level", value, "m", at_ms, "x")
    assert reading_of(payload_of(reading), retained=False, station="x") == reading


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": "Mực nước"},
        {"value": "3,87"},
        {"value": None},
        {"unit": ""},
        {"at": "2026-10-30T07:00:00"},
        {"at": "hôm qua"},
        {"unit": "x" * 5_000},
        {"extra": [[[]]] * 2_000},
    ],
)
def test_a_message_out_of_bounds_is_no_reading(change: dict[str, object]) -> None:
    with pytest.raises(UnreadableError):
        reading_of(
            json.dumps({"quantity": "level", "value": 1, "unit": "m"} | change).encode(), retained=False, station=""
        )


@given(st.binary(max_size=200))
def test_any_bytes_are_a_reading_or_an_error(payload: bytes) -> None:
    with pytest.raises(UnreadableError):
        reading_of(payload, retained=False, station="")


async def test_what_came_since_the_last_reading_is_told_once_and_in_order(broker: Broker) -> None:
    station = await broker.station()
    assert isinstance(station, Station)
    assert await station.read() == ()
    later = GaugeReading("level", 3.91, "m", SEVEN_MS + 60_000)
    await broker.say("song-1", payload_of(LEVEL), payload_of(later))
    await broker.say("song-2", payload_of(LEVEL))
    found: list[GaugeReading] = []

    async def all_came() -> bool:
        found.extend(await station.read())
        return len(found) == 3

    await within(all_came)
    assert [(reading.station, reading.value) for reading in found] == [
        ("song-1", 3.87),
        ("song-1", 3.91),
        ("song-2", 3.87),
    ]
    assert await station.read() == ()
    await station.close()


async def test_two_stations_share_a_session_and_each_hears_its_own_sensor(broker: Broker) -> None:
    first, second = await broker.station("song-1"), await broker.station("song-2")
    assert (await first.read(), await second.read()) == ((), ())
    await broker.say("song-2", payload_of(LEVEL))
    assert await some(second) == [LEVEL]
    assert await first.read() == ()
    await second.close()
    await broker.say("song-1", payload_of(LEVEL))
    assert await some(first) == [LEVEL]
    await first.close()


async def test_what_sensors_said_while_we_were_away_waits_at_the_broker(broker: Broker) -> None:
    before = await broker.station("song-1")
    await before.read()
    await before.close()
    await broker.say("song-1", payload_of(LEVEL))
    after = await broker.station("song-1")
    assert await some(after) == [LEVEL]
    await after.close()


async def test_a_broker_that_dies_is_transient_and_comes_back(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt_link, "FIRST_WAIT_S", 0.1)
    station = await broker.station("song-1")
    await station.read()
    broker.stop()

    async def fails() -> bool:
        try:
            await station.read()
        except TransientDriverError:
            return True
        return False

    await within(fails)
    broker.start()
    await healed(station)
    await broker.say("song-1", payload_of(LEVEL))
    assert await some(station) == [LEVEL]
    await station.close()


async def test_a_silent_sensor_is_a_transient_error_until_it_speaks(broker: Broker) -> None:
    station = await broker.station("song-1", silent_after_s=1.0)
    assert await station.read() == ()
    await asyncio.sleep(1.1)
    with pytest.raises(TransientDriverError, match="nothing on xa/xa-thu/sensor/song-1/reading for 1 s"):
        await station.read()
    await broker.say("song-1", payload_of(LEVEL))
    await asyncio.sleep(0.2)
    assert await station.read() == (LEVEL,)
    await station.close()


async def test_rubbish_alone_is_an_error_and_hides_no_reading(broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    station = await broker.station("song-1")
    await station.read()
    await broker.say("song-1", b"\xff rubbish", payload_of(LEVEL)[:-5])
    await asyncio.sleep(0.2)
    with pytest.raises(TransientDriverError, match="2 messages are no readings"):
        await station.read()
    await broker.say("song-1", b"rubbish", payload_of(LEVEL), b"rubbish")
    await asyncio.sleep(0.2)
    assert await station.read() == (LEVEL,)
    assert "2 messages are no readings" in caplog.text
    await station.close()


async def test_of_too_many_messages_the_oldest_are_dropped_and_counted(
    broker: Broker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mqtt_link, "INBOX", 5)
    station = await broker.station("song-1")
    await station.read()
    for number in range(8):
        await broker.say("song-1", payload_of(GaugeReading("level", number, "m", SEVEN_MS)))
    await asyncio.sleep(0.2)
    assert [reading.value for reading in await station.read()] == [3, 4, 5, 6, 7]
    assert "3 messages too many" in caplog.text
    await station.close()


async def test_a_stranger_reaches_no_broker(broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt_link, "ANSWER_S", 1.0)
    stranger = Authority(tmp_path / "other").issue("tram")
    files: dict[str, Any] = {"ca": str(broker.authority.ca), "cert": str(stranger.cert), "key": str(stranger.key)}
    station = await setup(Settings("127.0.0.1", f"{ROOT}/song-1/reading", "tram", broker.port, **files))
    with pytest.raises(DriverError):
        await station.read()
    await station.close()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (BrokerFault.SILENT, TransientDriverError),
        (BrokerFault.GARBLED, TransientDriverError),
        (BrokerFault.HALF, TransientDriverError),
        (BrokerFault.NOT_READY, TransientDriverError),
        (BrokerFault.SUBSCRIBE_SILENT, TransientDriverError),
        (BrokerFault.NOT_AUTHORISED, FinalDriverError),
        (BrokerFault.TOPIC_REFUSED, FinalDriverError),
    ],
)
async def test_a_broker_that_fails_is_a_clear_error_in_time_and_heals(
    bad_broker: FakeMqttBroker, fault: BrokerFault, error: type[Exception]
) -> None:
    station = await setup(Settings("127.0.0.1", "a/b", "tram", bad_broker.port))
    bad_broker.fault = fault
    began = time.monotonic()
    with pytest.raises(error):
        await station.read()
    assert time.monotonic() - began < 3
    bad_broker.fault = BrokerFault.NONE
    bad_broker.cut()
    await healed(station)
    await station.close()


async def test_a_station_that_is_closed_leaves_nothing_running(bad_broker: FakeMqttBroker) -> None:
    before = asyncio.all_tasks()
    station = await setup(Settings("127.0.0.1", "a/b", "tram", bad_broker.port))
    await station.read()
    await station.close()
    await station.close()
    await asyncio.sleep(0.1)
    assert not {task for task in asyncio.all_tasks() - before if "mqtt" in task.get_name()}


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"topic": "xa/#"}, "topic"),
        ({"topic": "xa/+/sensor/+/reading"}, "topic"),
        ({"topic": "/"}, "topic"),
        ({"host": "mqtt.tinh.example"}, "ca"),
        ({"silent_after_s": 0}, "silent_after_s"),
        ({"port": 0}, "port"),
    ],
)
def test_a_wrong_setting_is_named_when_the_file_is_read(settings: dict[str, object], wrong: str) -> None:
    good = {"host": "127.0.0.1", "topic": "xa/x/sensor/+/reading", "client_id": "tram"}
    check_settings("station_mqtt", good)
    with pytest.raises(MisconfiguredDriverError, match=f"station_mqtt.{wrong}: "):
        check_settings("station_mqtt", good | settings)


async def test_files_that_are_no_certificate_and_two_identities_of_one_name_are_refused(tmp_path: Path) -> None:
    files: dict[str, Any] = {name: str(tmp_path / name) for name in ("ca", "cert", "key")}
    with pytest.raises(MisconfiguredDriverError, match="station_mqtt: ca, cert or key"):
        await setup(Settings("127.0.0.1", "a/b", "tram", 9, **files))
    first = await setup(Settings("127.0.0.1", "a/b", "tram", 9))
    with pytest.raises(MisconfiguredDriverError, match="another certificate"):
        await setup(Settings("127.0.0.1", "a/c", "tram", 9, **files))
    await first.close()
