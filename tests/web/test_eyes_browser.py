"""Incidents, rules and recordings in a real browser."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from playwright.async_api import Page, expect

from edge.control import protocol
from tests.web.paper_commune import now_ms
from tests.web.paper_eyes import PROPOSAL
from tests.web.scenery import HOUR, MINUTE, busy, incident
from tests.web.scenery_eyes import eyes, history, picture
from tests.web.screen import DEADLINE_MS, DESK, NEEDS_CHROMIUM, PHONE, TELEVISION, browser_page, log_in, until
from tests.web.stage import WALL_TOKEN, Stage, stage
from tests.workers.live.fake_shard import FakeShard, Footage, annexb_footage, film

pytestmark = NEEDS_CHROMIUM
CAMERA = "/cameras/cau-treo"


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Stage]:
    """A commune with eight cameras and a history."""
    async with stage(tmp_path, {**busy(now_ms()), **eyes(now_ms())}, {}) as running:
        history(running.commune.archive, now_ms())
        yield running


Wish = TypeVar("Wish", bound=protocol.Request)


def last(running: Stage, kind: type[Wish]) -> Wish:
    """The newest request of this kind."""
    found = [wish for wish in running.commune.asked if isinstance(wish, kind)]
    assert found, f"no {kind.__name__} among {running.commune.asked}"
    return found[-1]


async def test_an_h265_camera_is_shown_as_stills_with_a_sign(tmp_path: Path) -> None:
    footage = annexb_footage(film())
    head = msgspec.structs.replace(footage.head, codec="hevc")
    shard = FakeShard(tmp_path / "packets", Footage(head, footage.packets), for_ever=True)
    sections = {**busy(now_ms()), **eyes(now_ms())}
    async with shard.listening(), stage(tmp_path, sections, {"cong-ubnd": shard.path}) as running:
        running.commune.archive.write("latest/cong-ubnd.jpg", picture(40))
        async with browser_page() as page:
            await page.goto(f"{running.url}/wall?token={WALL_TOKEN}")
            tile = page.locator('[data-camera="cong-ubnd"]')
            await expect(tile).to_contain_text("H.265 · ảnh tĩnh", timeout=DEADLINE_MS)
            await expect(tile.locator("img")).to_be_visible()
            await expect(tile.locator(".tile-note")).to_be_hidden()


async def test_the_wall_tells_troubles_of_pictures_and_why_nothing_is_recorded(running: Stage) -> None:
    async with browser_page() as page:
        await page.goto(f"{running.url}/wall?token={WALL_TOKEN}")
        await expect(page.locator('[data-camera="nga-ba"]')).to_contain_text("Bị che")
        lacks = "Không ghi hình: thiếu mục đích, ngày cắm biển báo"
        await expect(page.locator('[data-camera="truong-hoc"]')).to_contain_text(lacks)
        await expect(page.locator('[data-incident="9-1"]')).to_contain_text("nán lại lâu · 3 người")
        await expect(page.locator('[data-incident="9-3"]')).to_contain_text("báo động giả")
        assert "ảnh khoá" not in await page.inner_text("body")


async def test_incidents_are_found_by_words_without_accents_and_by_kind(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "duty", "/incidents")
        await expect(page.locator("#results .incident")).to_have_count(50)
        await page.click("#more")
        await expect(page.locator("#results .incident")).to_have_count(60)
        await page.fill("[name=text]", "vach CONG")
        await page.keyboard.press("Enter")
        await expect(page.locator("#found")).to_have_text("12 sự cố")
        await page.select_option("[name=verdict]", "false_alarm")
        await expect(page.locator("#found")).to_have_text("2 sự cố")
        assert "verdict=false_alarm" in page.url
        await page.reload()
        await expect(page.locator("#found")).to_have_text("2 sự cố")
        await page.click("#results .incident-title a >> nth=0")
        await expect(page.locator("#case-head")).to_contain_text("Vạch cổng")


async def test_a_false_alarm_is_one_press_and_proposes_a_change(running: Stage) -> None:
    async with browser_page(PHONE) as page:
        await log_in(page, running, "duty", "/incidents/9-1")
        await expect(page.locator(".boxed .box")).to_be_visible()
        await page.click(".false-alarm")
        await expect(page.locator("#proposal")).to_contain_text(PROPOSAL)
        await expect(page.locator(".toml")).to_contain_text("min_height = 0.11")
        await page.click(".copy")
        await expect(page.locator(".toast").first).to_contain_text("Đã chép")
        await expect(page.locator("#story")).to_contain_text("báo động giả")
        await expect(page.locator("#case-head .verdict")).to_have_text("báo động giả")
    assert last(running, protocol.SeeIncident)


async def test_the_life_of_an_incident_goes_by_keyboard(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "leader", "/incidents/9-1")
        await page.wait_for_selector(".take")
        await page.keyboard.press("n")
        await expect(page.locator("#facts")).to_contain_text("lãnh đạo xã lúc")
        await page.keyboard.press("t")
        await expect(page.locator("#facts")).to_contain_text("Luật đang nghỉ")
        await page.keyboard.press("k")
        await expect(page.locator("#deed-form input")).to_have_value("")
        await page.keyboard.type("Đã nhắc nhở.")
        await page.keyboard.press("Enter")
        await expect(page.locator("#story .story-closed")).to_contain_text("Đã nhắc nhở.")
    rest = last(running, protocol.SuspendRule)
    assert (rest.camera, rest.rule, rest.minutes) == ("cau-treo", "lan-can", 60)


async def test_the_clip_of_an_incident_plays_and_the_look_is_written_down(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "duty", "/incidents/9-2")
        await page.click(".watch")
        await playing(page)
    look = last(running, protocol.ViewRecording)
    assert look.why.startswith("Sự cố 9-2: 2 người ở bờ kè")


async def playing(page: Page) -> None:
    await until(page, "[...document.querySelectorAll('.footage video')].some((one) => one.currentTime > 0.2)")


async def test_a_zone_is_drawn_moved_and_tried(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "technician", f"{CAMERA}/tune")
        await draw(page, (0.3, 0.3), (0.6, 0.25), (0.7, 0.8), (0.3, 0.995))
        await page.keyboard.press("Enter")
        await expect(page.locator("polygon.shape")).to_be_visible()
        await page.focus('[data-corner="1"]')
        await page.keyboard.press("Shift+ArrowRight")
        await page.fill("[name=name]", "Bờ kè phía chợ")
        await page.select_option("[name=rule]", "loiter")
        await page.click(".try")
        await expect(page.locator("#tried")).to_contain_text("Luật này sẽ báo 5 lần.")
        await expect(page.locator(".passage")).to_have_count(44)
        await expect(page.locator(".toml")).to_contain_text("[[camera.zone]]")
        await page.select_option("[name=rule]", "count")
        await expect(page.locator("#tried.stale")).to_be_visible()
    tried = last(running, protocol.TryRule)
    assert tried.rule["polygon"][1] == pytest.approx([0.625, 0.25], abs=0.005)
    assert tried.rule["polygon"][3][1] == 1
    drawn = {name: tried.rule[name] for name in ("id", "name", "rule", "after_s", "labels", "active")}
    assert drawn == {
        "id": "bo-ke-phia-cho", "name": "Bờ kè phía chợ", "rule": "loiter", "after_s": 60, "labels": ["person"],
        "active": "always",
    }  # fmt: skip


async def draw(page: Page, *points: tuple[float, float]) -> None:
    await until(page, "document.querySelector('.still').naturalWidth > 0")
    box = await page.locator(".drawing").bounding_box()
    assert box
    for x, y in points:
        await page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)


async def test_a_line_is_drawn_with_its_direction(running: Stage) -> None:
    async with browser_page(PHONE) as page:
        await log_in(page, running, "leader", f"{CAMERA}/tune")
        await page.click('[data-tool="line"]')
        await draw(page, (0.2, 0.7), (0.8, 0.5))
        await expect(page.locator(".tip")).to_have_count(2)
        await page.fill("[name=name]", "Cổng")
        await page.select_option("[name=direction]", "left_to_right")
        await expect(page.locator(".tip")).to_have_count(1)
        await page.click(".try")
        await page.wait_for_selector("#tried .toml")
    tried = last(running, protocol.TryRule)
    assert tried.rule["direction"] == "left_to_right"
    assert "rule" not in tried.rule
    assert "polygon" not in tried.rule


async def test_a_corner_is_put_by_dragging_and_taken_away_by_delete(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "technician", f"{CAMERA}/tune")
        await page.click(".known button >> nth=0")
        await expect(page.locator("[name=name]")).to_have_value("Lan can cầu")
        await expect(page.locator("[data-corner]")).to_have_count(4)
        middle = await page.locator('[data-middle="0"] .dot').bounding_box()
        assert middle
        await page.mouse.move(middle["x"] + 3, middle["y"] + 3)
        await page.mouse.down()
        await page.mouse.move(middle["x"] + 30, middle["y"] - 60, steps=4)
        await page.mouse.up()
        await expect(page.locator("[data-corner]")).to_have_count(5)
        await page.focus('[data-corner="1"]')
        await page.keyboard.press("Delete")
        await expect(page.locator("[data-corner]")).to_have_count(4)
        await page.click('[data-tool="undo"]')
        await expect(page.locator("[data-corner]")).to_have_count(5)


async def test_recordings_play_after_a_reason_and_go_on_to_the_next_segment(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "duty", f"{CAMERA}/recordings")
        await page.wait_for_selector(".timeline .recorded")
        await page.goto(f"{running.url}{CAMERA}/recordings?at={now_ms() - MINUTE}")
        await page.wait_for_selector(".timeline .recorded")
        await page.focus(".timeline")
        await page.keyboard.press("Enter")
        await page.fill("[name=why]", "Kiểm tra sự cố")
        await page.keyboard.press("Enter")
        await playing(page)
        began = await page.get_attribute(".timeline", "aria-valuenow")
        await until(page, f"document.querySelector('.timeline').ariaValueNow > {began} + 4")
        await expect(page.locator(".footage-note")).to_be_empty()
    look = last(running, protocol.ViewRecording)
    assert (look.camera, look.why) == ("cau-treo", "Kiểm tra sự cố")
    assert look.since_ms % HOUR == 0
    assert look.until_ms <= min(look.since_ms + HOUR, now_ms())  # the future is not asked for


async def test_a_span_is_pinned_and_exported_with_its_hash(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "leader", f"{CAMERA}/recordings")
        await page.wait_for_selector(".timeline .recorded")
        await page.focus(".timeline")
        for key in ("Home", "i", "PageDown", "o"):
            await page.keyboard.press(key)
        await expect(page.locator(".keep-form")).to_contain_text("Dài 60:00")
        await page.click(".pin")
        await expect(page.locator(".toast-bad")).to_contain_text("Hãy ghi lý do.")
        await page.fill(".keep-form > input", "Theo yêu cầu của công an")
        await page.click(".pin")
        await expect(page.locator(".pins")).to_contain_text("Theo yêu cầu của công an")
        await page.click(".export")
        await expect(page.locator(".exports .hash")).to_contain_text("SHA-256")
        async with page.expect_download() as taken:
            await page.click(".exports form button")
        assert (await taken.value).suggested_filename == "cau-treo.mp4"
    assert last(running, protocol.TakeExport)


async def test_the_health_page_shows_figures_to_technicians_only(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "technician", "/cameras")
        camera = page.locator('[data-camera="cau-treo"]')
        await expect(camera).to_contain_text("thấy chắc ai ở lại hơn 2,0 s")
        await expect(camera).to_contain_text("ảnh khoá")
        await page.check("input[value=sick]", force=True)
        await expect(camera).to_be_hidden()
        await expect(page.locator('[data-camera="tram-bom"]')).to_contain_text("khung khoá cách nhau 10,0 s")
    async with browser_page(DESK) as page:
        await log_in(page, running, "duty", "/cameras")
        await expect(page.locator('[data-camera="cau-treo"]')).to_contain_text("Xem lại")
        await expect(page.locator(".figures")).to_have_count(0)


@pytest.mark.parametrize("size", [TELEVISION, DESK, PHONE])
async def test_nothing_is_wider_than_the_screen(running: Stage, size: tuple[int, int]) -> None:
    await running.commune.put("incidents", [incident("9-1", now_ms())])
    async with browser_page(size) as page:
        await log_in(page, running, "leader")
        for path in ("/incidents", "/incidents/9-1", "/cameras", f"{CAMERA}/tune", f"{CAMERA}/recordings"):
            await page.goto(running.url + path)
            await page.wait_for_timeout(700)
            assert await page.evaluate("document.documentElement.scrollWidth") <= size[0], path
