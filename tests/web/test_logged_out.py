"""Whose log-in was ended elsewhere sees nothing any more, within seconds: the real pages and the real live process."""

import time
from pathlib import Path

from playwright.async_api import expect

from edge.core.account import By
from edge.core.policy.rights import Role
from tests.web.paper_commune import now_ms
from tests.web.scenery import busy
from tests.web.screen import DESK, NEEDS_CHROMIUM, browser_page, log_in
from tests.web.stage import stage
from tests.workers.live.fake_shard import FakeShard, annexb_footage, film

pytestmark = NEEDS_CHROMIUM
ADMIN = By("Quản trị Minh", "admin")


async def test_a_page_goes_to_the_door_when_the_role_of_whoever_looks_is_cut(tmp_path: Path) -> None:
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    async with (
        shard.listening(),
        stage(tmp_path, busy(now_ms()), {"cau-treo": shard.path}) as running,
        browser_page(DESK) as page,
    ):
        await log_in(page, running, "duty", "/cameras/cau-treo")
        await page.click("text=Theo dõi trực ban")
        await expect(page.locator(".live-screen.moving")).to_be_visible(timeout=15_000)
        cut = time.monotonic()
        await running.accounts.office.change("duty", Role.VIEWER, (), ADMIN)
        await expect(page.locator("input[name=password]")).to_be_visible(timeout=8_000)
        assert time.monotonic() - cut < 6
        assert "/login" in page.url
