"""The service with its devices on real wires: a gauge on a PTY, a feed over HTTP."""

import asyncio
from pathlib import Path

from aiohttp import web
from msgspec.structs import replace

from drivers.devices.gauge_modbus.fake import FakeGauge
from drivers.transport.fake_pty import Fault
from edge.config.schema import Feed
from edge.core.news import ServiceChanged
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.sensing.service import SensingService
from edge.store.journal import Journal
from tests.sensing.bench import FED, RIVER
from tests.workers.live.browser import free_port

DEADLINE_S = 10.0


async def test_a_gauge_that_falls_silent_is_told_and_heals_by_itself(tmp_path: Path) -> None:
    fake = FakeGauge(lambda: 2.0)
    await fake.start()
    gauge = replace(RIVER, settings={"device": str(fake.path), "unit": 1}, period_s=1.0)
    journal, bus = await Journal.open(tmp_path / "a.db", SystemClock()), Bus()
    service = SensingService([gauge], journal, bus)
    await service.check()
    with bus.listen(ServiceChanged) as mailbox:
        running = asyncio.create_task(service.run())
        try:
            for fault, state in ((Fault.NONE, "up"), (Fault.SILENT, "down"), (Fault.NONE, "up")):
                fake.fault = fault
                async with asyncio.timeout(DEADLINE_S):
                    while (await mailbox.get()).state != state:
                        pass
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    rows = await journal.record(lambda tx: tx.run("SELECT DISTINCT value, quality, source FROM reading").fetchall())
    assert rows == [(2.0, "good", "gauge")]
    journal.close()
    await fake.close()


async def test_one_feed_over_http_serves_the_stations_that_the_file_names(tmp_path: Path) -> None:
    rows = [{"tram": "KG-01", "muc": 2.1, "mua": 4.0}, {"tram": "KG-02", "muc": 3.3}, {"tram": "XA-LA", "muc": 9.9}]

    async def page(_: web.Request) -> web.Response:
        return web.json_response(rows)

    app, port = web.Application(), free_port()
    app.router.add_get("/tram.json", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    lines = {"value_1": "level m field=muc", "value_2": "rain mm field=mua", "station": "tram"}
    feed = Feed(id="tinh", kind="station_http", settings={"url": f"http://127.0.0.1:{port}/tram.json", **lines})
    gauges = [FED, replace(FED, id="kg-2", station="KG-02")]
    journal, bus = await Journal.open(tmp_path / "a.db", SystemClock()), Bus()
    service = SensingService(gauges, journal, bus, [feed])
    running = asyncio.create_task(service.run())
    found: list[tuple[object, ...]] = []
    async with asyncio.timeout(DEADLINE_S):
        while len(found) < 3:
            await asyncio.sleep(0.05)
            found = await journal.record(
                lambda tx: tx.run("SELECT station, quantity, value, source FROM reading ORDER BY 1, 2").fetchall()
            )
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert found == [
        ("kg", "level", 2.1, "province"),
        ("kg", "rain", 4.0, "province"),
        ("kg-2", "level", 3.3, "province"),
    ]
    journal.close()
    await runner.cleanup()
