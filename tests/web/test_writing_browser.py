"""Writing, approving and templates in a real browser, by hand and by keyboard, on a desk and on a phone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page, expect

from edge.control import protocol
from tests.web.paper_commune import now_ms
from tests.web.scenery import quiet
from tests.web.scenery_writing import SEAL, templates, writing
from tests.web.screen import DESK, NEEDS_CHROMIUM, PHONE, browser_page, fits_every_screen, log_in
from tests.web.stage import Stage, stage
from tests.web.tones import opus_tone

pytestmark = NEEDS_CHROMIUM
PAGE = "/panel/templates"


@pytest_asyncio.fixture(loop_scope="session")
async def running(tmp_path: Path) -> AsyncIterator[Stage]:
    """Notices and templates in every state."""
    now = now_ms()
    sections = {**quiet(now), "bulletins": writing(now), "templates": templates(now)}
    async with stage(tmp_path, sections, {}) as running:
        (tmp_path / "clips" / f"{SEAL}.opus").write_bytes(opus_tone(0.5))
        yield running


async def fill_release(page: Page) -> None:
    await page.click('#list [value="xa-lu"]')
    await page.fill("#blank-ho", "Hồ Kiến Giang")
    await page.fill("#blank-gio", "17:30")
    await page.fill("#blank-ngay", "2026-11-22")
    await page.fill("#blank-luu_luong", "500")


async def test_a_template_is_filled_heard_and_aired_in_two_steps_on_a_phone(running: Stage) -> None:
    async with browser_page(PHONE) as page:
        await log_in(page, running, "duty", PAGE)
        await fill_release(page)
        await expect(page.locator("#note")).to_have_text("Chưa chọn nơi phát.")
        await page.check("#hamlets input[value=thon-dong]")
        await page.click("#hear")
        await expect(page.locator("#sure-words")).to_have_text("Phát ra Thôn Đông, một lần.")
        assert running.commune.asked == []
        await page.click("#air")
        await expect(page.locator("#stop-bar .airing")).to_contain_text("lưu lượng 500 m³/s")
    (aired,) = running.commune.asked
    assert isinstance(aired, protocol.AirTemplate)
    assert aired.values == {"ho": "Hồ Kiến Giang", "gio": "17:30", "ngay": "22/11/2026", "luu_luong": "500"}


async def test_what_is_changed_after_hearing_is_heard_again(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "operator", PAGE)
        await fill_release(page)
        await page.check("#hamlets input[value=thon-dong]")
        await page.click("#hear")
        await expect(page.locator("#air")).to_be_visible()
        await page.fill("#blank-luu_luong", "0")
        await expect(page.locator("#air")).to_be_hidden()
        await expect(page.locator("#hear")).to_be_disabled()
        await expect(page.locator("#note")).to_contain_text("từ 1 đến 50000")


async def test_a_leader_hears_a_template_before_he_approves_it(running: Stage) -> None:
    async with browser_page(PHONE) as page:
        await log_in(page, running, "leader", PAGE)
        await page.click('#list [value="bao-yen"]')
        await expect(page.locator("#judge .approve")).to_be_disabled()
        await page.click("#judge .listen")
        await page.click("#judge .approve:enabled")
        await expect(page.locator("#fill")).to_be_visible()
    (approved,) = running.commune.asked
    assert isinstance(approved, protocol.ApproveTemplate)
    assert (approved.template, approved.seal) == ("bao-yen", SEAL)


async def test_a_signature_that_is_late_is_told_until_it_is_given(running: Stage) -> None:
    async with browser_page(PHONE) as page:
        await log_in(page, running, "leader")
        await expect(page.locator(".reminder .late")).to_contain_text("1 bản tin phát từ mẫu chờ bạn ký xác nhận")
        await page.click(".sign")
        await expect(page.locator(".reminder p")).to_have_count(0)
    assert isinstance(running.commune.asked[-1], protocol.SignOff)


async def test_a_notice_that_lost_its_clip_is_spoken_again_only_when_asked(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "operator")
        await page.click('.tabs a[href="#ban-tin"]')
        card = page.locator(".state-reapprove")
        await expect(card.locator(".air")).to_have_count(0)
        await card.get_by_role("button", name="Đọc lại để duyệt").click()
        await expect(page.locator(".state-reapprove")).to_have_count(0)
    assert isinstance(running.commune.asked[-1], protocol.SubmitBulletin)


async def test_private_data_length_and_cost_are_told_while_writing(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "operator")
        await page.fill("#text", "Ông Nguyễn Văn An, sinh năm 1980, gọi số 0912345678.")
        await expect(page.locator(".caution")).to_have_count(2)
        await expect(page.locator("#cost")).to_contain_text("Dài khoảng")
        await expect(page.locator("#cost")).to_contain_text("đã dùng 25 trên 30 phút")


async def test_a_change_goes_to_the_same_notice_also_after_the_page_was_loaded_again(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "operator")
        await page.click('.tabs a[href="#ban-tin"]')
        await page.locator(".state-draft").get_by_text("Sửa", exact=True).click()
        await page.reload()
        await expect(page.locator("#changing")).to_be_visible()
        await page.fill("#text", "Mời bà con dọn vệ sinh đường làng.")
        await page.click("#save:enabled")
        await expect(page.locator("#changing")).to_be_hidden()
    changed = running.commune.asked[-1]
    assert isinstance(changed, protocol.ChangeBulletin)
    assert changed.text == "Mời bà con dọn vệ sinh đường làng."


async def test_no_page_of_writing_is_wider_than_its_screen(running: Stage) -> None:
    async with browser_page() as page:
        await log_in(page, running, "leader")
        await page.wait_for_selector(".shelves")
        await fits_every_screen(page)
        await page.goto(f"{running.url}{PAGE}")
        for name in ("tim-tre-lac", "so-tan", "mua-vu", "chay"):
            await page.click(f'#list [value="{name}"]')
            await fits_every_screen(page)
