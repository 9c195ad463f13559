"""A real Chromium that looks at the pages of a stage."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest
from playwright.async_api import Error, Page, async_playwright

from tests.web.stage import PASSWORD, Stage
from tests.workers.live.test_chromium import CHROMIUM, FLAGS

NEEDS_CHROMIUM = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="no /usr/bin/chromium: the pages were not tried in a browser"
)
MORE_FLAGS = ["--autoplay-policy=no-user-gesture-required"]
DEADLINE_MS = 15_000
TELEVISION = (1920, 1080)
DESK = (1366, 768)
PHONE = (390, 844)


@contextlib.asynccontextmanager
async def browser_page(size: tuple[int, int] = (1920, 1080), flags: Sequence[str] = ()) -> AsyncIterator[Page]:
    """A page that fails the test on any script error or blocked resource."""
    faults: list[str] = []
    async with async_playwright() as tools:
        chromium = await tools.chromium.launch(
            executable_path=str(CHROMIUM), args=[*" ".join(FLAGS).split(), *MORE_FLAGS, *flags]
        )
        try:
            page = await chromium.new_page(viewport={"width": size[0], "height": size[1]})
            page.set_default_timeout(DEADLINE_MS)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
            yield page
        finally:
            await chromium.close()
    assert faults == []


async def log_in(page: Page, running: Stage, role: str, wanted: str = "/panel") -> None:
    """Come in as ``role``; the wanted page is open afterwards."""
    await page.goto(f"{running.url}/login?next={wanted}")
    await page.fill("input[name=login]", role)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("button.primary")
    await page.wait_for_url(f"**{wanted}*")


async def until(page: Page, truth: str) -> None:
    """Wait for an expression to become true; Playwright's own way would be blocked by the pages' policy.

    A page that is just being left answers nothing: it is asked again when the next one is there.
    """
    async with asyncio.timeout(DEADLINE_MS / 1000):
        while not await _holds(page, truth):
            await asyncio.sleep(0.1)


async def _holds(page: Page, truth: str) -> bool:
    try:
        return bool(await page.evaluate(truth))
    except Error as error:
        if "context was destroyed" not in str(error):
            raise
        return False
