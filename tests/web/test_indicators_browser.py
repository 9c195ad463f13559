"""The page of indicators in a real browser, over a real desk and a real table child."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import FilePayload, expect

from tests.web.paper_commune import now_ms
from tests.web.paper_figures import paper_figures
from tests.web.screen import DESK, NEEDS_CHROMIUM, PHONE, browser_page, log_in
from tests.web.stage import Stage

pytestmark = NEEDS_CHROMIUM
CASHLESS = "a[href='#khong-tien-mat']"
HEAD = "Mã;Giá trị;Ngày\n"


@pytest_asyncio.fixture(loop_scope="session")
async def running(tmp_path: Path) -> AsyncIterator[Stage]:
    async with paper_figures(tmp_path, now_ms()) as stage:
        yield stage


def csv(text: str) -> FilePayload:
    return FilePayload(name="so-lieu.csv", mimeType="text/csv", buffer=(HEAD + text).encode())


async def test_a_value_is_typed_asked_about_kept_and_taken_back(running: Stage) -> None:
    async with browser_page(PHONE) as page:
        await log_in(page, running, "operator", "/indicators")
        await expect(page.locator(f"{CASHLESS} .ind-value")).to_have_text("1.632/2.115 hộ 77,2 %")
        await page.click(CASHLESS)
        await expect(page.locator(".ind-chart .dot")).to_have_count(12)
        await page.fill("[name=value]", "163")
        await page.click(".ind-form > .primary")
        await page.click(".ind-ask .primary")
        await expect(page.locator(".ind-big")).to_contain_text("163/2.115 hộ")
        await expect(page.locator(f"{CASHLESS} .ind-value")).to_contain_text("163/2.115 hộ")
        await page.click(".ind-values li:first-child button")
        await page.click(".ind-remove")
        await expect(page.locator(".ind-big")).to_contain_text("1.632/2.115 hộ")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE[0], "nothing sticks out to the side"


async def test_a_table_is_shown_with_its_wrong_cells_and_kept_when_it_is_right(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "operator", "/indicators")
        await page.click("#ind-bring summary")
        await page.set_input_files("#ind-file", files=csv("khong-tien-mat;1.700;10/2026\nocop;7.5;31/11/2026\n"))
        await expect(page.locator(".ind-wrong tbody th")).to_have_text(["B3", "C3"])
        await expect(page.locator(".ind-keep")).to_have_count(0)
        await page.set_input_files("#ind-file", files=csv("khong-tien-mat;1.700;10/2026\n<b>x;7;10/2026\n"))
        await expect(page.locator(".ind-wrong tbody td").first).to_have_text("<b>x")
        await page.set_input_files("#ind-file", files=csv("khong-tien-mat;1.700;10/2026\n"))
        await page.click(".ind-keep .primary")
        await expect(page.locator(f"{CASHLESS} .ind-value")).to_contain_text("1.700/2.115 hộ")
        await expect(page.locator(f"{CASHLESS}")).to_have_class("ind-tile stands-met")


async def test_a_technician_sees_the_figures_and_no_form(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "technician", "/indicators")
        await page.click(CASHLESS)
        await expect(page.locator(".ind-chart")).to_be_visible()
        await expect(page.locator(".ind-form, #ind-bring, .ind-values button")).to_have_count(0)
