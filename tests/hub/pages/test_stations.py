import asyncio
import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from click.testing import CliRunner

from drivers.base import FinalDriverError, MisconfiguredDriverError, TransientDriverError
from drivers.devices.station_cap import Settings as CapSettings
from drivers.devices.station_cap import setup as setup_cap
from drivers.devices.station_http import Settings as HttpSettings
from drivers.devices.station_http import setup as setup_http
from edge.config.schema import Feed, Gauge
from edge.core.local_time import local
from edge.core.moment import AtMs
from edge.hub.cli import hub as command
from edge.hub.database import Database
from edge.hub.stations import cli
from edge.hub.stations.given import MOST_BYTES
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.sensing.service import SensingService
from edge.store.journal import Journal
from hil.pki import Authority, Identity
from tests.hub.province import BOX, LOOPBACK, Answer, Province

HOUR_MS = 3_600_000
WRITER = "province-stations"
SENDER = "tinh@mo-lang.invalid"


def written(at_ms: int) -> str:
    return local(AtMs(at_ms)).isoformat(timespec="milliseconds")


def now_ms() -> int:
    return SystemClock().now().at_ms


async def publish(
    province: Province, port: int, path: str, body: Any, name: str = WRITER, kind: str = "application/json"
) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    url, tls = f"https://{LOOPBACK}:{port}{path}", province.client_tls(name)
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=data, headers={"Content-Type": kind}, ssl=tls) as response,
    ):
        return Answer(response.status, json.loads(await response.read()), dict(response.headers))


def level(value: float, at_ms: int, station: str = "thuong-nguon", **more: Any) -> dict[str, Any]:
    return {"station": station, "quantity": "level", "value": value, "unit": "m", "time": written(at_ms)} | more


def files_of(province: Province, name: str = BOX) -> dict[str, str]:
    identity = province.authority.issue(name)
    return {"ca": str(province.authority.ca), "cert": str(identity.cert), "key": str(identity.key)}


def feed_settings(province: Province, port: int, name: str = BOX) -> dict[str, str]:
    return {
        "url": f"https://{LOOPBACK}:{port}/v1/stations",
        "rows": "data.stations",
        "station": "id",
        "time": "time",
        "value_1": "level m field=values.level",
        "value_2": "rain mm field=values.rain",
        **files_of(province, name),
    }


async def test_a_published_level_comes_into_the_store_of_a_box(province: Province, tmp_path: Path) -> None:
    at_ms = now_ms() - 60_000
    async with province.running() as doors:
        rain = level(12.5, at_ms) | {"quantity": "rain", "unit": "mm"}
        assert (await publish(province, doors.boxes, "/v1/stations/readings", [level(4.25, at_ms), rain])).status == 200
        feed = Feed(id="tinh", kind="station_http", settings={**feed_settings(province, doors.boxes)}, period_s=60)
        gauge = Gauge(id="tn", name="Thượng nguồn", feed="tinh", station="thuong-nguon")
        journal = await Journal.open(tmp_path / "box.db", SystemClock())
        task = asyncio.create_task(SensingService((gauge,), journal, Bus(), (feed,)).run())
        try:
            async with asyncio.timeout(10):
                while len(rows := await stored(journal)) < 2:
                    await asyncio.sleep(0.05)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            journal.close()
    assert rows == [("tn", "level", 4.25, "m", at_ms), ("tn", "rain", 12.5, "mm", at_ms)]


async def stored(journal: Journal) -> list[Any]:
    question = "SELECT station, quantity, value, unit, at_ms FROM reading ORDER BY quantity"
    return await journal.with_connection(lambda connection: connection.execute(question).fetchall())


async def test_what_did_not_change_is_not_sent_again_and_a_correction_is(province: Province) -> None:
    at_ms = now_ms() - 120_000
    async with province.running() as doors:
        await publish(province, doors.boxes, "/v1/stations/readings", [level(4.0, at_ms)])
        station = await setup_http(HttpSettings(**feed_settings(province, doors.boxes)))  # type: ignore[arg-type]  # all text
        try:
            assert [one.value for one in await station.read()] == [4.0]
            assert await station.read() == ()
            await publish(
                province, doors.boxes, "/v1/stations/readings", [level(4.1, at_ms), level(4.3, at_ms + 60_000)]
            )
            assert [one.value for one in await station.read()] == [4.3]
        finally:
            await station.close()
        history = await province.get(doors.boxes, "/v1/stations/thuong-nguon/readings")
        assert [row["values"]["level"] for row in history.body["data"]["stations"]] == [4.1, 4.3]
        table = await province.get(doors.boxes, "/v1/stations.csv")
        (row,) = csv.DictReader(io.StringIO(table.body))
        assert (row["station"], row["quantity"], row["value"]) == ("thuong-nguon", "level", "4.3")


