"""Reads the clock that `hil/clock_camera.py` films: from a decoded picture here, and in a page by script."""

import numpy as np
from numpy.typing import NDArray

SQUARE, COLUMNS, BITS = 32, 16, 24
WRAP_MS = 1 << BITS
LIGHT = 125


def read_clock(grey: NDArray[np.uint8]) -> int | None:
    """The 24 bits of the time that a picture shows; None when it shows none."""
    half = SQUARE // 2
    word = 0
    for row in range(2):
        for column in range(COLUMNS):
            word = word << 1 | int(grey[row * SQUARE + half, column * SQUARE + half] > LIGHT)
    value = word >> 8
    return value if (value ^ value >> 8 ^ value >> 16 ^ 0x5A) & 0xFF == word & 0xFF else None


def age_ms(shown: int, now_ms: float) -> float:
    """How long before ``now_ms`` (UTC) that was painted."""
    return (now_ms - shown) % WRAP_MS


WATCH_CLOCK = """() => {
  const video = document.querySelector(".live-screen video");
  const canvas = new OffscreenCanvas(512, 64);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  window.clockSeen = [];
  const read = (now, facts) => {
    video.requestVideoFrameCallback(read);
    pen.drawImage(video, 0, 0, 512, 64, 0, 0, 512, 64);
    const { data } = pen.getImageData(0, 0, 512, 64);
    const seen = performance.timeOrigin + performance.now();
    let word = 0;
    for (let at = 0; at < 32; at += 1) {
      const x = (at % 16) * 32 + 16, y = at < 16 ? 16 : 48;
      word = word * 2 + (data[(y * 512 + x) * 4] > 125 ? 1 : 0);
    }
    const value = Math.floor(word / 256);
    const right = ((value ^ (value >> 8) ^ (value >> 16) ^ 0x5a) & 0xff) === word % 256;
    const shown = Math.max(seen, performance.timeOrigin + facts.expectedDisplayTime);
    const received = facts.receiveTime === undefined ? null : performance.timeOrigin + facts.receiveTime;
    const decoding = (facts.processingDuration ?? 0) * 1000;
    window.clockSeen.push([right ? value : null, shown, received, facts.presentedFrames, decoding]);
  };
  video.requestVideoFrameCallback(read);
}"""
"""Run in the page of one camera; fills ``clockSeen`` with [clock, shown at, received at (UTC ms), pictures presented,
ms spent decoding]. A picture counts as shown when the browser says that it will be on the glass, and never before a
script could read it."""
