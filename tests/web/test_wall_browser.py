"""What the wall shows and how: big tiles, the map, the river, who knows, layouts, sounds, and what is old."""

import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from models.folders import default_cache_dir
from tests.web.paper_commune import now_ms
from tests.web.scenery import HOUR, MINUTE, gauge, incident, quiet
from tests.web.scenery_wall import flood, indicators, power, village_map, whole
from tests.web.screen import DESK, NEEDS_CHROMIUM, SCREENS, TELEVISION, browser_page, log_in, until
from tests.web.stage import WALL_TOKEN, Stage, stage

pytestmark = [
    NEEDS_CHROMIUM,
    pytest.mark.skipif(
        not (default_cache_dir() / "leaflet-1.9.3.js").exists(), reason="the assets were not fetched: ./run setup"
    ),
]
LAYOUTS = ("toan-canh", "camera", "ban-do", "nuoc", "chi-so")
VITAL = ".story-title, .incident-title, .gauge-value, .airing strong, .untaken strong, .missed strong, #time"
LEAST_PX = 19
"""Of words that must be read from 4 m: on a 55 inch screen 19 px are 12 mm, 10 minutes of arc."""
PLACED = """async () => {
  const { arrange } = await import("/static/mosaic.js");
  const faults = [];
  for (const [wide, high] of [[1310, 540], [1900, 860], [620, 360], [300, 700]])
    for (let all = 1; all <= 29; all += 1)
      for (let big = 0; big <= Math.min(3, all); big += 1) {
        const boxes = arrange(big, all - big, wide, high);
        const out = boxes.some((b) => b.left < 0 || b.top < 0 || b.left + b.width > wide || b.top + b.height > high);
        const over = boxes.some((a, i) => boxes.some((b, j) => i < j && a.left < b.left + b.width
          && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height));
        const small = big > 0 && all > big && boxes[0].width <= boxes.at(-1).width;
        if (boxes.length !== all || out || over || small) faults.push([wide, high, all, big]);
      }
  return faults;
}"""
OUTSIDE = """() => [...document.querySelectorAll(".board > *, .top > *, .fact")]
  .filter((node) => node.offsetParent && (node.getBoundingClientRect().right > innerWidth + 1
    || (innerWidth > 900 && node.getBoundingClientRect().bottom > innerHeight + 1)))
  .map((node) => node.className || node.id)"""


@pytest_asyncio.fixture(loop_scope="session")
async def running(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path, {**quiet(now_ms()), "map": village_map()}, {}) as running:
        yield running


async def open_wall(page: Page, running: Stage, query: str = "") -> None:
    await page.goto(f"{running.url}/wall?token={WALL_TOKEN}{query}")
    await page.wait_for_selector(".tile[data-size]")


async def put(running: Stage, sections: dict[str, Any]) -> None:
    for section, value in sections.items():
        await running.commune.put(section, value)


async def test_a_camera_with_an_incident_grows_and_tells_its_story(running: Stage) -> None:
    told = [{"name": "Lê Thị Hoa", "state": "taken", "at_ms": now_ms()}]
    one = incident("3-91", now_ms() - 5 * MINUTE, told=told, not_reached=["Nguyễn Văn Cường"], box=[0.1, 0.2, 0.4, 0.9])
    async with browser_page() as page:
        await open_wall(page, running)
        tile = page.locator('[data-camera="cau-treo"]')
        await expect(tile).to_have_attribute("data-size", re.compile("usual|dense"))
        assert await page.evaluate(PLACED) == []
        await put(running, {"incidents": [one]})
        await expect(tile).to_have_attribute("data-size", "big")
        await expect(tile.locator(".tile-story")).to_contain_text("CHƯA AI NHẬN VIỆC")
        await expect(tile.locator(".tile-story")).to_contain_text("CHƯA TỚI 1 NGƯỜI")
        await expect(page.locator('[data-incident="3-91"] .untaken.late')).to_be_visible()
        await expect(page.locator('[data-incident="3-91"] .knowing .answered')).to_have_text("1 đã trả lờiLê Thị Hoa")
        await put(running, {"incidents": [{**one, "taken_by": "Lê Thị Hoa", "taken_at_ms": now_ms()}]})
        await expect(tile.locator(".tile-story .taken")).to_contain_text("Lê Thị Hoa đã nhận")
        wrong = {"state": "closed", "verdict": "false_alarm", "ended_at_ms": now_ms()}
        await put(running, {"incidents": [{**one, **wrong}]})
        await expect(tile).to_have_attribute("data-size", re.compile("usual|dense"))
        await expect(tile.locator(".tile-story")).to_have_count(0)