async def test_a_release_is_announced_replaced_and_taken_back(province: Province) -> None:
    begins_ms = now_ms() // 60_000 * 60_000 + 4 * HOUR_MS
    planned = {"reservoir": "Hồ Thượng", "flow_m3s": 400, "begins": written(begins_ms), "level_m": 46.72}
    async with province.running() as doors:
        url = f"https://{LOOPBACK}:{doors.boxes}/v1/releases.cap"
        box = await setup_cap(CapSettings(url, SENDER, **files_of(province)))
        try:
            assert (await publish(province, doors.boxes, "/v1/releases", planned)).status == 201
            told = {one.quantity: one for one in await box.read()}
            assert (told["release_planned"].value, told["release_planned"].at_ms) == (400.0, begins_ms)
            assert (told["level"].value, told["level"].station) == (46.72, "Hồ Thượng")
            later = planned | {"flow_m3s": 650.5, "begins": written(begins_ms + HOUR_MS)}
            said = await publish(province, doors.boxes, "/v1/releases", later)
            plans = [(one.value, one.at_ms) for one in await box.read() if one.quantity == "release_planned"]
            assert plans == [(0.0, begins_ms), (650.5, begins_ms + HOUR_MS)]
            over = await publish(province, doors.boxes, f"/v1/releases/{said.body['id']}/cancel", {})
            assert over.status == 201
            plans = [(one.value, one.at_ms) for one in await box.read() if one.quantity == "release_planned"]
            assert plans == [(0.0, begins_ms + HOUR_MS)]
        finally:
            await box.close()
        again = await setup_cap(CapSettings(url, SENDER, **files_of(province)))
        try:
            last = [one for one in await again.read() if one.quantity == "release_planned"][-1]
            assert (last.value, last.at_ms) == (0.0, begins_ms + HOUR_MS)
        finally:
            await again.close()
        told_json = (await province.get(doors.boxes, "/v1/releases")).body["releases"]
        assert [one["state"] for one in told_json] == ["cancelled", "update", "alert"]
        assert (await publish(province, doors.boxes, f"/v1/releases/{said.body['id']}/cancel", {})).status == 400


async def test_who_may_not_publish_is_refused(province: Province) -> None:
    async with province.running() as doors:
        for name in (BOX, "province", "province-lan", "thon-3", "commander"):
            for path in ("/v1/stations/readings", "/v1/releases", "/v1/releases/x/cancel"):
                assert (await publish(province, doors.boxes, path, [], name)).status == 403, (name, path)
        async with aiohttp.ClientSession() as session:
            for path in ("/v1/stations/readings", "/v1/releases"):
                async with session.post(f"http://{LOOPBACK}:{doors.page}{path}", data=b"[]") as response:
                    assert response.status in {404, 405}


WRONG: tuple[dict[str, Any], ...] = (
    {"value": "4"},
    {"value": 1e300},
    {"station": "../x"},
    {"quantity": "Mực"},
    {"unit": ""},
    {"time": "hôm qua"},
    {"time": "2020-01-01T00:00"},
    {"time": "9999-12-31T23:59"},
    {"name": "a\nb"},
    {"more": 1},
)


async def test_a_wrong_reading_refuses_all_of_them(province: Province) -> None:
    async with province.running() as doors:
        for changed in WRONG:
            body = [level(1.0, now_ms()), level(1.0, now_ms()) | changed]
            assert (await publish(province, doors.boxes, "/v1/stations/readings", body)).status == 400, changed
        assert (await province.get(doors.boxes, "/v1/stations")).body == {"data": {"stations": []}}


