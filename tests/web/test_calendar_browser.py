"""The calendar in a real browser: the week, the form with its clashes, storm mode in two steps, the question."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from edge.broadcast.calendar import storm_rows
from edge.control import protocol
from edge.control.handlers.programmes import programme_handlers
from edge.store.programmes import ProgrammeRow, programmes_on
from tests.broadcast.planning import Station
from tests.web.paper_calendar import GROUPS, bulletin_rows, paper_calendar
from tests.web.paper_commune import now_ms
from tests.web.scenery import quiet
from tests.web.screen import DESK, NEEDS_CHROMIUM, PHONE, browser_page, log_in
from tests.web.stage import Stage, stage

pytestmark = NEEDS_CHROMIUM
ASK = {
    "first": {"id": "b1", "title": "Cấm đường 12"},
    "second": {"id": "b2", "title": "Mất điện"},
    "sounds": True,
    "reason": "Có hai tin ưu tiên cùng lúc: hãy chọn tin phát trước.",
}


class Scene:
    """Pages over a real desk of programmes."""

    def __init__(self, station: Station, stage: Stage, asked: list[Any]) -> None:
        self.station = station
        self.stage = stage
        self.asked = asked


@pytest_asyncio.fixture(loop_scope="session")
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    now = now_ms()
    station = await paper_calendar(tmp_path, now)
    asked: list[Any] = []

    async def choose(request: protocol.OrderUrgent) -> dict[str, Any]:
        asked.append(request)
        return {}

    more = programme_handlers(station.desk(GROUPS)) | {protocol.OrderUrgent: choose}
    sections = {**quiet(now), "bulletins": bulletin_rows(now), "storm": [], "asks": []}
    async with stage(tmp_path, sections, {}, more) as running:
        yield Scene(station, running, asked)
    station.journal.close()


async def opened(page: Page, scene: Scene, role: str) -> None:
    await log_in(page, scene.stage, role, "/calendar")
    await expect(page.locator("#programmes .programme")).to_have_count(3)


async def test_on_a_desk_the_week_shows_what_clashes_and_a_programme_is_planned_with_its_clashes_before_it_is_saved(
    scene: Scene,
) -> None:
    async with browser_page(DESK) as page:
        await opened(page, scene, "operator")
        await page.click("#after")
        await expect(page.locator("#grid .block", has_text="Khối sáng, chiều")).to_have_count(12)
        await expect(page.locator("#grid .is-clash")).to_have_count(12)  # on Sunday nothing meets
        await expect(page.locator("#grid .is-refused")).to_have_count(1)
        await expect(page.locator("#warnings")).to_contain_text("sẽ ngắt")
        await expect(page.locator("#warnings")).to_contain_text("giờ yên tĩnh")
        await expect(page.locator("#grid .minutes").first).to_contain_text("/45 phút một buổi")
        await expect(page.locator("#storm-open")).to_be_hidden()
        await page.click("#add")
        dialog = page.locator("#programme-dialog")
        await dialog.locator("[name=title]").fill("Nhắc lịch tiêm")
        await dialog.locator("[name=times]").fill("05:10")
        await expect(dialog.locator(".preview-box")).to_contain_text("sẽ ngắt")
        await dialog.locator("[name=times]").fill("10:00")
        await expect(dialog.locator(".preview-box")).to_contain_text("Không chồng giờ")
        await dialog.get_by_role("button", name="Các thôn ven sông").click()
        await dialog.locator("#programme-save").click()
        await expect(page.locator("#programmes .programme")).to_have_count(4)
        (kept,) = [row.programme for row in await programmes(scene) if row.programme.title == "Nhắc lịch tiêm"]
        assert (kept.hamlets, kept.when.times) == (("thon-dong", "ban-cho"), (600,))
        row = page.locator("#programmes .programme", has_text="Nhắc lịch tiêm")
        await row.get_by_role("button", name="Bỏ", exact=True).click()
        await row.get_by_role("button", name="Bỏ hẳn?").click()
        await expect(page.locator("#programmes .programme")).to_have_count(3)


async def test_on_a_phone_the_day_is_a_list_storm_mode_takes_two_steps_and_a_question_has_two_buttons(
    scene: Scene,
) -> None:
    async with browser_page(PHONE) as page:
        await opened(page, scene, "leader")
        await page.click("#after")
        await page.click("#day-tabs button >> nth=0")
        await expect(page.locator("#day-list li.row-block")).to_have_count(3)
        await expect(page.locator("#day-list")).to_contain_text("Tiếp sóng VOV1")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.click("#storm-open")
        dialog = page.locator("#storm-dialog")
        await dialog.get_by_role("button", name="Tiếp tục").click()
        await expect(dialog).to_contain_text("Phát 60 phút một lần, từ 07:00 đến 20:00 mỗi ngày")
        assert len(await programmes(scene)) == 3
        await dialog.get_by_role("button", name="BẬT CHẾ ĐỘ BÃO").click()
        await expect(page.locator("#programmes .is-storm")).to_have_count(1)
        await scene.stage.commune.put("storm", storm_rows(await programmes(scene)))
        await scene.stage.commune.put("asks", [ASK])
        await page.goto(f"{scene.stage.url}/panel")
        await expect(page.locator("#station-news")).to_contain_text("CHẾ ĐỘ BÃO")
        await expect(page.locator("#station-news")).to_contain_text("“Cấm đường 12” đang phát.")
        await page.get_by_role("button", name="“Mất điện” trước").click()
        await expect(page.locator(".toast")).to_contain_text("Mất điện")
        assert [(one.first, one.second) for one in scene.asked] == [("b2", "b1")]


async def programmes(scene: Scene) -> list[ProgrammeRow]:
    return await scene.station.journal.record(programmes_on)
