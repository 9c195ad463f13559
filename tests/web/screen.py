"""A real Chromium that looks at the pages of a stage."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest
from playwright.async_api import Browser, Error, Page, async_playwright, expect

from tests.web.stage import PASSWORD, Stage
from tests.workers.live.test_chromium import CHROMIUM, FLAGS

NEEDS_CHROMIUM = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="no /usr/bin/chromium: the pages were not tried in a browser"
)
MORE_FLAGS = ["--autoplay-policy=no-user-gesture-required"]
DEADLINE_MS = 30_000
"""Of every wait: it ends with what it waits for, and a busy machine is no fault of the page."""
expect.set_options(timeout=DEADLINE_MS)
TELEVISION = (1920, 1080)
DESK = (1366, 768)
PHONE = (390, 844)
SCREENS = (TELEVISION, DESK, PHONE)


@contextlib.asynccontextmanager
async def _launched(flags: Sequence[str]) -> AsyncIterator[Browser]:
    async with async_playwright() as tools:
        chromium = await tools.chromium.launch(
            executable_path=str(CHROMIUM), args=[*" ".join(FLAGS).split(), *MORE_FLAGS, *flags]
        )
        try:
            yield chromium
        finally:
            await chromium.close()


class _Shared:
    """One Chromium for all tests that run in one loop: to start one costs more than most tests do."""

    def __init__(self) -> None:
        self._stack = contextlib.AsyncExitStack()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._chromium: Browser | None = None

    @contextlib.asynccontextmanager
    async def offered(self) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        async with self._stack:
            yield
        self._loop = self._chromium = None

    @contextlib.asynccontextmanager
    async def chromium(self, flags: Sequence[str]) -> AsyncIterator[Browser]:
        """Started by the first test that looks; who needs ``flags``, or runs in another loop, has his own."""
        if flags or self._loop is not asyncio.get_running_loop():
            async with _launched(flags) as own:
                yield own
            return
        if self._chromium is None or not self._chromium.is_connected():
            self._chromium = await self._stack.enter_async_context(_launched(()))
        yield self._chromium


SHARED = _Shared()


@contextlib.asynccontextmanager
async def browser_page(size: tuple[int, int] = (1920, 1080), flags: Sequence[str] = ()) -> AsyncIterator[Page]:
    """A page that fails the test on any script error or blocked resource; it shares nothing with other pages."""
    faults: list[str] = []
    async with SHARED.chromium(flags) as chromium:
        context = await chromium.new_context(viewport={"width": size[0], "height": size[1]})
        try:
            page = await context.new_page()
            page.set_default_timeout(DEADLINE_MS)
            page.on("pageerror", lambda error: faults.append(str(error.stack)))
            page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
            yield page
        finally:
            await context.close()
    assert faults == [], faults


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


async def fits_every_screen(page: Page) -> None:
    """Nothing on it is wider than a television, a desk's screen or a phone; it may take a moment to settle."""
    for width, height in SCREENS:
        await page.set_viewport_size({"width": width, "height": height})
        with contextlib.suppress(TimeoutError):
            await until(page, f"document.documentElement.scrollWidth <= {width}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url


async def _holds(page: Page, truth: str) -> bool:
    try:
        return bool(await page.evaluate(truth))
    except Error as error:
        if "context was destroyed" not in str(error):
            raise
        return False
