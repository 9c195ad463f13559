"""A picture of one of the box's pages, as a person sees it."""

from collections.abc import Sequence
from pathlib import Path

from hil.browser import CHROMIUM, DESK, FLAGS, TELEVISION

SETTLE_MS = 3000
DEADLINE_MS = 30_000


def take(url: str, cookies: Sequence[dict[str, str]], path: Path) -> str:
    """Write a PNG; what kept it from that, or nothing.

    The commune's own authority stands behind the address: who came here by bench.toml has checked its certificate.
    """
    try:
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415 - a box has none, a laptop has
    except ModuleNotFoundError:
        return "máy này chưa có Playwright: chạy từ mã nguồn bằng ./run"
    screen = TELEVISION if "/wall" in url else DESK
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
            context = browser.new_context(
                viewport={"width": screen.width, "height": screen.height}, ignore_https_errors=True, locale="vi-VN"
            )
            context.add_cookies([{"name": one["name"], "value": one["value"], "url": url} for one in cookies])
            page = context.new_page()
            answer = page.goto(url, wait_until="load", timeout=DEADLINE_MS)
            if answer is None or not answer.ok or page.url.split("?")[0] != url.split("?")[0]:
                return f"trang không mở ra: {answer.status if answer else '?'} {page.url.split('?')[0]}"
            page.wait_for_timeout(SETTLE_MS)
            page.screenshot(path=str(path))
            browser.close()
    except Error as error:
        return str(error).splitlines()[0][:200]
    return ""
