"""Lines ``axe``, ``script_weight``, ``panel_usable``: pages for whoever cannot see well, waits, or pays."""

import contextlib
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console

from hil import axe as judge
from hil.browser import CHROMIUM, DESK, FLAGS, Screen
from hil.clips import ClipInfo
from hil.commune import Commune
from hil.demo import prepare_clips
from hil.gallery import SCREENS, SETTLE_MS, THEMES, Site, Theme, entering, pictured, script_kb, visits
from hil.links import Figure, Link
from hil.pages import PAGES, PageOf
from hil.prove.people.story import artefacts

MOST_WALL_KB = 250.0
MOST_PHONE_KB = 60.0
MOST_USABLE_S = 1.5
LOADS = 20
LAN = {"offline": False, "latency": 5, "downloadThroughput": 2_500_000, "uploadThroughput": 2_500_000}
"""A busy Wi-Fi of the house: 20 Mbit/s and 5 ms each way, where the machine itself would answer at once."""
USABLE = """() => {
  const write = document.querySelector("#text"), hamlet = document.querySelector("#hamlets input");
  return Boolean(write && hamlet && write.offsetParent && document.querySelector("#stop"));
}"""


@dataclass(frozen=True, slots=True)
class Usable:
    """Seconds from the wish for the panel until somebody can write, choose a hamlet and press STOP."""

    loads_s: Sequence[float]

    @property
    def p95_s(self) -> float:
        """Of all loads, each with an empty cache."""
        return statistics.quantiles(self.loads_s, n=20)[-1] if len(self.loads_s) > 1 else self.loads_s[0]


def axe() -> Link:
    """Every page in three sizes, light and dark: its picture is kept, and axe looks at it."""
    folder = artefacts("pages")
    with _browser() as browser, _box(prepare_clips(Console(stderr=True))) as site:
        faults = [judge.judge(page, one.name) for one, page in pictured(browser, site, folder)]
    found = [fault for page in faults for fault in page]
    serious = [fault for fault in found if fault.serious]
    worst = ", ".join(f"{page}/{rule}" for page, rule in Counter((one.page, one.rule) for one in serious))
    figures: dict[str, Figure] = {
        "axe_serious": len(serious),
        "axe_other": len(found) - len(serious),
        "axe_pages": len(PAGES),
        "screenshots": len(list(folder.glob("*.png"))),
    }
    whole = len(faults) == figures["screenshots"] == len(PAGES) * len(SCREENS) * len(THEMES)
    return Link("axe", not serious and whole, figures, worst)


def faults_of(
    browser: Browser,
    site: Site,
    screen: Screen,
    theme: Theme,
    pages: Sequence[PageOf] = PAGES,
    settle_ms: int = SETTLE_MS,
) -> list[judge.Fault]:
    """What axe finds on these pages."""
    seen = visits(browser, site, screen, theme, pages, settle_ms)
    return [fault for one, page in seen for fault in judge.judge(page, one.name)]


def script_weight() -> Link:
    """Scripts of the wall and of the phone page, as they come over the line."""
    with _browser() as browser, _box() as site:
        wall, phone = script_kb(browser, site, "wall"), script_kb(browser, site, "phone")
    figures: dict[str, Figure] = {"js_gzip_kb_wall": round(wall, 1), "js_gzip_kb_phone": round(phone, 1)}
    return Link("script_weight", 0 < wall <= MOST_WALL_KB and 0 < phone <= MOST_PHONE_KB, figures)


def panel_usable() -> Link:
    """The operator's page over the house's Wi-Fi, with nothing in the cache."""
    with _browser() as browser, _box() as site:
        found = usable(browser, site, LOADS)
    figures: dict[str, Figure] = {"panel_usable_s": round(found.p95_s, 3), "panel_loads": len(found.loads_s)}
    return Link("panel_usable", found.p95_s <= MOST_USABLE_S, figures, "p95, 20 Mbit/s, 5 ms, empty cache")


def usable(browser: Browser, site: Site, loads: int) -> Usable:
    """So many loads of the panel."""
    context = browser.new_context(viewport={"width": DESK.width, "height": DESK.height}, locale="vi-VN")
    with contextlib.closing(context):
        page = context.new_page()
        site.enter(page, "operator")
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", LAN)
        line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        return Usable([_load_s(page, site) for _ in range(loads)])


def _load_s(page: Page, site: Site) -> float:
    page.goto("about:blank")
    page.goto(f"{site.address}/panel#soan", wait_until="commit")
    while not page.evaluate(USABLE):
        page.wait_for_timeout(10)
    return float(page.evaluate("performance.now()")) / 1000


@contextlib.contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as tools:
        chromium = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield chromium
        chromium.close()


@contextlib.contextmanager
def _box(clips: Sequence[ClipInfo] = ()) -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="mo-look-") as name, Commune(Path(name) / "xa", clips) as commune:
        yield site_of(commune)


def site_of(commune: Commune) -> Site:
    """The pages of a running commune."""
    address = commune.panel_url.removesuffix("/panel")
    return Site(address, commune.access.wall_token, entering(address, lambda role: commune.access.passwords[role]))
