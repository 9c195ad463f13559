from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Page, async_playwright

from edge.hub.database import Database, trial_url
from tests.hub.pages.events import opened
from tests.hub.pages.scenery import COMMUNES, play, send
from tests.hub.pages.stage import stage
from tests.web.screen import DESK, NEEDS_CHROMIUM, PHONE, TELEVISION, browser_page
from tests.workers.live.test_chromium import CHROMIUM, FLAGS

pytestmark = NEEDS_CHROMIUM
WIDTHS = "document.documentElement.scrollWidth - innerWidth"
Scheme = Literal["light", "dark"]
NEW = "Nước vượt báo động 3"


@asynccontextmanager
async def plain_page(scheme: Scheme) -> AsyncIterator[Page]:
    """A browser that runs no script."""
    async with async_playwright() as tools:
        chromium = await tools.chromium.launch(executable_path=str(CHROMIUM), args=" ".join(FLAGS).split())
        context = await chromium.new_context(java_script_enabled=False, color_scheme=scheme)
        try:
            yield await context.new_page()
        finally:
            await chromium.close()


async def test_pages_fit_every_screen_and_break_no_rule_of_their_policy(tmp_path: Path) -> None:
    async with stage(tmp_path, COMMUNES, play) as address:
        for size in (TELEVISION, DESK, PHONE):
            async with browser_page(size) as page:
                for path in ("/", "/xa/binh-minh", "/bao-dong", "/tram"):
                    await page.goto(address + path)
                    assert await page.evaluate(WIDTHS) <= 0, (path, size)
                    small = await page.evaluate(
                        "[...document.querySelectorAll('.top nav a, .boardhead button')]"
                        ".filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44).length"
                    )
                    assert small == 0


async def test_the_map_leads_to_the_commune_and_the_table_is_sorted_by_a_click(tmp_path: Path) -> None:
    async with stage(tmp_path, COMMUNES, play) as address, browser_page(DESK) as page:
        await page.goto(address)
        assert await page.locator(".map svg a").count() == 8
        await page.click(".communes thead a:has-text('Xã')")
        first = await page.locator(".communes tbody th").first.inner_text()
        assert first == "phường Đông Tiến"
        await page.click(".map a[href='/xa/binh-minh'] .hit")
        assert "sự cố nặng" in await page.locator(".summary").inner_text()
        assert await page.locator(".river .trace").count() == 1


async def test_without_scripts_every_page_is_whole(tmp_path: Path) -> None:
    async with stage(tmp_path, COMMUNES, play) as address, plain_page("dark") as page:
        await page.goto(f"{address}/bao-dong")
        assert await page.locator(".big .alarm").count() == 2
        assert not await page.locator("#sound").is_visible()
        dark = await page.locator("body").evaluate("(body) => getComputedStyle(body).backgroundColor")
        assert dark == "rgb(10, 16, 20)"


async def test_a_new_alarm_appears_by_itself_and_a_dead_hub_is_told(tmp_path: Path) -> None:
    async with browser_page(DESK) as page:
        await page.clock.install()
        async with stage(tmp_path, COMMUNES, play) as address:
            await page.goto(f"{address}/bao-dong")
            assert await page.locator("#sound").inner_text() == "Bật âm báo"
            await page.click("#sound")
            assert await page.locator("#sound").get_attribute("aria-pressed") == "true"
            database = Database(trial_url(tmp_path))
            await send(database, "binh-minh", [opened(900, "1-900", NEW, "extreme")], 1_795_000_000_000)
            await database.close()
            for _ in range(40):
                await page.clock.run_for(10_500)
                await page.wait_for_timeout(100)
                if await page.locator(f"text={NEW}").count():
                    break
            assert await page.locator(".big .sev-extreme").count() == 1
            assert (await page.title()).startswith("(3)")
            assert await page.locator("#sound").get_attribute("aria-pressed") == "true"
        for _ in range(40):
            await page.clock.run_for(10_500)
            await page.wait_for_timeout(100)
            if await page.locator("#stale").is_visible():
                break
        assert "không trả lời" in await page.locator("#stale").inner_text()
        assert await page.locator(".big .alarm").count() == 3
