"""Live views on the supervisor's side: written down before a picture, refused where something is private, ended."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.config import load
from edge.config.schema import Config
from edge.core.errors import FinalError, TransientError
from edge.core.news import PrivacyChanged, SessionsOpen
from edge.core.place import CameraId
from edge.core.recording import Who
from edge.kernel.bus import Bus
from edge.kernel.clock import SystemClock
from edge.store.journal import Journal
from edge.store.privacy_rows import privacy_rows
from edge.viewing import service as service_module
from edge.viewing.privacy import Privacy
from edge.viewing.service import ViewingService
from tests.workers.live.fake_shard import FakeShard, annexb_footage, film
from tests.workers.whep.paper_viewer import LOOPBACK, viewer

AREA = ((0.1, 0.1), (0.4, 0.1), (0.4, 0.5))
OTHER = ((0.6, 0.6), (0.9, 0.6), (0.9, 0.9))
DUTY, LEADER, TECHNICIAN = Who("Trực", "duty"), Who("An", "leader"), Who("Kỹ", "technician")
EXAMPLE = Path(__file__).parents[2] / "docs" / "ref" / "example.toml"


@dataclass
class Rig:
    config: Config
    journal: Journal
    bus: Bus
    privacy: Privacy
    camera: str

    async def deeds(self) -> list[tuple[str, str, str]]:
        sql = "SELECT user, action, detail FROM audit ORDER BY seq"
        return await self.journal.record(lambda tx: list(tx.run(sql)))


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    example = load(EXAMPLE)
    config = replace(example, live=replace(example.live, talk_addresses=(LOOPBACK,)))
    journal = await Journal.open(tmp_path / "molang.db", SystemClock())
    bus = Bus()
    camera = next(one.id for one in config.camera if one.onvif_url is None)
    yield Rig(config, journal, bus, Privacy(config, {}, journal, bus), camera)
    journal.close()


def service(rig: Rig, shard: FakeShard | None = None) -> ViewingService:
    path = str(shard.path) if shard else "/nonexistent"
    return ViewingService(rig.config, lambda _camera: path, rig.privacy.covered, rig.journal, rig.bus)


async def test_a_view_is_written_down_with_its_reason_and_its_end(rig: Rig, tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    viewing = service(rig, shard)
    async with shard.listening(), viewer() as browser:
        running = asyncio.create_task(viewing.run())
        try:
            answer = await opened(viewing, rig.camera, browser.offer)
            track = await browser.take(answer)
            async with asyncio.timeout(10):
                await track.recv()
            assert viewing.watched(rig.camera) == 1
            await viewing.end("v1")
            async with asyncio.timeout(10):
                while (await rig.deeds())[-1][1] != "camera.view_end":
                    await asyncio.sleep(0.05)
        finally:
            running.cancel()
    assert [deed[:2] for deed in await rig.deeds()][-2:] == [("Trực", "camera.view"), ("Trực", "camera.view_end")]
    assert (await rig.deeds())[-2][2] == f"{rig.camera}: Theo dõi trực ban"


async def test_a_view_ends_with_the_log_in_of_whoever_looks(rig: Rig, tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    viewing = service(rig, shard)
    async with shard.listening(), viewer() as browser:
        running = asyncio.create_task(viewing.run())
        try:
            answer = await opened(viewing, rig.camera, browser.offer, Who("Trực", "duty", "7-1"))
            track = await browser.take(answer)
            async with asyncio.timeout(10):
                await track.recv()
            rig.bus.publish(SessionsOpen(frozenset({"7-1", "7-2"})))
            await asyncio.sleep(0.5)
            assert viewing.watched(rig.camera) == 1
            rig.bus.publish(SessionsOpen(frozenset({"7-2"})))
            async with asyncio.timeout(5):
                while (await rig.deeds())[-1][1] != "camera.view_end":
                    await asyncio.sleep(0.05)
            assert viewing.watched(rig.camera) == 0
        finally:
            running.cancel()


async def opened(viewing: ViewingService, camera: str, offer: str, who: Who = DUTY) -> str:
    """The child needs a moment to start."""
    async with asyncio.timeout(30):
        while True:
            try:
                return str((await viewing.begin("v1", camera, who, "Theo dõi trực ban", offer))["answer"])
            except TransientError:
                await asyncio.sleep(0.2)


async def test_who_may_not_see_what_is_private_gets_a_sentence_and_no_view(rig: Rig) -> None:
    viewing = service(rig)
    await rig.privacy.set(rig.camera, (AREA,), TECHNICIAN, "cửa sổ nhà dân", 0)
    with pytest.raises(FinalError, match="vùng riêng tư"):
        await viewing.note(rig.camera, DUTY, "xem thử")
    await viewing.note(rig.camera, LEADER, "xử lý đơn")
    assert [deed[1] for deed in await rig.deeds()][-2:] == ["privacy.set", "camera.view"]
    with pytest.raises(FinalError, match="Không có camera"):
        await viewing.note("khong-co", LEADER, "thử")


async def test_the_tries_of_one_look_are_one_line_and_another_reason_is_another(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewing, look = service(rig), "0c7a3f52-4ce1-4d6c-9d7b-1f4f0e7c2a11"
    with pytest.raises(TransientError):  # the way by WebRTC: no child runs here
        await viewing.begin("v1", rig.camera, LEADER, "theo dõi", "offer", look)
    await viewing.note(rig.camera, LEADER, "theo dõi", look)
    await viewing.note(rig.camera, LEADER, "theo dõi", look)
    assert [deed for deed in await rig.deeds() if deed[1] == "camera.view"] == [
        ("An", "camera.view", f"{rig.camera}: theo dõi")
    ]
    await viewing.note(rig.camera, LEADER, "vụ trộm", look)
    await viewing.note(rig.camera, DUTY, "theo dõi", look)
    monkeypatch.setattr(service_module, "LOOK_S", 0.0)
    await viewing.note(rig.camera, LEADER, "theo dõi", look)
    assert len([deed for deed in await rig.deeds() if deed[1] == "camera.view"]) == 4


async def test_areas_are_kept_told_and_only_a_leader_takes_one_away(rig: Rig) -> None:
    with rig.bus.listen(PrivacyChanged) as mailbox:
        first = await rig.privacy.set(rig.camera, (AREA,), TECHNICIAN, "cửa sổ", 0)
        assert await anext(aiter(mailbox)) == PrivacyChanged(CameraId(rig.camera))
    assert rig.privacy.covered(rig.camera)
    assert rig.privacy.all_covered() == (rig.camera,)
    assert first["hidden_by"] == "box"
    assert "ONVIF" in first["word"]
    second = await rig.privacy.set(rig.camera, (AREA, OTHER), TECHNICIAN, "sân", first["set_at_ms"])
    with pytest.raises(FinalError, match="Chỉ lãnh đạo"):
        await rig.privacy.set(rig.camera, (OTHER,), TECHNICIAN, "thừa", second["set_at_ms"])
    with pytest.raises(FinalError, match="Người khác vừa đổi"):
        await rig.privacy.set(rig.camera, (), LEADER, "bỏ hết", first["set_at_ms"] - 1)
    await rig.privacy.set(rig.camera, (), LEADER, "nhà đã dỡ", second["set_at_ms"])
    assert not rig.privacy.covered(rig.camera)
    rows = await rig.journal.record(lambda tx: privacy_rows(tx.connection))
    assert rows[rig.camera].areas == ()
