"""The page of the water in a real browser, over the real flood service: stop, roll call, levels, drill."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from edge.config.schema import FloodRule
from edge.control import protocol
from edge.control.handlers.flood import flood_handlers
from edge.core.forecast import Outlook, Silence
from edge.flood.section import flood_section
from edge.store.reader import Reader
from tests.flood.bench import RIVER, Village, a_config
from tests.web.paper_commune import now_ms
from tests.web.scenery import quiet
from tests.web.screen import DESK, NEEDS_CHROMIUM, PHONE, browser_page, fits_every_screen, log_in
from tests.web.stage import Stage, stage

pytestmark = NEEDS_CHROMIUM
HOUR_MS = 3_600_000
RULES = (
    FloodRule(
        id="len-1", name="Nước lên báo động 1", when="level", station="song", level=1, hamlets=("dong", "tay"),
        template="lu", all_clear="yen", storm_every_min=60,
    ),
    FloodRule(
        id="xa", name="Hồ Minh xả lũ", when="release", station="song", at_least=300, hamlets=("tay",), template="xa-lu"
    ),
)  # fmt: skip


class Scene:
    """Pages over a real river service that stands at báo động 1."""

    def __init__(self, village: Village, running: Stage, reader: Reader) -> None:
        self.village, self.stage, self.reader = village, running, reader


@pytest_asyncio.fixture(loop_scope="session")
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    village = await Village.open(tmp_path / "river.db", a_config(RIVER, rules=RULES))
    await village.rises(1.37)
    reader = Reader(tmp_path / "river.db")
    now = now_ms()
    gauges: list[dict[str, Any]] = [{"id": "song", "name": "sông Minh", "level": 1, "bao_dong_m": [1.2, 2.2, 2.7]}]

    async def state(_: protocol.GetState) -> dict[str, Any]:
        return {"gauges": gauges, "flood": flood_section(village.config, village.service, reader)}

    sections = {**quiet(now), "flood": flood_section(village.config, village.service, reader)}
    more = flood_handlers(village.desk) | {protocol.GetState: state}
    async with stage(tmp_path, sections, {}, more) as running:
        yield Scene(village, running, reader)
    reader.close()
    village.close()


async def fits(page: Page) -> bool:
    """Nothing sticks out to the right."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


async def test_the_page_fits_every_screen_and_says_what_stands(scene: Scene) -> None:
    async with browser_page() as page:
        await log_in(page, scene.stage, "leader", "/flood")
        await expect(page.get_by_text("sông Minh: 1,37 m")).to_be_visible()
        await expect(page.get_by_text("Cấp độ 5: rủi ro thảm họa (tím)")).to_be_visible()
        await fits_every_screen(page)


async def test_what_lies_ahead_names_its_level_and_a_gauge_without_a_forecast_stands_last(scene: Scene) -> None:
    now, ahead = now_ms(), scene.village.service.foresight.outlooks
    ahead["ho"] = Silence(now, "Chưa dự báo được: trạm chưa có số đo nào.")
    ahead["song"] = Outlook(now, 3 * HOUR_MS, 2.31, 2.05, 2.64, 0.3, 2.2, now + HOUR_MS, None, "Nước lên 30 cm.")
    async with browser_page(PHONE) as page:
        await log_in(page, scene.stage, "duty", "/flood")
        told = page.locator("[aria-labelledby=ahead-title] .stand")
        await expect(told.first).to_contain_text("2,31 m, có thể từ 2,05 đến 2,64 m; sớm nhất")
        await expect(told.first).to_contain_text("tới báo động 2 (2,20 m).")
        await expect(told.last).to_contain_text("trạm chưa có số đo nào")
        assert await fits(page)


async def test_one_press_stops_an_action_and_the_page_says_who_did(scene: Scene) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, scene.stage, "duty", "/flood")
        message = page.locator(".action", has_text="Nhắn cán bộ")
        await message.get_by_role("button", name="Dừng").click()
        await expect(page.locator(".action", has_text="Nhắn cán bộ")).to_contain_text("đã dừng")
        await expect(message.get_by_role("button", name="Dừng")).to_have_count(0)
        await expect(page.get_by_text("Sửa mức")).to_be_hidden()


async def test_the_roll_call_and_the_levels_are_written_from_the_page(scene: Scene) -> None:
    async with browser_page(PHONE) as page:
        await log_in(page, scene.stage, "leader", "/flood")
        row = page.locator("[data-hamlet=dong]")
        await row.get_by_role("spinbutton").fill("45")
        await row.get_by_role("button", name="Ghi").click()
        await expect(page.locator("[data-hamlet=dong] .count-of")).to_contain_text("45 / 120 người")
        await page.get_by_text("Sửa mức").click()
        for number, value in enumerate(("1,5", "2,5", "3,1")):
            await page.locator("[name=level]").nth(number).fill(value)
        await page.fill("[name=source]", "QĐ 12/2024")
        await page.fill("[name=issued]", "2024-03-01")
        await page.get_by_role("button", name="Lưu mức mới").click()
        await expect(page.get_by_text("QĐ 12/2024, ban hành 01/03/2024")).to_be_visible()
        assert scene.village.service.levels.thresholds("song") == (1.5, 2.5, 3.1)
