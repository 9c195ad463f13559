"""A real browser at the wall: notes when each incident stands on the page, and whether its videos move."""

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from playwright.sync_api import Error, Page, sync_playwright

from hil.shots import CHROMIUM, FLAGS

LOOK_EVERY_S = 0.1
SETTLE_S = 15.0
LOOK = """() => ({
  incidents: [...document.querySelectorAll('[data-incident]')].map(node => node.dataset.incident),
  horns: document.querySelectorAll('[data-horn]').length,
  gauges: document.querySelectorAll('[data-gauge]').length,
  videos: [...document.querySelectorAll('[data-camera] video')].map(video => [video.currentTime, video.videoWidth]),
})"""


class WallWatch:
    """A thread that owns the browser. ``error`` tells why it saw nothing, empty while all is well."""

    def __init__(self, url: str, picture: Path) -> None:
        self._url = url
        self._picture = picture
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="wall", daemon=True)
        self.opened = threading.Event()
        self.incidents: dict[str, float] = {}
        self.horns = 0
        self.gauges = 0
        self.moving: set[int] = set()
        self.error = ""
        self._times: dict[int, float] = {}

    def __enter__(self) -> "WallWatch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take a last picture and end the browser."""
        self._stopping.set()
        self._thread.join(SETTLE_S)

    def _watch(self) -> None:
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
                page = browser.new_page(viewport={"width": 1920, "height": 1080})
                page.goto(self._url, wait_until="domcontentloaded")
                self.opened.set()
                while not self._stopping.wait(LOOK_EVERY_S):
                    self._look(page)
                page.screenshot(path=str(self._picture))
                browser.close()
        except Error as error:
            self.error = str(error).splitlines()[0]
            self.opened.set()

    def _look(self, page: Page) -> None:
        found: dict[str, Any] = page.evaluate(LOOK)
        now = time.monotonic()
        for incident in found["incidents"]:
            self.incidents.setdefault(incident, now)
        self.horns, self.gauges = found["horns"], found["gauges"]
        for number, (seconds, width) in enumerate(found["videos"]):
            if width and seconds > self._times.get(number, seconds):
                self.moving.add(number)
            self._times[number] = seconds
