"""The look of all pages: nothing that axe calls serious, scripts within their budget, a panel that is there at once."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from flask import Flask
from playwright.async_api import expect
from playwright.sync_api import sync_playwright

from edge.core.policy.rights import ALLOWED
from hil.browser import CHROMIUM, DESK, FLAGS
from hil.gallery import Site, entering, script_kb
from hil.pages import PAGES
from hil.prove.people.look import MOST_PHONE_KB, MOST_WALL_KB, faults_of, usable
from tests.web.paper_commune import now_ms
from tests.web.scenery import busy
from tests.web.scenery_eyes import eyes
from tests.web.screen import NEEDS_CHROMIUM, browser_page, log_in
from tests.web.sentences import WEB
from tests.web.stage import PASSWORD, WALL_TOKEN, Stage, stage
from tests.web.visitor import Visitor
from web.places import PARTS, here

STYLES = sorted((WEB / "static").glob("*.css"))
OVER_PICTURES = {
    "base.css",
    "dark.css",
    "wall.css",
    "phone.css",
    "sketch.css",
    "tune.css",
    "recordings.css",
    "camera.css",
}
"""The palettes; the wall's and the phone's own; what is drawn over pictures, whose colours no theme changes."""
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla)\(")
LOADS = 2
WITHOUT_THEIR_SERVICE = {
    *("flood", "calendar", "bank", "indicators", "settings", "shift", "requests", "audit", "upkeep", "support"),
}
"""The stage of these tests has no such service behind it; `./run prove 6` judges these pages too."""


@pytest_asyncio.fixture(loop_scope="session")
async def running(tmp_path: Path) -> AsyncIterator[Stage]:
    now = now_ms()
    async with stage(tmp_path, {**busy(now), **eyes(now)}, {}) as one:
        yield one


@NEEDS_CHROMIUM
async def test_no_page_has_a_serious_fault_and_scripts_and_panel_keep_their_bounds(running: Stage) -> None:
    await asyncio.to_thread(_judge_all, running.url)


def _judge_all(url: str) -> None:
    """In turns light and dark, so that each page is seen once; `./run prove 6` sees each in both."""
    site = Site(url, WALL_TOKEN, entering(url, lambda _role: PASSWORD))
    with sync_playwright() as tools:
        chromium = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        pages = [page for page in PAGES if page.name not in WITHOUT_THEIR_SERVICE]
        faults = faults_of(chromium, site, DESK, "light", pages[::2], 200)
        faults += faults_of(chromium, site, DESK, "dark", pages[1::2], 200)
        assert "\n".join(f"{one.page} {one.rule} {one.target}" for one in faults if one.serious) == ""
        assert 0 < script_kb(chromium, site, "wall") <= MOST_WALL_KB
        assert 0 < script_kb(chromium, site, "phone") <= MOST_PHONE_KB
        assert len(usable(chromium, site, LOADS).loads_s) == LOADS
        chromium.close()


@NEEDS_CHROMIUM
async def test_theme_and_language_change_by_one_press_and_stay(running: Stage) -> None:
    async with browser_page((DESK.width, DESK.height)) as page:
        await log_in(page, running, "operator")
        await page.click(".bar-person summary")
        await page.get_by_role("button", name="Nền tối").click()
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 21, 25)"
        await page.click(".bar-person summary")
        await page.get_by_role("button", name="English").click()
        await expect(page.locator(".bar-parts")).to_contain_text("Loudspeakers")
        await expect(page.locator("#stop")).to_contain_text("STOP ALL HORNS")


@NEEDS_CHROMIUM
async def test_stop_is_in_reach_on_a_page_that_is_not_the_panel(running: Stage) -> None:
    async with browser_page((DESK.width, DESK.height)) as page:
        await log_in(page, running, "duty", "/incidents")
        await page.keyboard.press("F9")
        await expect(page.locator(".toast")).to_contain_text("dừng tất cả loa")
    assert type(running.commune.asked[-1]).__name__ == "StopHorns"


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_colours_stand_only_in_the_palettes(style: Path) -> None:
    found = [] if style.name in OVER_PICTURES else COLOUR.findall(style.read_text())
    assert found == []


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_no_style_writes_words(style: Path) -> None:
    assert [words for words in re.findall(r'content: "([^"]*)"', style.read_text()) if re.search(r"\w{2}", words)] == []


def test_every_place_is_a_page_that_answers_and_needs_a_right_that_exists(app: Flask) -> None:
    doors = app.url_map.bind("localhost")
    for place in (place for part in PARTS for place in part.places):
        assert doors.test(place.path, "GET"), place.path
        assert not place.needs or place.needs in ALLOWED, place.needs


def test_a_page_knows_its_part(app: Flask) -> None:
    assert here("/panel/talk") == ("station", "/panel/talk")
    assert here("/panel") == ("station", "/panel")
    assert here("/duty") == ("duty", "/duty")
    assert here("/incidents/3-91") == ("duty", "/incidents")
    assert here("/login") == ("", "")
    assert 'aria-current="true"' in Visitor(app, "duty").get("/cameras").get_data(as_text=True)


def test_an_unknown_theme_is_refused(app: Flask) -> None:
    visitor = Visitor(app, "duty")
    assert visitor.client.post("/theme/pink", data={"csrf": visitor.csrf}).status_code == 400
    assert visitor.client.post("/theme/dark", data={"csrf": visitor.csrf, "next": "/duty"}).status_code == 302
    assert 'media="all"' in visitor.get("/duty").get_data(as_text=True)


@NEEDS_CHROMIUM
async def test_what_was_written_outlives_a_dead_server_and_a_new_log_in_but_no_log_out(running: Stage) -> None:
    async with browser_page((DESK.width, DESK.height)) as page:
        await log_in(page, running, "operator", "/abbreviations")
        await page.fill("[name=written]", "NVH")
        await page.fill("[name=spoken]", "nhà văn hóa")
        await page.context.clear_cookies()
        await log_in(page, running, "operator", "/abbreviations")
        await expect(page.locator("[name=spoken]")).to_have_value("nhà văn hóa")
        await page.click(".bar-person summary")
        await page.get_by_role("button", name="Đăng xuất").click()
        await log_in(page, running, "operator", "/abbreviations")
        await expect(page.locator("[name=spoken]")).to_have_value("")
