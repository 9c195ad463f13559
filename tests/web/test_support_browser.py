"""Remote support in a browser: an admin opens it with his code, every page and the wall show it, the wall ends it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyotp
import pytest_asyncio
from playwright.async_api import Page

from edge.accounts.door import Door
from edge.control.handlers.support import support_handlers
from edge.core.account import Caller
from tests.support.bench import SETTINGS, Bench, bench, systemd
from tests.web.paper_commune import now_ms
from tests.web.scenery import busy
from tests.web.screen import DESK, NEEDS_CHROMIUM, PHONE, browser_page, fits_every_screen, log_in, until
from tests.web.stage import PASSWORD, WALL_TOKEN, Stage, stage


@dataclass
class LateDoor:
    """The stage's own door, as soon as there is one."""

    doors: list[Door] = field(default_factory=list)

    async def prove_code(self, session: str, code: str, caller: Caller) -> None:
        await self.doors[0].prove_code(session, code, caller)


@dataclass
class House:
    """Pages, and remote support behind them."""

    box: Bench
    pages: Stage


async def show(box: Bench, pages: Stage) -> None:
    shown: object = ""
    while True:
        if (section := box.support.section()) != shown:
            await pages.commune.put("support", section)
            shown = section
        await asyncio.sleep(0.05)


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    door = LateDoor()
    async with bench(tmp_path, SETTINGS) as box:
        table = support_handlers(box.support, door)
        async with stage(tmp_path, {**busy(now_ms()), "support": None}, {}, table) as pages:
            door.doors.append(pages.accounts.door)
            tasks = [asyncio.create_task(work) for work in (box.support.run(), systemd(box.places), show(box, pages))]
            yield House(box, pages)
            for task in tasks:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


async def paper_of(page: Page, house: House) -> list[str]:
    """The admin turns his codes on; those on paper."""
    await page.goto(f"{house.pages.url}/me")
    form = page.locator("form[action='/me/code']")
    await form.locator("[name=old]").fill(PASSWORD)
    await form.locator("button").click()
    secret = (await page.locator(".enrol code").inner_text()).replace(" ", "")
    confirm = page.locator("form[action='/me/code/confirm']")
    await confirm.locator("[name=code]").fill(pyotp.TOTP(secret).now())
    await confirm.locator("button.primary").click()
    return await page.locator(".paper li").all_inner_texts()


async def ask_for_it(page: Page, code: str) -> None:
    await page.select_option("[name=minutes]", "30")
    await page.fill("[name=reason]", "<b>Anh Hùng</b> xem giúp loa thôn Đông")
    await page.fill("[name=code]", code)
    await page.click("#open .primary")


@NEEDS_CHROMIUM
async def test_an_admin_opens_it_everybody_sees_it_and_the_wall_ends_it(house: House) -> None:
    shut = partial(until, truth="document.querySelector('#standing')?.textContent.includes('Đang đóng')")
    async with browser_page(DESK) as page, browser_page(DESK) as wall:
        await log_in(page, house.pages, "admin")
        codes = await paper_of(page, house)
        await page.goto(f"{house.pages.url}/support")
        await shut(page)
        await ask_for_it(page, "123456")
        await until(page, "document.querySelector('.toast-bad')?.textContent.includes('Mã không đúng')")
        assert house.box.support.section() is None
        await ask_for_it(page, codes[0])
        await until(page, "document.querySelector('#standing').textContent.includes('đã nối')")
        assert await page.locator("#standing b").count() == 0
        await wall.goto(f"{house.pages.url}/wall?token={WALL_TOKEN}")
        await until(wall, "document.querySelector('#support').textContent.includes('Anh Hùng')")
        assert await wall.locator("#support b").count() == 0
        await wall.click("#support button")
        await until(wall, "document.querySelector('#support').hidden")
        await shut(page)
    async with asyncio.timeout(5):
        while len(deeds := await house.box.deeds()) < 2:
            await asyncio.sleep(0.05)
    assert deeds[-1][:2] == ("wall", "support.end")


@NEEDS_CHROMIUM
async def test_the_officer_on_duty_sees_it_on_every_page_and_may_end_it(house: House) -> None:
    async with browser_page(DESK) as page, browser_page(DESK) as admin:
        await log_in(admin, house.pages, "admin")
        codes = await paper_of(admin, house)
        await admin.goto(f"{house.pages.url}/support")
        await ask_for_it(admin, codes[0])
        await log_in(page, house.pages, "duty")
        await page.goto(f"{house.pages.url}/incidents")
        await until(page, "document.querySelector('#station-news').textContent.includes('HỖ TRỢ TỪ XA')")
        await page.goto(f"{house.pages.url}/support")
        assert await page.locator("#open").count() == 0
        await page.click("#station-news button")
        await until(page, "document.querySelector('#station-news').textContent === ''")
        await until(admin, "!document.querySelector('#open button').disabled")


@NEEDS_CHROMIUM
async def test_the_page_fits_every_screen(house: House) -> None:
    async with browser_page(PHONE) as page:
        await log_in(page, house.pages, "admin")
        await page.goto(f"{house.pages.url}/support")
        await until(page, "document.querySelector('#standing').textContent !== ''")
        await fits_every_screen(page)
