"""A real Chromium at the wall, and what its page tells."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import CDPSession, Error, Page, sync_playwright

from hil.bench.eyes.tree import Tree
from hil.bench.outcome import BenchUnavailableError
from hil.browser import CHROMIUM, FLAGS, TELEVISION

OBSERVER = Path(__file__).with_name("observer.js")
LOOK_S = 0.25
OF_THE_TOOL = "blink::NetworkResourcesData"


@dataclass(frozen=True, slots=True)
class SeenTile:
    """A tile at one moment; times of the page are UTC milliseconds, ``number`` is that of the film's picture."""

    camera: str
    live: bool
    moving: bool
    time: float
    shown: int
    dropped: int
    number: int | None
    at: float


class WallPage:
    """The wall, open in a browser of its own."""

    def __init__(self, page: Page, tree: Tree) -> None:
        self._page = page
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self.tree = tree

    def open(self, url: str) -> float:
        """Go there; returns the moment of the wish (Unix seconds)."""
        began = time.time()
        self._page.goto(url, wait_until="commit")
        return began

    def tiles(self) -> list[SeenTile]:
        """Every tile now."""
        return [SeenTile(**tile) for tile in self._page.evaluate("() => window.molangTiles?.() ?? []")]

    def seen(self) -> dict[str, Any]:
        """What the observer noted: `asked` and `first` by camera, `incidents`, `errors`."""
        found: dict[str, Any] = self._page.evaluate("() => window.molangSeen")
        return found

    def ask(self, expression: str) -> Any:
        """What an expression is in the page."""
        return self._page.evaluate(expression)

    def picture(self, path: Path) -> None:
        """What it looks like."""
        self._page.screenshot(path=str(path))

    def until(self, true: Callable[[list[SeenTile]], bool], within_s: float, else_what: str) -> float:
        """Wait for it; returns how long that took. Raises BenchUnavailableError."""
        began = time.monotonic()
        while not true(found := self.tiles()):
            if time.monotonic() - began > within_s:
                playing = sum(tile.moving for tile in found)
                raise BenchUnavailableError(f"{else_what} within {within_s:.0f} s ({playing} tiles move)")
            time.sleep(LOOK_S)
        return time.monotonic() - began

    def heap(self) -> dict[str, float]:
        """Bytes that the page holds after collection, its DOM nodes and its listeners.

        Without what the tool itself keeps: it has the browser remember every request (some 3 MB an hour of a wall).
        """
        for _ in range(2):
            self._cdp.send("HeapProfiler.collectGarbage")
        counters = self._cdp.send("Memory.getDOMCounters")
        return {
            "heap": float(held_bytes(self._snapshot())),
            "nodes": float(counters["nodes"]),
            "listeners": float(counters["jsEventListeners"]),
        }

    def _snapshot(self) -> dict[str, Any]:
        parts: list[str] = []

        def more(event: dict[str, str]) -> None:
            parts.append(event["chunk"])

        self._cdp.on("HeapProfiler.addHeapSnapshotChunk", more)
        self._cdp.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
        self._cdp.remove_listener("HeapProfiler.addHeapSnapshotChunk", more)
        found: dict[str, Any] = json.loads("".join(parts))
        return found


def held_bytes(snapshot: dict[str, Any]) -> int:
    """Of all objects of a heap snapshot, the tool's records of requests left out."""
    fields = snapshot["snapshot"]["meta"]["node_fields"]
    width, name, size = len(fields), fields.index("name"), fields.index("self_size")
    nodes, strings = snapshot["nodes"], snapshot["strings"]
    tools = {number for number, word in enumerate(strings) if word.startswith(OF_THE_TOOL)}
    return sum(nodes[at + size] for at in range(0, len(nodes), width) if nodes[at + name] not in tools)


@contextmanager
def wall_browser() -> Iterator[WallPage]:
    """A browser as the kiosk has it, at the television's size. Raises BenchUnavailableError when there is none."""
    try:
        with sync_playwright() as tools:
            chromium = tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
            size = {"width": TELEVISION.width, "height": TELEVISION.height}
            page = chromium.new_page(viewport=size, locale="vi-VN")  # type: ignore[arg-type]  # a TypedDict of theirs
            page.add_init_script(path=str(OBSERVER))
            yield WallPage(page, Tree([_root_of_chromium()]))
            chromium.close()
    except Error as cause:
        raise BenchUnavailableError(f"Chromium: {cause}") from cause


def _root_of_chromium() -> int:
    """The browser process that Playwright started for us last."""
    ours = psutil.Process().children(recursive=True)
    roots = [one for one in ours if "chrom" in one.name() and not any("--type=" in word for word in one.cmdline())]
    return int(max(roots, key=lambda one: one.create_time()).pid)
