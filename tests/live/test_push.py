"""Sections of the wall on their way to the real live child."""

import asyncio
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.config.schema import Broker, Commune, Config, Hamlet, Live, Media, Web
from edge.core.incident import IncidentId
from edge.core.news import IncidentOpened, ServiceChanged
from edge.kernel.bus import Bus
from edge.live import service
from edge.live.service import TOUCHES, LiveService
from hil.ports import free_ports

ROOT = Path(__file__).parents[2]
NEVER_CHANGE, BY_THE_HEARTBEAT = {"commune", "map"}, {"clock"}
FILES = {"ca": "ca.pem", "cert": "box.pem", "key": "box.key"}


def config(port: int, data: Path) -> Config:
    return Config(
        commune=Commune(id="dong-son", name="xã Đông Sơn", data=str(data)),
        web=Web(wall_token="x" * 16),
        broker=Broker(port=8883, **FILES),
        media=Media(url="https://127.0.0.1:1/media", port=8443, **FILES),
        live=Live(port=port),
        hamlet=(Hamlet(id="dong", name="thôn Đông"),),
    )


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.02)


def test_every_section_is_sent_when_what_it_tells_has_changed() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "ref" / "state.md").read_text(), re.MULTILINE))
    assert {"bulletins", "templates"} < told
    assert set().union(*TOUCHES.values()) == told - NEVER_CHANGE - BY_THE_HEARTBEAT


async def test_a_section_that_cannot_be_read_holds_up_no_other_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service, "HEARTBEAT_S", 0.2)
    locked = True

    def bulletins() -> list[str]:
        if locked:
            raise sqlite3.OperationalError("database is locked")
        return []

    sections = dict.fromkeys(("clock", "horns", "cameras", "uplink", "incidents"), list[str]) | {"bulletins": bulletins}
    live = LiveService(config(free_ports([0])[0], tmp_path), lambda camera: "", sections, Bus())
    task = asyncio.create_task(live.run())
    try:
        await until(lambda: live._sent.keys() == sections.keys() - {"bulletins"})
        await asyncio.sleep(0.5)
        assert [record.getMessage() for record in caplog.records if "stale" in record.getMessage()] == [
            "section bulletins of the wall is stale: database is locked"
        ]
        locked = False
        await until(lambda: live._sent.keys() == sections.keys())
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_an_incident_that_opens_is_not_gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = ["1"]
    sections = dict.fromkeys(("clock", "incidents", "services"), lambda: list(known))
    bus = Bus()
    live = LiveService(config(free_ports([0])[0], tmp_path), lambda camera: "", sections, bus)
    task = asyncio.create_task(live.run())
    try:
        await until(lambda: live._sent.keys() == sections.keys())
        monkeypatch.setattr(service, "GATHER_S", 3600.0)
        known.append("2")
        bus.publish(ServiceChanged("speech", "running", "", 0))
        await until(lambda: live._sent["services"] == b'["1","2"]')
        known.append("3")
        bus.publish(ServiceChanged("speech", "running", "", 0))
        await asyncio.sleep(0.3)
        assert live._sent["services"] == b'["1","2"]', "it did not gather: the test shows nothing"
        bus.publish(IncidentOpened(IncidentId("3")))
        await until(lambda: live._sent["incidents"] == b'["1","2","3"]')
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
