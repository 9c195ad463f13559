"""The pages in a real browser, with the real control server, live process and web process behind them."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page, expect

from edge.control import protocol
from tests.web.paper_commune import now_ms
from tests.web.scenery import busy, camera, incident, quiet
from tests.web.screen import DEADLINE_MS, DESK, NEEDS_CHROMIUM, PHONE, SHARED, browser_page, fits_every_screen, log_in
from tests.web.stage import WALL_TOKEN, Stage, stage
from tests.workers.live.fake_shard import FakeShard, annexb_footage, film

pytestmark = NEEDS_CHROMIUM


@pytest_asyncio.fixture(loop_scope="session")
async def running(tmp_path: Path) -> AsyncIterator[Stage]:
    """A quiet commune whose camera ``cau-treo`` gives video."""
    shard = FakeShard(tmp_path / "packets", annexb_footage(film()), for_ever=True)
    async with shard.listening(), stage(tmp_path, quiet(now_ms()), {"cau-treo": shard.path}) as running:
        yield running


async def test_the_wall_shows_an_incident_within_a_second(running: Stage) -> None:
    async with browser_page() as page:
        await page.goto(f"{running.url}/wall?token={WALL_TOKEN}")
        await expect(page.locator(".calm")).to_be_visible(timeout=DEADLINE_MS)
        began = time.monotonic()
        await running.commune.put("incidents", [incident("3-91", now_ms())])
        await page.wait_for_selector('[data-incident="3-91"]')
        assert time.monotonic() - began < 1.0
        await expect(page.locator('[data-incident="3-91"]')).to_contain_text("Nghiêm trọng")
        await expect(page.locator('[data-camera="cau-treo"].alarm')).to_be_visible()
        assert "token" not in page.url


async def test_the_wall_plays_video_and_says_why_a_camera_is_gone(running: Stage) -> None:
    async with browser_page() as page:
        await page.goto(f"{running.url}/wall?token={WALL_TOKEN}")
        await page.wait_for_selector('[data-camera="cau-treo"].moving', timeout=DEADLINE_MS)
        gone = camera("cau-treo", "Cầu treo thôn Đông", now_ms(), "offline", "Sai mật khẩu RTSP.")
        await running.commune.put("cameras", [gone])
        tile = page.locator('[data-camera="cau-treo"]')
        await expect(tile).to_contain_text("Sai mật khẩu RTSP.")
        await expect(tile).to_contain_text("phút trước")
        assert await page.locator(".tile").count() == 1


async def test_a_dead_server_is_told_since_when(running: Stage) -> None:
    async with browser_page() as page:
        await page.goto(f"{running.url}/wall?token={WALL_TOKEN}")
        await page.wait_for_selector(".horn")
        await expect(page.locator("#dead")).to_be_hidden()
        await running.kill_all()
        await expect(page.locator("#dead-since")).to_contain_text("Mất liên lạc với máy chủ từ", timeout=8000)
        await expect(page.locator("#trust")).to_contain_text("mất máy chủ")
        assert await page.locator(".horn").count() == 2


async def test_a_dead_live_process_is_replaced_by_asking(running: Stage) -> None:
    async with browser_page() as page:
        await page.goto(f"{running.url}/wall?token={WALL_TOKEN}")
        await page.wait_for_selector(".horn")
        running.live.process.kill()
        await running.live.process.wait()
        await expect(page.locator("#fallback")).to_be_visible(timeout=10_000)
        await running.commune.put("incidents", [incident("3-92", now_ms())])
        await page.wait_for_selector('[data-incident="3-92"]', timeout=5000)
        await expect(page.locator("#dead")).to_be_hidden()


async def test_a_notice_goes_from_words_at_a_desk_to_air_from_a_phone_and_is_stopped(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "operator")
        await write_notice(page)
    async with browser_page(PHONE) as page:
        await log_in(page, running, "leader")
        await approve_and_air(page)
        await stop(page)
    drafted, approved, aired, stopped = running.commune.asked
    assert isinstance(drafted, protocol.DraftBulletin)
    assert drafted.text == "Họp lúc bảy giờ ba mươi, mã a bê xê."
    assert drafted.hamlets == ("thon-dong",)
    assert isinstance(approved, protocol.ApproveBulletin)
    assert (approved.id, approved.seal) == (drafted.id, running.commune.bulletin(drafted.id)["seal"])
    assert isinstance(aired, protocol.AirBulletin)
    assert isinstance(stopped, protocol.StopHorns)


async def write_notice(page: Page) -> None:
    await page.fill("#text", "Họp lúc 7h30, mã X7-qk%%3.")
    await expect(page.locator(".said")).to_have_text("bảy giờ ba mươi phút")
    await expect(page.locator(".unread")).to_contain_text("X7-qk%%3")
    await expect(page.locator("#save")).to_be_disabled()
    await page.fill("#text", "Họp lúc bảy giờ ba mươi, mã a bê xê.")
    await expect(page.locator("#save-note")).to_have_text("Chưa chọn nơi phát.")
    await page.check("#hamlets input[value=thon-dong]")
    await page.click("#save")
    await expect(page.locator(".bulletin.state-ready")).to_contain_text("Chờ lãnh đạo duyệt")
    await expect(page.locator(".approve")).to_have_count(0)


async def approve_and_air(page: Page) -> None:
    await expect(page.locator(".approve")).to_be_disabled()
    await page.click(".listen")
    await page.click(".approve:enabled")
    await page.click(".air")
    await expect(page.locator(".air")).to_have_text("Bấm lần nữa: phát ra Thôn Đông")
    await page.click(".air")
    await expect(page.locator("#stop-bar .airing")).to_contain_text("Họp lúc bảy giờ")


async def stop(page: Page) -> None:
    await expect(page.locator("#stop")).to_be_in_viewport()
    await page.keyboard.press("F9")
    await expect(page.locator("#on-air")).to_contain_text("Không có gì đang phát")
    await expect(page.locator(".bulletin.state-stopped")).to_contain_text("2 loa phát dở")


async def test_a_stop_that_does_not_arrive_is_never_called_done(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "duty")
        await running.kill_all()
        await page.click("#stop")
        await expect(page.locator(".toast-bad")).to_contain_text("CHƯA CHẮC ĐÃ DỪNG")


async def test_the_duty_officer_takes_an_incident(running: Stage) -> None:
    async with browser_page(PHONE) as page:
        await log_in(page, running, "duty")
        await running.commune.put("incidents", busy(now_ms())["incidents"])
        await page.click('[data-incident="3-91"] .take')
        await expect(page.locator('[data-incident="3-91"] .taken')).to_contain_text("trực ban")
        assert isinstance(running.commune.asked[-1], protocol.TakeIncident)


async def test_nothing_is_wider_than_the_screen(running: Stage) -> None:
    for section, value in busy(now_ms()).items():
        await running.commune.put(section, value)
    async with browser_page() as page:
        await page.goto(f"{running.url}/wall?token={WALL_TOKEN}")
        await page.wait_for_selector(".horn")
        await fits_every_screen(page)
        await log_in(page, running, "leader")
        for view in ("soan", "ban-tin", "loa", "truc-ban", "he-thong"):
            await page.evaluate(f"location.hash = '{view}'")
            await page.wait_for_selector(f"#view-{view}:not([hidden])")
            await fits_every_screen(page)


async def test_a_part_that_cannot_be_drawn_neither_calms_nor_stops_the_others(running: Stage) -> None:
    async with SHARED.chromium(()) as chromium:
        page = await chromium.new_page()
        await running.commune.put("incidents", [{"id": "3-93"}])
        await page.goto(f"{running.url}/wall?token={WALL_TOKEN}")
        await expect(page.locator("#broken")).to_be_visible(timeout=DEADLINE_MS)
        await expect(page.locator(".calm")).to_be_hidden()
        await expect(page.locator(".horn")).to_have_count(2)
        await page.close()
