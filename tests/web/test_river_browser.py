"""The page of the river in a real browser, over a real reading desk."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import FilePayload, expect

from tests.web.paper_commune import now_ms
from tests.web.paper_river import paper_river
from tests.web.screen import DESK, NEEDS_CHROMIUM, PHONE, browser_page, log_in
from tests.web.stage import Stage

pytestmark = NEEDS_CHROMIUM
PHOTO = FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=b"x")


@pytest_asyncio.fixture(loop_scope="session")
async def running(tmp_path: Path) -> AsyncIterator[Stage]:
    async with paper_river(tmp_path, now_ms()) as stage:
        yield stage


async def test_bad_readings_are_marked_and_every_station_says_how_far_it_can_be_trusted(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "duty", "/river")
        bridge = page.locator("[data-station=cau-doai]")
        await expect(bridge.locator(".trust")).to_have_text("Đáng tin")
        await expect(bridge.locator(".hydro-chart canvas")).to_be_visible()
        await expect(bridge.locator(".hydro-chart")).to_have_attribute("aria-label", re.compile("số đáng ngờ"))
        await expect(bridge.locator(".key .bad-mark")).to_be_visible()
        await expect(bridge.locator(".document")).to_contain_text("Quyết định 05/2020")
        await expect(page.locator("[data-station=suoi] .trust")).to_have_text("Chưa có số đo")
        await expect(page.locator("[data-station=kien-giang] .sums li")).to_have_count(5)
        await page.click("[data-hours='168']")
        await expect(page.locator("[data-hours='168']")).to_have_attribute("aria-pressed", "true")


async def test_a_reading_by_hand_is_asked_about_when_it_leaps_and_shown_with_its_name(running: Stage) -> None:
    async with browser_page(PHONE) as page:
        await log_in(page, running, "duty", "/river")
        await page.click("#give summary")
        await page.fill("[name=value]", "4,95")
        await page.set_input_files("[name=photo]", files=PHOTO)
        await page.click("#give-form button.primary")
        await expect(page.locator("#give-ask p")).to_contain_text("4,95 m cao hơn số lúc")
        await page.click("#give-sure")
        await expect(page.locator("[data-station=cau-doai] .station-value")).to_have_text("4,95 m")
        await page.click("[data-station=cau-doai] details[data-of^=hand] summary")
        await expect(page.locator("[data-station=cau-doai] .marks a")).to_have_text(" xem ảnh")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE[0], "nothing sticks out to the side"


async def test_a_technician_sees_the_river_and_no_form(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "technician", "/river")
        await expect(page.locator(".station").first).to_be_visible()
        await expect(page.locator("#give")).to_have_count(0)
