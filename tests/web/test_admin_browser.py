"""A technician, a leader and a duty officer at their pages, in a real browser, with the real services behind them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page

from edge.config import load
from edge.settings_book import book as book_module
from tests.web.admin_office import AdminOffice, admin_office
from tests.web.paper_commune import now_ms
from tests.web.scenery import busy
from tests.web.screen import DESK, NEEDS_CHROMIUM, browser_page, log_in, until
from tests.web.stage import Stage, stage


@dataclass
class House:
    """Pages, and the services behind them."""

    office: AdminOffice
    pages: Stage

    async def open(self, page: Page, role: str, path: str) -> None:
        await log_in(page, self.pages, role)
        await page.goto(f"{self.pages.url}{path}")


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(book_module, "NOTICE_S", 0.5)
    monkeypatch.setattr(book_module, "LOOK_S", 0.1)
    now = busy(now_ms())
    async with admin_office(tmp_path, {name: partial(now.get, name) for name in now}) as office:
        running = asyncio.create_task(office.book.run())
        async with stage(tmp_path, now, {}, office.handlers) as pages:
            yield House(office, pages)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


@NEEDS_CHROMIUM
async def test_a_technician_changes_a_setting_and_the_box_restarts_with_it(house: House) -> None:
    async with browser_page(DESK) as page:
        await house.open(page, "technician", "/settings#camera/0")
        await page.fill("#f-retention-days", "400")
        await page.click("text=Xem trước thay đổi")
        await until(page, "document.querySelector('#f-retention-days-bad').textContent.includes('90')")
        await page.fill("#f-retention-days", "14")
        await page.click("text=Xem trước thay đổi")
        await until(page, "document.querySelector('.setting-preview .setting-after')?.textContent === '14'")
        assert "mat-khau" not in await page.content()
        await page.click("text=Áp dụng")
        await until(page, "document.querySelector('#waiting').hidden === false")
        async with asyncio.timeout(10):
            while not house.office.restarts:
                await asyncio.sleep(0.1)
        assert "retention_days = 14" in house.office.file.read_text()
        await page.goto(f"{house.pages.url}/settings/history")
        await until(page, "document.querySelectorAll('.setting-version').length === 1")


@NEEDS_CHROMIUM
async def test_a_shift_goes_from_the_officer_to_the_leader(house: House) -> None:
    async with browser_page(DESK) as page:
        await house.open(page, "duty", "/shift")
        await until(page, "document.querySelectorAll('#open .matter').length > 5")
        await page.fill("#notes", "Anh Hải đang xem cống số 2.")
        await page.reload()
        await until(page, "document.querySelector('#notes').value.includes('cống')")
        await page.click("text=Ghi vào sổ và giao ca")
        await until(page, "document.querySelector('.shift-waiting') !== null")
    async with browser_page(DESK) as page:
        await house.open(page, "leader", "/shift")
        await page.click("[data-take]")
        await until(page, "document.querySelector('.shift-waiting') === null")
        await until(page, "document.querySelector('.office-list').textContent.includes('cống số 2')")


@NEEDS_CHROMIUM
async def test_a_request_is_recorded_answered_and_found_in_the_log(house: House) -> None:
    async with browser_page(DESK) as page:
        await house.open(page, "leader", "/requests")
        await page.fill("[name=who]", "<b>Nguyễn Thị Mơ</b>")
        await page.fill("[name=reach]", "Thôn Đông")
        await page.fill("[name=about]", "Hình ở cổng chợ.")
        await page.click("#ask .primary")
        await until(page, "document.querySelector('.ask-due') !== null")
        await page.fill(".ask-row input", "Đã gọi lại.")
        await page.click(".ask-row .primary")
        await until(page, "document.querySelector('.ask-row .chip').textContent.includes('đang làm')")
        assert await page.locator(".ask-row b").count() == 0
        await page.goto(f"{house.pages.url}/audit?about=request")
        await until(page, "document.querySelector('table').textContent.includes('đã trả lời')")
        await page.click("#verify")
        await until(page, "document.querySelector('#verdict .ok, #verdict .failed') !== null")
        assert "nguyên vẹn" in await page.inner_text("#verdict")
        await page.goto(f"{house.pages.url}/upkeep")
        assert "chưa có bản sao" in await page.inner_text("main")


async def put_corners(page: Page, frame: str, *points: tuple[float, float]) -> None:
    """Press the drawing below ``frame`` at these shares of it."""
    await page.locator(f"{frame} .drawing").scroll_into_view_if_needed()
    box = await page.locator(f"{frame} .drawing").bounding_box()
    assert box
    for x, y in points:
        await page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)


@NEEDS_CHROMIUM
async def test_a_zone_that_was_drawn_is_saved_into_the_settings_without_a_file_being_opened(house: House) -> None:
    async with browser_page(DESK) as page:
        await house.open(page, "technician", "/cameras/cong-uy-ban/tune")
        await put_corners(page, "#sketch", (0.2, 0.3), (0.6, 0.3), (0.6, 0.8), (0.2, 0.8))
        await page.keyboard.press("Enter")
        await page.fill("[name=name]", "Sân sau")
        await page.click("[data-act=keep]")
        await until(page, "document.querySelector('#change .setting-after') !== null")
        await page.click("text=Áp dụng")
        async with asyncio.timeout(10):
            while not house.office.restarts:
                await asyncio.sleep(0.1)
    (camera,) = (one for one in load(house.office.file).camera if one.id == "cong-uy-ban")
    assert [zone.id for zone in camera.zone][-1] == "san-sau"
    assert len(camera.zone) >= 2  # those that were there stayed
    assert camera.zone[-1].polygon[0] == pytest.approx((0.2, 0.3), abs=0.01)


@NEEDS_CHROMIUM
async def test_the_land_of_a_hamlet_is_drawn_on_the_map_of_its_form(house: House) -> None:
    async with browser_page(DESK) as page:
        await house.open(page, "technician", "/settings#hamlet/1")
        await page.click("text=Vẽ trên bản đồ")
        await page.fill(".land-where", "17.17, 106.60")
        await page.click("text=Tới toạ độ")
        await put_corners(page, ".setting-drawing", (0.4, 0.4), (0.6, 0.4), (0.5, 0.6))
        await page.keyboard.press("Enter")
        await page.click("text=Xem trước thay đổi")
        await until(page, "document.querySelector('.setting-preview .setting-after') !== null")
        await page.click("text=Áp dụng")
        async with asyncio.timeout(10):
            while not house.office.restarts:
                await asyncio.sleep(0.1)
    shape = load(house.office.file).hamlet[1].shape
    assert shape is not None
    assert shape[0] == pytest.approx((106.596, 17.1725), abs=0.003)
