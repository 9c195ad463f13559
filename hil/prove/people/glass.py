"""Glass to glass: from the painting of a picture to its showing in Chromium, by WHEP, through the whole box."""

import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from playwright.sync_api import Page, sync_playwright

from edge.core.errors import FinalError
from edge.kernel.wire import BlockingChannel
from edge.kernel.wire.vision import Packet, StreamHead, ToWatcher, WatchCamera
from hil.clock_reading import WATCH_CLOCK, age_ms, read_clock
from hil.links import Link
from hil.prove.people.clock_commune import CAMERA, ClockCommune, clock_commune
from hil.shots import CHROMIUM, DESK, FLAGS, log_in

P50_S, P95_S = 0.3, 0.5
FULL_S = 60.0
SETTLE_S = 4.0
FPS = 25
LEAST_SHOWN = 0.9
"""Of the pictures that were painted; a fast way that leaves out every second picture proves nothing."""
WEBRTC = "--allow-loopback-in-peer-connection"
START = "() => sessionStorage.setItem('molang-vi-sao-xem', 'Đo độ trễ')"
WAY_MS = 20_000


@dataclass(frozen=True, slots=True)
class Seen:
    """One picture in the browser; times in UTC ms."""

    clock: int | None
    shown_ms: float
    received_ms: float | None
    decoding_ms: float


def glass_to_glass(seconds: float = FULL_S) -> Link:
    """p50 and p95 over so many seconds, and where the time goes."""
    with tempfile.TemporaryDirectory() as folder, clock_commune(Path(folder) / "commune") as commune:
        with _left_the_shard(commune) as left, _page(commune) as page:
            words = page.inner_text("#live-words")
            time.sleep(SETTLE_S)
            page.evaluate(WATCH_CLOCK)
            time.sleep(seconds)
            seen = [Seen(row[0], row[1], row[2], row[4]) for row in page.evaluate("() => clockSeen")]
        return _judged(seen, dict(left), commune.encoded_ms, seconds, words)


def _judged(seen: Sequence[Seen], left: dict[int, float], encoded: Sequence[float], seconds: float, words: str) -> Link:
    read = [(one, one.clock) for one in seen if one.clock is not None]
    ages = [age_ms(clock, one.shown_ms) for one, clock in read]
    clocks = {clock for _, clock in read}
    p50, p95 = _share(ages, 0.5) / 1000, _share(ages, 0.95) / 1000
    shown = len(clocks) / (seconds * FPS)
    figures = {
        "glass_to_glass_p50_s": round(p50, 3),
        "glass_to_glass_p95_s": round(p95, 3),
        "pictures_shown_pct": round(100 * shown, 1),
        **_stages(read, left, encoded),
    }
    fast = words.startswith("Trực tiếp") and "chậm" not in words and all(one.received_ms is not None for one, _ in read)
    ok = bool(ages) and fast and p50 <= P50_S and p95 <= P95_S and shown >= LEAST_SHOWN
    return Link("glass_to_glass", ok, figures, f"{len(ages)} pictures read in Chromium; the page said “{words}”")


def _stages(read: Sequence[tuple[Seen, int]], left: dict[int, float], encoded: Sequence[float]) -> dict[str, float]:
    """Medians in ms: camera (paint, encode), box in (RTSP, shard), box out (WebRTC to the browser), browser."""
    known = [(one, clock, left[clock]) for one, clock in read if clock in left and one.received_ms is not None]
    camera = _share(list(encoded), 0.5)
    to_shard = [age_ms(clock, at) - camera for _, clock, at in known]
    to_browser = [(one.received_ms or 0.0) - at for one, _, at in known]
    in_browser = [one.shown_ms - (one.received_ms or 0.0) for one, _, _ in known]
    return {
        "stage_camera_ms": round(camera, 1),
        "stage_rtsp_and_shard_ms": round(_share(to_shard, 0.5), 1),
        "stage_whep_and_network_ms": round(_share(to_browser, 0.5), 1),
        "stage_browser_ms": round(_share(in_browser, 0.5), 1),
        "of_it_decoding_ms": round(_share([one.decoding_ms for one, _, _ in known], 0.5), 1),
    }


@contextmanager
def _page(commune: ClockCommune) -> Iterator[Page]:
    """The duty officer's page of the camera, once it shows the live picture."""
    with sync_playwright() as tools:
        chromium = tools.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS.split(), WEBRTC])
        page = chromium.new_page(viewport={"width": DESK.width, "height": DESK.height})
        try:
            base = f"http://127.0.0.1:{commune.ports.web}"
            log_in(page, f"{base}/panel", "duty", commune.access.passwords["duty"])
            page.evaluate(START)
            page.goto(f"{base}/cameras/{CAMERA}")
            page.wait_for_selector(".live-screen.moving", timeout=WAY_MS)
            page.wait_for_selector(".live-words.live-good", timeout=WAY_MS)
            yield page
        finally:
            chromium.close()


@contextmanager
def _left_the_shard(commune: ClockCommune) -> Iterator[dict[int, float]]:
    """When each picture's packet left the shard (UTC ms), by the clock on it: a second watcher beside the box's own."""
    found: dict[int, float] = {}
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.connect(str(commune.layout.data / "run" / "packets-0.sock"))
    thread = threading.Thread(target=_watch, args=(sock, found), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        sock.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        sock.close()


def _watch(sock: socket.socket, found: dict[int, float]) -> None:
    kind: Any = ToWatcher  # a union is a type to msgspec
    channel: BlockingChannel[StreamHead | Packet, WatchCamera] = BlockingChannel(sock, kind)
    channel.send(WatchCamera(CAMERA))
    decoder = av.CodecContext.create("h264", "r")
    decoder.options = {"flags": "low_delay"}
    decoder.thread_count = 1
    try:
        while (message := channel.receive()) is not None:
            at_ms = time.time() * 1000
            if isinstance(message, Packet):
                for frame in decoder.decode(av.Packet(message.data)):
                    clock = read_clock(frame.to_ndarray(format="gray"))
                    if clock is not None:
                        found.setdefault(clock, at_ms)
    except (OSError, FinalError, av.FFmpegError):
        return


def _share(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies; infinite for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")
