"""Takes the pictures of the pages for the README from the running demo: ``./run shots``.

Writes ``wall.jpg``, ``panel.png`` and ``phone.png``, each at most 300 kB. ``--all``: every page in three sizes and two
themes into ``var/shots``, to be looked at.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import click
from playwright.sync_api import Browser, Page, sync_playwright

from hil.browser import CHROMIUM, DESK, FLAGS, PHONE, TELEVISION, Screen
from hil.gallery import Site, entering, pictured

__all__ = ["CHROMIUM", "DESK", "FLAGS", "PHONE", "TELEVISION", "Screen", "log_in", "take_all", "take_shots"]
ROOT = Path(__file__).parent.parent
DEMO = ROOT / "var" / "demo" / "demo.json"
IMAGES = ROOT / "docs" / "img"
GALLERY = ROOT / "var" / "shots"
MAX_BYTES = 300_000
SETTLE_MS = 5000
"""Video, fonts and charts have come by then."""
JPEG_QUALITIES = (88, 80, 70, 60)
NOTICE = "7h30 ngày 23/11, mời bà con thôn Đông đến nhà văn hóa thôn họp. Mỗi hộ cử 1 người, mang theo 2 bao tải."


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
            page.locator("#hamlets label", has_text="Đông").locator("input").check()
            _keep(page, folder / "panel.png")
        with _page(chromium, PHONE) as page:
            log_in(page, panel, "leader", passwords["leader"])
            _keep(page, folder / "phone.png")
        chromium.close()


def take_all(wall: str, passwords: Mapping[str, str], folder: Path) -> None:
    """Every page as whoever has business there; ``wall`` is its address with the token."""
    address, _, token = wall.partition("/wall?token=")
    with sync_playwright() as tools:
        chromium = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        site = Site(address, token, entering(address, passwords.__getitem__))
        count = sum(1 for _ in pictured(chromium, site, folder))
        chromium.close()
    click.echo(f"{count} pictures in {folder}")


def log_in(page: Page, wanted: str, role: str, password: str, to: str | Callable[[str], bool] = "**/panel*") -> None:
    """Come in as ``role`` by the form that ``wanted`` leads to; an address like ``to`` is open afterwards."""
    page.goto(wanted)
    page.fill("input[name=login]", role)
    page.fill("input[name=password]", password)
    page.click("button.primary")
    page.wait_for_url(to)


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
@click.option("--folder", type=click.Path(path_type=Path), help="Where they go: docs/img, with --all var/shots.")
@click.option("--all", "every", is_flag=True, help="Every page in three sizes and two themes.")
def main(info: Path, folder: Path | None, every: bool) -> None:
    """Take the pictures of a running demo."""
    if not info.exists():
        raise click.ClickException(f"{info}: không có; hãy chạy ./run demo trước. (Start ./run demo first.)")
    known = json.loads(info.read_text())
    if every:
        take_all(known["wall"], known["passwords"], folder or GALLERY)
    else:
        take_shots(known["wall"], known["panel"], known["passwords"], folder or IMAGES)


if __name__ == "__main__":
    main()
