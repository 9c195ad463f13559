"""An indicator that a system of the commune tells over a real broker."""

import asyncio
import json
from pathlib import Path

import aiomqtt
import pytest
from msgspec.structs import replace

from drivers.base import Station
from drivers.registry import open_device
from hil.broker import MOSQUITTO
from hil.ports import listens
from tests.indicators.bench import SIGNED, bench
from tests.workers.live.browser import free_port

START_S = 10.0
TOPIC = "xa/xa-thu/sensor/van-ban/reading"


@pytest.mark.skipif(not Path(MOSQUITTO).exists(), reason="no mosquitto: MQTT was not tried with a real broker")
async def test_a_value_that_comes_by_mqtt_is_kept_and_another_quantity_is_not(tmp_path: Path) -> None:
    port = free_port()
    file = tmp_path / "mosquitto.conf"
    file.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    broker = await asyncio.create_subprocess_exec(MOSQUITTO, "-c", str(file), stderr=asyncio.subprocess.DEVNULL)
    settings = {"host": "127.0.0.1", "port": port, "topic": TOPIC, "client_id": "chi-tieu"}
    asked = replace(SIGNED, kind="station_mqtt", settings=settings)
    try:
        async with asyncio.timeout(START_S):
            while not listens(port):  # noqa: ASYNC110 - a port that opens sets no event
                await asyncio.sleep(0.05)
        async with bench(tmp_path, asked) as box:
            ((one, known),) = box.service._pairs
            station = await open_device(one.kind, one.settings)
            assert isinstance(station, Station)
            await box.service.ask(one, known, station)
            async with aiomqtt.Client("127.0.0.1", port) as other:
                for quantity, value in (("value", 98.6), ("users", 12)):
                    said = {"quantity": quantity, "value": value, "unit": "%"}
                    await other.publish(TOPIC, json.dumps(said), qos=1)
                await box.service.ask(one, known, station)
            rows = await box.ask("SELECT value, origin FROM indicator_value")
            await station.close()
    finally:
        broker.terminate()
        await broker.wait()
    assert rows == [(98.6, "asked")]
