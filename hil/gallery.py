"""Opens every page of a running box as whoever has business there: to judge them, to weigh them, to keep pictures."""

import contextlib
import gzip
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page, Response

from hil.browser import DESK, PHONE, TELEVISION, Screen
from hil.pages import PAGES, PageOf

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
SCREENS = {"tv": TELEVISION, "desk": DESK, "phone": PHONE}
SETTLE_MS = 1200
"""State and pictures have come by then; a page that shows its `ready` later fails."""
READY_MS = 15_000


_WALL_LIGHT = """try { localStorage.setItem("mo-lang-man-hinh", JSON.stringify({ light: "%s" })); } catch {}"""
"""What a screen remembers when somebody pressed N: else the wall goes by its clock."""


@dataclass(frozen=True, slots=True)
class Site:
    """A running box: ``address`` without a slash at its end, the walls' token, and how somebody of a role comes in."""

    address: str
    wall_token: str
    enter: Callable[[Page, str], None]


def visits(
    browser: Browser,
    site: Site,
    screen: Screen,
    theme: Theme,
    pages: Sequence[PageOf] = PAGES,
    settle_ms: int = SETTLE_MS,
) -> Iterator[tuple[PageOf, Page]]:
    """Each page, open and settled; one log-in a role."""
    for role in dict.fromkeys(page.role for page in pages):
        with _someone(browser, site, screen, theme, role) as page:
            for one in (one for one in pages if one.role == role):
                show(page, site, one, settle_ms)
                yield one, page


def show(page: Page, site: Site, one: PageOf, settle_ms: int = SETTLE_MS) -> None:
    """Open it anew and wait until it shows what it has."""
    page.goto("about:blank")  # else a change behind the # would only turn the view
    page.goto(site.address + one.path)
    page.wait_for_selector(one.ready, timeout=READY_MS, state="attached")
    page.wait_for_timeout(settle_ms)


@contextlib.contextmanager
def _someone(browser: Browser, site: Site, screen: Screen, theme: Theme, role: str) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        locale="vi-VN",
        color_scheme=theme,
        service_workers="block",
    )
    try:
        page = context.new_page()
        if role == "wall":
            page.add_init_script(_WALL_LIGHT % {"light": "ngay", "dark": "dem"}[theme])
            page.goto(f"{site.address}/wall?token={site.wall_token}")
        elif role:
            site.enter(page, role)
        yield page
    finally:
        context.close()


def pictured(browser: Browser, site: Site, folder: Path) -> Iterator[tuple[PageOf, Page]]:
    """Every page in three sizes and two themes, kept as ``NAME-SIZE-THEME.png``, while it is open."""
    folder.mkdir(parents=True, exist_ok=True)
    for size, screen in SCREENS.items():
        for theme in THEMES:
            for one, page in visits(browser, site, screen, theme):
                page.screenshot(path=folder / f"{one.name}-{size}-{theme}.png")
                yield one, page


def script_kb(browser: Browser, site: Site, name: str) -> float:
    """How many kB of scripts the page of this name loads, each compressed by gzip as nginx does."""
    one = next(page for page in PAGES if page.name == name)
    heard: list[Response] = []
    with _someone(browser, site, DESK, "light", one.role) as page:
        page.on("response", lambda answer: heard.append(answer) if _is_script(answer) else None)
        show(page, site, one)
        scripts = {answer.url: len(gzip.compress(answer.body(), 6, mtime=0)) for answer in heard}
    return sum(scripts.values()) / 1000


def _is_script(answer: Response) -> bool:
    return answer.request.resource_type == "script" and answer.ok


def entering(address: str, password_of: Callable[[str], str]) -> Callable[[Page, str], None]:
    """How somebody of a role logs in at this address."""

    def enter(page: Page, role: str) -> None:
        page.goto(f"{address}/login")
        page.fill("input[name=login]", role)
        page.fill("input[name=password]", password_of(role))
        page.click("button.primary")
        page.wait_for_url(lambda url: "/login" not in url)

    return enter
