from pathlib import Path

from playwright.async_api import Page

from edge.hub.database import Database, trial_url
from edge.kernel.clock import SystemClock
from tests.hub.pages.events import opened
from tests.hub.pages.scenery import COMMUNES, play, send
from tests.hub.pages.stage import stage
from tests.web.screen import DESK, NEEDS_CHROMIUM, PHONE, TELEVISION, browser_page

pytestmark = NEEDS_CHROMIUM
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
TOO_SMALL = (
    "[...document.querySelectorAll('.top nav a, .boardhead button')]"
    ".filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44).length"
)
NEW = "Nước vượt báo động 3"


async def test_pages_fit_every_screen_lead_on_and_are_whole_without_scripts(tmp_path: Path) -> None:
    async with stage(tmp_path, COMMUNES, play) as address, browser_page(DESK) as page:
        for path in ("/", "/xa/binh-minh", "/bao-dong", "/tram"):
            await page.goto(address + path)
            for width, height in (TELEVISION, DESK, PHONE):
                await page.set_viewport_size({"width": width, "height": height})
                assert await page.evaluate(TOO_WIDE) <= 0, (path, width)
                assert await page.evaluate(TOO_SMALL) == 0, (path, width)
        await page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        await follow_links(page, address)
        assert page.context.browser is not None
        plain = await page.context.browser.new_context(java_script_enabled=False, color_scheme="dark")
        await see_without_scripts(await plain.new_page(), address)


async def follow_links(page: Page, address: str) -> None:
    """From the map and the heads of the table to a commune."""
    await page.goto(address)
    assert await page.locator(".map svg a").count() == 8
    await page.click(".communes thead a:has-text('Xã')")
    assert await page.locator(".communes tbody th").first.inner_text() == "phường Đông Tiến"
    await page.click(".map a[href='/xa/binh-minh'] .hit")
    assert "sự cố nặng" in await page.locator(".summary").inner_text()
    assert await page.locator(".river .trace").count() == 1


async def see_without_scripts(page: Page, address: str) -> None:
    """The board is whole, dark where the viewer wants it dark, and offers no sound that it cannot make."""
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
            await send(database, "binh-minh", [opened(900, "1-900", NEW, "extreme")], SystemClock().now().at_ms)
            await database.close()
            for _ in range(40):
                await page.clock.run_for(10_500)
                await page.wait_for_timeout(100)
                if await page.locator(f"text={NEW}").count():
                    break
            assert await page.locator(".big li.sev-extreme").count() == 1
            assert (await page.title()).startswith("(3)")
            assert await page.locator("#sound").get_attribute("aria-pressed") == "true"
        for _ in range(40):
            await page.clock.run_for(10_500)
            await page.wait_for_timeout(100)
            if await page.locator("#stale").is_visible():
                break
        assert "không trả lời" in await page.locator("#stale").inner_text()
        assert await page.locator(".big .alarm").count() == 3