async def test_too_much_and_rubbish_are_refused(province: Province) -> None:
    async with province.running() as doors:
        for path in ("/v1/stations/readings", "/v1/releases"):
            assert (await publish(province, doors.boxes, path, b"{" * 100_000)).status == 400
            assert (await publish(province, doors.boxes, path, b" " * (MOST_BYTES + 1))).status == 413
        wrong = b"time,station\n1,2\n"
        assert (await publish(province, doors.boxes, "/v1/stations/readings", wrong, kind="text/csv")).status == 400
        assert (await province.get(doors.boxes, "/v1/stations/khong-co/readings")).status == 404


async def test_a_box_without_a_certificate_gets_nothing_and_says_why(province: Province, tmp_path: Path) -> None:
    settings = feed_settings(province, 1)
    with pytest.raises(MisconfiguredDriverError, match="go together"):
        await setup_http(HttpSettings(**{**settings, "key": None}))  # type: ignore[arg-type]  # all text
    with pytest.raises(MisconfiguredDriverError, match=r"station_http\.cert"):
        await setup_http(HttpSettings(**{**settings, "cert": str(tmp_path / "none.pem")}))  # type: ignore[arg-type]  # all text
    async with province.running() as doors:
        plain = {
            name: text for name, text in feed_settings(province, doors.boxes).items() if name not in ("cert", "key")
        }
        for given, error in (
            (plain, TransientDriverError),
            (feed_settings(province, doors.boxes, "thon-3"), FinalDriverError),
        ):
            station = await setup_http(HttpSettings(**given))  # type: ignore[arg-type]  # all text
            with pytest.raises(error):
                await station.read()
            await station.close()


def install(identity: Identity, settings: dict[str, str]) -> None:
    shutil.copyfile(identity.cert, settings["cert"])
    shutil.copyfile(identity.key, settings["key"])


async def test_a_renewed_certificate_is_used_by_a_line_that_stays_open(province: Province, tmp_path: Path) -> None:
    async with province.running() as doors:
        await publish(province, doors.boxes, "/v1/stations/readings", [level(4.0, now_ms())])
        settings = feed_settings(province, doors.boxes)
        other = Authority(tmp_path / "other").issue(BOX)
        good = province.authority.issue(BOX)
        settings |= {"cert": str(tmp_path / "own.pem"), "key": str(tmp_path / "own.key")}
        install(other, settings)
        station = await setup_http(HttpSettings(**settings))  # type: ignore[arg-type]  # all text
        try:
            with pytest.raises(TransientDriverError):
                await station.read()
            install(good, settings)
            assert [one.value for one in await station.read()] == [4.0]
        finally:
            await station.close()


def test_the_command_publishes_from_a_file_and_announces(tmp_path: Path) -> None:
    file = tmp_path / "so-do.csv"
    file.write_text(f"time,station,quantity,value,unit,name\n{written(now_ms())},ho,level,46.5,m,Hồ Thượng\n")
    run = CliRunner()
    folder = ["--folder", str(tmp_path)]
    assert "1 số đo" in run.invoke(command, ["station", "import", *folder, str(file)]).output
    begins = written(now_ms() + HOUR_MS)
    said = run.invoke(command, ["station", "release", *folder, "--reservoir=Hồ", "--flow=300", f"--begins={begins}"])
    name = said.output.split()[1].rstrip(".")
    assert "Đã hủy" in run.invoke(command, ["station", "cancel", *folder, name]).output
    assert run.invoke(command, ["station", "cancel", *folder, name]).exit_code == 1
    assert (
        run.invoke(command, ["station", "release", *folder, "--reservoir=", "--flow=-1", "--begins=x"]).exit_code == 1
    )
    assert "Xong" in run.invoke(command, ["rebuild", *folder]).output
    assert run.invoke(command, ["rebuild"]).exit_code == 2


async def test_a_watched_file_is_taken_whenever_it_changes(tmp_path: Path) -> None:
    file, said = tmp_path / "so-do.csv", list[str]()
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/hub.db")
    await database.make_tables()
    task = asyncio.create_task(cli.watch_file(database, file, said.append, pause_s=0.02))
    try:
        for body, word in (
            ("rubbish\n", "thiếu cột"),
            (f"time,station,quantity,value,unit\n{written(now_ms())},ho,level,1,m\n", "1 số đo"),
        ):
            file.write_text(body)
            async with asyncio.timeout(5):
                while not any(word in line for line in said):
                    await asyncio.sleep(0.02)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await database.close()
    assert len(said) == 2
