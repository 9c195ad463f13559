"""Takes the pictures of the pages for the README from the running demo: ``./run shots``.

Writes ``wall.jpg``, ``panel.png`` and ``phone.png``, each at most 300 kB.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "var" / "demo" / "demo.json"
IMAGES = ROOT / "docs" / "img"
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
    " --no-first-run --autoplay-policy=no-user-gesture-required"
)
MAX_BYTES = 300_000
SETTLE_MS = 5000
"""Video, fonts and charts have come by then."""
JPEG_QUALITIES = (88, 80, 70, 60)
NOTICE = "7h30 ngày 23/11, mời bà con thôn Đông đến nhà văn hóa thôn họp. Mỗi hộ cử 1 người, mang theo 2 bao tải."


@dataclass(frozen=True, slots=True)
class Screen:
    """A size to look at."""

    width: int
    height: int


TELEVISION = Screen(1920, 1080)
DESK = Screen(1366, 768)
PHONE = Screen(390, 844)


def take_shots(wall: str, panel: str, passwords: Mapping[str, str], folder: Path) -> None:
    """Write the three pictures into ``folder``; ``wall`` and ``panel`` are addresses, ``passwords`` those of roles."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as tools:
        chromium = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        with _page(chromium, TELEVISION) as page:
            page.goto(wall)
            _keep(page, folder / "wall.jpg")
        with _page(chromium, DESK) as page:
            log_in(page, panel, "operator", passwords["operator"])
            page.fill("#text", NOTICE)
            page.check("#hamlets input >> nth=0")
            _keep(page, folder / "panel.png")
        with _page(chromium, PHONE) as page:
            log_in(page, panel, "leader", passwords["leader"])
            _keep(page, folder / "phone.png")
        chromium.close()


def log_in(page: Page, panel: str, role: str, password: str) -> None:
    """Come in as ``role``; the panel is open afterwards."""
    page.goto(panel)
    page.fill("input[name=login]", role)
    page.fill("input[name=password]", password)
    page.click("button.primary")
    page.wait_for_url("**/panel*")


@contextmanager
def _page(browser: Browser, screen: Screen) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": screen.width, "height": screen.height}, locale="vi-VN")
    try:
        yield context.new_page()
    finally:
        context.close()


def _keep(page: Page, path: Path) -> None:
    """Write what the page shows at its own size: PNG for pages of text, JPEG for the wall with its camera pictures."""
    page.wait_for_timeout(SETTLE_MS)
    for quality in JPEG_QUALITIES:
        kind: Literal["png", "jpeg"] = "png" if path.suffix == ".png" else "jpeg"
        picture = page.screenshot(type=kind, quality=None if kind == "png" else quality)
        if len(picture) <= MAX_BYTES:
            break
    path.write_bytes(picture)


@click.command()
@click.option("--info", type=click.Path(path_type=Path), default=DEMO, show_default=True, help="Written by the demo.")
@click.option("--folder", type=click.Path(path_type=Path), default=IMAGES, show_default=True)
def main(info: Path, folder: Path) -> None:
    """Take the pictures of a running demo."""
    if not info.exists():
        raise click.ClickException(f"{info}: không có; hãy chạy ./run demo trước. (Start ./run demo first.)")
    known = json.loads(info.read_text())
    take_shots(known["wall"], known["panel"], known["passwords"], folder)


if __name__ == "__main__":
    main()
