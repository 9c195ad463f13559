"""Recording the voice bank and bringing recordings, in a real browser with a microphone that plays a file."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from edge.core.voice_bank import Prompt
from tests.web.paper_commune import now_ms
from tests.web.scenery import quiet
from tests.web.screen import DEADLINE_MS, DESK, NEEDS_CHROMIUM, PHONE, TELEVISION, browser_page, log_in, until
from tests.web.sounds import Sounds, sounds
from tests.web.stage import Stage, stage
from tests.workers.speech.bank import said
from tests.workers.speech.test_intake import music, write

pytestmark = [
    NEEDS_CHROMIUM,
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="no espeak-ng: nobody to record"),
]
PROMPTS = (Prompt("báo động hai", "Báo động và cấp"), Prompt("thôn đông", "Thôn"), Prompt("di dời ngay", "Thôn"))


@pytest_asyncio.fixture(loop_scope="session")
async def running(tmp_path: Path) -> AsyncIterator[tuple[Stage, Sounds]]:
    async with sounds(tmp_path, PROMPTS) as services, stage(tmp_path, quiet(now_ms()), {}, services.handlers) as pages:
        yield pages, services


def microphone(folder: Path, words: str) -> list[str]:
    """A browser whose microphone hears these words over and over, with silence between them."""
    spoken = said(folder / "microphone.wav", words, "-a", "50")
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={spoken}",
    ]


async def record(page: Page, seconds: float) -> None:
    await page.keyboard.press(" ")
    await expect(page.locator("#record-word")).to_have_text("Dừng")
    await asyncio.sleep(seconds)
    await page.keyboard.press(" ")
    await expect(page.locator("#accept")).to_be_enabled(timeout=DEADLINE_MS)


async def test_prompts_are_recorded_by_keyboard_and_spoken_by_the_bank(
    running: tuple[Stage, Sounds], tmp_path: Path
) -> None:
    pages, services = running
    async with browser_page(DESK, microphone(tmp_path, "báo động hai")) as page:
        await log_in(page, pages, "operator", "/bank")
        await expect(page.locator("#words")).to_have_text("báo động hai")
        await expect(page.locator("#count")).to_have_text("0/3 lời đã thu")
        await record(page, 1.0)
        await until(page, "document.getElementById('player').src.startsWith('blob:')")
        await page.keyboard.press("Enter")
        await expect(page.locator("#count")).to_have_text("1/3 lời đã thu", timeout=DEADLINE_MS)
        await expect(page.locator("#words")).to_have_text("thôn đông")
        (row,) = services.reader.rows("SELECT words, by_user FROM bank_prompt")
        assert row == {"words": "báo động hai", "by_user": "phát thanh viên"}
        await page.keyboard.press("ArrowLeft")
        await expect(page.locator("#state")).to_contain_text("Đã thu")
        await page.keyboard.press("p")
        await until(page, "document.getElementById('player').currentTime > 0.1")
        await page.fill("#try-text", "Báo động 2!")
        await page.click("#try button")
        await expect(page.locator("#try-note")).to_contain_text("giọng của xã", timeout=DEADLINE_MS)


async def test_a_recording_that_is_no_good_is_told_and_recorded_again(
    running: tuple[Stage, Sounds], tmp_path: Path
) -> None:
    pages, services = running
    async with browser_page(PHONE, microphone(tmp_path, "một hai ba bốn năm sáu bảy tám chín mười")) as page:
        await log_in(page, pages, "operator", "/bank")
        await page.click(".prompt:has-text('thôn đông')")
        await record(page, 3.5)
        await page.click("#accept")
        await expect(page.locator("#state.bad")).to_contain_text("chỉ đọc đúng lời này", timeout=DEADLINE_MS)
        await expect(page.locator("#words")).to_have_text("thôn đông")
        await expect(page.locator("#record-word")).to_have_text("Thu lại")
    assert not services.reader.rows("SELECT 1 FROM bank_prompt")


async def test_a_prompt_comes_from_a_file_where_there_is_no_microphone(
    running: tuple[Stage, Sounds], tmp_path: Path
) -> None:
    pages, _ = running
    file = await asyncio.to_thread(said, tmp_path / "b.wav", "báo động hai")
    async with browser_page(DESK) as page:
        await log_in(page, pages, "operator", "/bank")
        await expect(page.locator("#file")).to_be_enabled()
        await page.set_input_files("#file", file)
        await page.click("#accept")
        await expect(page.locator("#count")).to_have_text("1/3 lời đã thu", timeout=DEADLINE_MS)


async def test_a_recording_is_brought_and_becomes_a_bulletin(running: tuple[Stage, Sounds], tmp_path: Path) -> None:
    pages, services = running
    file = await asyncio.to_thread(write, tmp_path / "tiem-chung.mp3", [music(20)], "mp3")
    async with browser_page(DESK) as page:
        await log_in(page, pages, "operator", "/panel")
        await page.click("#upload summary")
        await page.set_input_files("[name=file]", file)
        await page.fill("#upload-form [name=text]", "Lịch tiêm chủng")
        await page.select_option("#upload-form [name=language]", "bru")
        await page.check("#upload-hamlets input[value=thon-dong]")
        await page.click("#upload-form .primary")
        await expect(page.locator("#uploads")).to_contain_text("đã thành bản ghi", timeout=2 * DEADLINE_MS)
    (row,) = services.reader.rows("SELECT text, state, hamlets FROM bulletin")
    assert row == {"text": "Lịch tiêm chủng", "state": "ready", "hamlets": '["thon-dong"]'}


async def test_nothing_is_wider_than_the_screen(running: tuple[Stage, Sounds]) -> None:
    async with browser_page() as page:
        await log_in(page, running[0], "operator", "/bank")
        await page.wait_for_selector(".prompt")
        for path in ("/bank", "/panel"):
            await page.goto(running[0].url + path)
            for width, height in (TELEVISION, DESK, PHONE):
                await page.set_viewport_size({"width": width, "height": height})
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
