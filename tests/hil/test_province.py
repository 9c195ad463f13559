import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.base import NewsSource, Station, TransientDriverError
from drivers.registry import open_device
from hil.control_socket import tell
from hil.ports import free_ports, listens
from hil.province import SENDER, Province
from hil.province_stations import LAG_H, Ill


@pytest.fixture
async def province() -> AsyncIterator[Province]:
    simulated = Province(every_s=0.0)
    await simulated.start()
    yield simulated
    await simulated.close()


async def level_upstream(url: str) -> float:
    settings = {"url": f"{url}/stations.json", "rows": "data.stations[id=thuong-nguon]"}
    station = await open_device("station_http", settings | {"value_1": "level m field=values.level"})
    assert isinstance(station, Station)
    (reading,) = await station.read()
    await station.close()
    return reading.value


def test_the_wave_is_upstream_before_it_is_at_the_commune() -> None:
    clock = [0]
    province = Province(hours_per_s=1.0, now_ms=lambda: clock[0])
    province.flood()
    levels: dict[str, list[float]] = {"thuong-nguon": [], "cau-doai": []}
    for hour in range(40):
        clock[0] = hour * 1000
        province.measure()
        for name, found in levels.items():
            found.append(province.stations[name].rows[-1].values["level"])
    peaks = {name: found.index(max(found)) for name, found in levels.items()}
    assert peaks["cau-doai"] - peaks["thuong-nguon"] == pytest.approx(LAG_H, abs=1)


async def test_a_bulletin_of_the_province_is_an_item_of_a_source(province: Province) -> None:
    source = await open_device("source_information_http", {"url": province.url, "token": "x", "wait_s": 0})
    assert isinstance(source, NewsSource)
    assert province.obey("bulletin Lũ trên sông Giang lên mức báo động 2.") == "ok"
    page = await source.fetch("")
    assert [item.text for item in page.items] == ["Lũ trên sông Giang lên mức báo động 2."]
    assert (await source.fetch(page.cursor)).items == ()
    await source.close()


async def test_commands_are_obeyed_and_others_are_answered_so(province: Province) -> None:
    obeyed = ["flood", "ebb", "release 800 6.5", "cancel", "fault late", "fault none", "status 500", "status 200"]
    for line in (*obeyed, *(f"station cau-doai {ill}" for ill in Ill)):
        assert province.obey(line) == "ok", line
    for line in (
        "",
        "release nhiều 6",
        "station khac zero",
        "station cau-doai đỏ",
        "fault slow",
        "status 7",
        "bulletin",
    ):
        assert "không hiểu" in province.obey(line), line
    assert "không hiểu" in Province().obey("cancel")  # nothing was announced


async def test_the_process_serves_obeys_and_ends(tmp_path: Path) -> None:
    (port,) = free_ports([0])
    socket = tmp_path / "province.sock"
    command = (sys.executable, "-m", "hil.province", "--folder", str(tmp_path), "--port", str(port))
    process = await asyncio.create_subprocess_exec(*command, "--every-s", "0.05", "--hours-per-s", "20")
    try:
        async with asyncio.timeout(20):
            while not (listens(port) and socket.exists()):
                await asyncio.sleep(0.05)
        url = f"http://127.0.0.1:{port}"
        before = await level_upstream(url)
        assert tell(socket, "flood") == "ok"
        await asyncio.sleep(0.3)
        assert await level_upstream(url) > before + 0.5
        assert tell(socket, "release 800 6") == "ok"
        reservoir = await open_device("station_cap", {"url": f"{url}/cap", "sender": SENDER})
        assert isinstance(reservoir, Station)
        assert (await reservoir.read())[0].value == 800.0
        await reservoir.close()
        assert tell(socket, "status 500") == "ok"
        with pytest.raises(TransientDriverError, match="500"):
            await level_upstream(url)
    finally:
        process.terminate()
        async with asyncio.timeout(5):
            await process.wait()
    assert not socket.exists()
