"""The page of one camera in a real browser: a reason, then WebRTC through the real whep child; its slower ways."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from edge.control import protocol
from edge.kernel.wire import Hello
from edge.kernel.wire.live import LiveCamera
from edge.kernel.wire.whep import FromWhep, OpenView, ViewOpened, WhepSetup
from tests.web.paper_commune import now_ms
from tests.web.scenery import busy
from tests.web.scenery_eyes import eyes, history
from tests.web.screen import DEADLINE_MS, DESK, NEEDS_CHROMIUM, browser_page, log_in
from tests.web.stage import stage
from tests.workers.child_process import started
from tests.workers.live.fake_shard import FakeShard, annexb_footage, film

pytestmark = NEEDS_CHROMIUM
LOOPBACK = ["--allow-loopback-in-peer-connection"]
REASON = "text=Theo dõi trực ban"


@contextlib.asynccontextmanager
async def whep_of(shard: FakeShard, asked: list[Any]) -> AsyncIterator[dict[type, Any]]:
    """Handlers that open views in a real whep child."""
    async with started("edge.workers.whep", FromWhep) as child:
        await child.channel.send(WhepSetup(("127.0.0.1",), (LiveCamera("cau-treo", str(shard.path)),)))
        await child.hear(Hello)
        turn = asyncio.Lock()

        async def begin(wish: protocol.BeginView) -> dict[str, Any]:
            asked.append(wish)
            async with turn:
                await child.channel.send(OpenView(wish.id, wish.camera, wish.offer))
                return {"id": wish.id, "answer": (await child.hear(ViewOpened)).answer}

        yield {protocol.BeginView: begin}


async def test_one_press_says_why_and_the_live_picture_comes_by_webrtc(tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    asked: list[Any] = []
    sections = {**busy(now_ms()), **eyes(now_ms())}
    async with (
        shard.listening(),
        whep_of(shard, asked) as handlers,
        stage(tmp_path, sections, {}, handlers) as running,
        browser_page(DESK, LOOPBACK) as page,
    ):
        history(running.commune.archive, now_ms())
        await log_in(page, running, "duty", "/cameras/cau-treo")
        await expect(page.locator("#happened li").first).to_contain_text("nán lại")
        assert asked == []
        await page.click(REASON)
        await expect(page.locator("#live-words.live-good")).to_have_text("Trực tiếp", timeout=DEADLINE_MS)
        await expect(page.locator(".live-screen.moving")).to_be_visible()
        assert asked[0].why == "Theo dõi trực ban"
        await page.click("#happened .happened-row >> nth=0")
        await expect(page.locator(".why")).to_be_visible()  # recordings ask for a reason of their own


async def test_without_webrtc_the_same_page_shows_the_slower_way(tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    sections = {**busy(now_ms()), **eyes(now_ms())}
    async with (
        shard.listening(),
        stage(tmp_path, sections, {"cau-treo": shard.path}) as running,
        browser_page(DESK) as page,
    ):
        await log_in(page, running, "viewer", "/cameras/cau-treo")
        await expect(page.locator("#timeline")).to_have_count(0)
        await page.click(REASON)
        await expect(page.locator("#live-words.live-good")).to_contain_text("chậm khoảng một giây", timeout=DEADLINE_MS)
        asked = running.commune.asked
        (tried,) = (one for one in asked if isinstance(one, protocol.BeginView))
        (noted,) = (one for one in asked if isinstance(one, protocol.NoteView))
        assert (noted.why, noted.look) == ("Theo dõi trực ban", tried.look)
        assert tried.look is not None


async def test_an_area_is_drawn_by_keyboard_and_kept_with_its_reason(tmp_path: Path) -> None:
    async with stage(tmp_path, {**busy(now_ms()), **eyes(now_ms())}, {}) as running, browser_page(DESK) as page:
        await log_in(page, running, "technician", "/cameras/cau-treo/privacy")
        await page.click("text=Hình mẫu")
        await page.click("text=Thêm vùng này")
        await page.fill("[name=why]", "cửa sổ nhà dân")
        await page.click("#save")
        await expect(page.locator(".toast").first).to_contain_text("Đã lưu")
        await expect(page.locator("#areas li")).to_contain_text("chỉ lãnh đạo xã bỏ được")
        wish = next(one for one in running.commune.asked if isinstance(one, protocol.SetPrivacyAreas))
        assert (len(wish.areas), len(wish.areas[0]), wish.why) == (1, 4, "cửa sổ nhà dân")