async def test_the_map_shows_what_happens_where_and_a_diagram_without_a_map(running: Stage) -> None:
    now = now_ms()
    async with browser_page() as page:
        await open_wall(page, running, "&bo-cuc=ban-do")
        await expect(page.locator("#map path.area")).to_have_count(4)
        await expect(page.locator("#map .spot-horn")).to_have_count(2)
        await expect(page.locator("#map .spot-horn.about")).to_have_count(1)
        await put(running, {"incidents": [incident("3-91", now)], "on_air": whole(now)["on_air"]})
        await expect(page.locator("#map .spot-alarm.sev-severe")).to_have_count(1)
        await expect(page.locator("#map path.area.alarmed")).to_have_count(1)
        await expect(page.locator("#map path.on-air-here")).to_have_count(2)
        await put(running, {"map": {"hamlets": [], "lines": [], "places": {}, "fault": "xa.geojson: hình thứ 2"}})
        await expect(page.locator("#map.diagram path.area")).to_have_count(4)
        await expect(page.locator("#map-note")).to_have_text("Bản đồ hỏng: xa.geojson: hình thứ 2")
        widths = "[...document.querySelectorAll('#map path.area')].map((one) => one.getBBox().width)"
        assert min(await page.evaluate(widths)) > 40


async def test_the_river_has_its_forecast_and_what_is_old_says_so(running: Stage) -> None:
    now = now_ms()
    await put(running, {"gauges": [gauge(now)], "flood": flood(now), "indicators": indicators(now)})
    async with browser_page() as page:
        await open_wall(page, running)
        await expect(page.locator(".riverplot")).to_have_attribute(
            "aria-label", re.compile("Dự báo lúc .*: 2,62 đến 3,05 m")
        )
        await expect(page.locator(".riverplot canvas")).to_be_visible()
        await expect(page.locator(".gauge-ahead")).to_contain_text("báo động 3 lúc")
        await expect(page.locator(".figure.old")).to_contain_text("số cũ")
        await expect(page.locator(".figure.empty")).to_contain_text("chưa có số liệu")
        await expect(page.locator(".figure.met")).to_have_count(2)
        await put(running, {"gauges": [{**gauge(now), "at_ms": now - HOUR}]})
        await expect(page.locator(".gauge.old .gauge-age")).to_contain_text("1 giờ trước")
        await put(
            running, {"power": power(mains=False, charge_pct=64, minutes_left=22.0), "gauges": [], "indicators": []}
        )
        await expect(page.locator("#power-fact")).to_contain_text("Chạy ắc quy")
        await expect(page.locator("#power")).to_contain_text("còn khoảng 22 phút")
        await expect(page.locator("#figures-card")).to_be_hidden()


async def test_every_layout_fits_and_is_read_from_afar(running: Stage) -> None:
    await put(running, whole(now_ms(), 29))
    async with browser_page() as page:
        await open_wall(page, running)
        for width, height in SCREENS:
            await page.set_viewport_size({"width": width, "height": height})
            for number, name in enumerate(LAYOUTS, 1):
                await page.keyboard.press(str(number))
                await expect(page.locator("body")).to_have_attribute("data-layout", name)
                with contextlib.suppress(TimeoutError):  # it settles after the screen changed
                    await until(page, f"({OUTSIDE})().length === 0")
                assert await page.evaluate(OUTSIDE) == [], (name, width)
                assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await page.set_viewport_size({"width": TELEVISION[0], "height": TELEVISION[1]})
        await page.keyboard.press("1")
        sizes = f"[...document.querySelectorAll('{VITAL}')].map((one) => parseFloat(getComputedStyle(one).fontSize))"
        assert min(await page.evaluate(sizes)) >= LEAST_PX


async def test_layout_and_light_are_asked_for_by_address_and_kept_on_this_screen(running: Stage) -> None:
    async with browser_page() as page:
        await open_wall(page, running, "&bo-cuc=nuoc&sang=ngay")
        await expect(page.locator("body.day")).to_have_attribute("data-layout", "nuoc")
        assert "bo-cuc=nuoc" in page.url
        assert "token" not in page.url
        await page.keyboard.press("n")
        await expect(page.locator("body.day")).to_have_count(0)
        await page.keyboard.press("3")
        await page.goto(f"{running.url}/wall")
        await expect(page.locator("body:not(.day)")).to_have_attribute("data-layout", "ban-do")
        await page.keyboard.press("6")
        await put(running, {"incidents": [incident("3-91", now_ms())]})
        await expect(page.locator("body")).to_have_attribute("data-turning", "true")


async def test_a_new_severe_incident_chimes_unless_silence_was_asked_for(running: Stage) -> None:
    async with browser_page() as page:
        await open_wall(page, running)
        button = page.locator("#quiet")
        await expect(button).to_have_text("Im lặng 10 phút")
        await put(running, {"incidents": [incident("3-90", now_ms(), severity="minor")]})
        await page.wait_for_selector('[data-incident="3-90"]')
        assert await button.get_attribute("data-played") is None
        await put(running, {"incidents": [incident("3-91", now_ms())]})
        await expect(button).to_have_attribute("data-played", "1")
        await page.keyboard.press("m")
        await expect(button).to_contain_text("Đang im lặng, còn")
        await put(running, {"incidents": [incident("3-92", now_ms(), severity="extreme")]})
        await page.wait_for_selector('[data-incident="3-92"]')
        await page.wait_for_timeout(1200)
        assert await button.get_attribute("data-played") == "1"
        await page.reload()
        await expect(button).to_contain_text("Đang im lặng, còn")
        await button.click()
        await expect(button).to_have_attribute("data-played", "1")


async def test_a_browser_that_blocks_sound_is_told_on_the_wall(running: Stage) -> None:
    async with browser_page(flags=["--autoplay-policy=document-user-activation-required"]) as page:
        await open_wall(page, running)
        await expect(page.locator("#quiet.blocked")).to_have_text("Chưa có tiếng: chạm vào màn hình một lần")
        await page.mouse.click(700, 500)
        await until(page, "document.querySelector('#quiet.ready') !== null")


async def test_hamlets_of_a_notice_are_chosen_on_the_map_by_keyboard_too(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "operator")
        await page.click("#map-pick summary")
        areas = page.locator("#map-pick path.area")
        await expect(areas).to_have_count(4)
        await page.locator('#map-pick path[aria-label="Thôn Đông"]').press("Space")
        await expect(page.locator("#hamlets input[value=thon-dong]")).to_be_checked()
        await expect(page.locator('#map-pick path[aria-label="Thôn Đông"]')).to_have_attribute("aria-checked", "true")
        await page.check("#hamlets input[value=ban-cho]")
        await expect(page.locator("#map-pick path.chosen")).to_have_count(2)


def host(name: str, state: str, since_ms: int) -> dict[str, Any]:
    return {"id": name, "name": name, "group": "wifi", "hamlet": None, "state": state, "since_ms": since_ms}


async def test_the_wall_names_a_dead_machine_of_the_network_and_is_silent_about_living_ones(running: Stage) -> None:
    living = host("Đầu ghi trụ sở", "up", now_ms())
    async with browser_page() as page:
        await open_wall(page, running)
        await put(running, {"hosts": [living, host("Wi-Fi chợ", "down", now_ms() - 5 * MINUTE)]})
        await expect(page.locator("#hosts")).to_contain_text("Wi-Fi chợ không trả lời")
        await expect(page.locator("#hosts")).to_contain_text("5 phút")
        await put(running, {"hosts": [living]})
        await expect(page.locator("#hosts")).to_be_hidden()
        await log_in(page, running, "technician")
        await page.goto(f"{running.url}/panel#he-thong")
        await put(running, {"hosts": [living, host("Wi-Fi chợ", "down", now_ms() - 5 * MINUTE)]})
        await expect(page.locator("#hosts .row >> nth=0")).to_contain_text("Wi-Fi chợ không trả lời")
        await expect(page.locator("#host-count")).to_have_text("1/2")


async def test_the_map_of_hamlets_covers_no_stop(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "operator")
        await page.click("#map-pick summary")
        await expect(page.locator('#map-pick path[aria-label="Thôn Đông"]')).to_be_visible()
        await page.evaluate("window.scrollTo(0, 200)")
        assert await page.evaluate("document.elementFromPoint(300, innerHeight - 20).closest('.stop-bar') !== null")
