"""A person with a microphone at the page: a real Chromium whose microphone is a file, on loopback only."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from hil.bench.talk.signal import AUDIBLE, BEEP_HZ, BEEP_SHARE
from hil.shots import CHROMIUM, FLAGS, log_in

MICROPHONE = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
)
LOOK_S = 0.05
KEEP_STREAM = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wish) => (window.heardBy = await ask(wish));
"""
LISTEN = """([hz, share, audible]) => {
  window.beeps = [];
  const track = window.heardBy.getAudioTracks()[0].clone();
  track.enabled = true;
  const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
  let before = false, rest = [];
  (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const now = performance.timeOrigin + performance.now();
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      rest.push(...samples);
      const rate = value.sampleRate, block = Math.round(rate / 200);
      value.close();
      while (rest.length >= block) {
        const piece = rest.splice(0, block);
        let power = 0, re = 0, im = 0;
        piece.forEach((sample, at) => {
          power += sample * sample;
          re += sample * Math.cos(2 * Math.PI * hz * at / rate);
          im += sample * Math.sin(2 * Math.PI * hz * at / rate);
        });
        power /= block;
        const beep = 2 * (re * re + im * im) / block ** 2 > share * power && power > audible ** 2;
        if (beep && !before) window.beeps.push(now - (rest.length + block) / rate * 1000);
        before = beep;
      }
    }
  })();
}"""


class Speaker:
    """One page. Times are CLOCK_MONOTONIC."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def speak_for(self, seconds: float) -> list[float]:
        """Press once, speak, press again; when each beep entered the microphone while the lamp was red."""
        self.page.check("#latch")
        self.page.evaluate(LISTEN, [BEEP_HZ, BEEP_SHARE, AUDIBLE])
        self.page.click("#press")
        self.until("air")
        began = time.monotonic()
        time.sleep(seconds)
        ended = time.monotonic()
        self.page.click("#press")
        self.until("ready")
        offset = time.monotonic() - time.time()
        return [at for at in (ms / 1000 + offset for ms in self._beeps()) if began + 1 < at < ended - 1]

    def until(self, state: str, within_s: float = 12.0) -> None:
        """Wait until the page shows this state; raises TimeoutError with what it shows instead."""
        until = time.monotonic() + within_s
        while (now := self.page.evaluate("document.body.dataset.talk")) != state:
            if time.monotonic() > until:
                raise TimeoutError(f"the page shows {now!r}, not {state!r}: {self.page.inner_text('#problem-words')}")
            time.sleep(LOOK_S)

    def _beeps(self) -> list[float]:
        found: list[Any] = self.page.evaluate("window.beeps")
        return [float(one) for one in found]


@contextmanager
def speaker(base_url: str, password: str, voice: Path | None = None) -> Iterator[Speaker]:
    """An operator at the microphone page, all hamlets chosen, the microphone open."""
    said = [f"--use-file-for-fake-audio-capture={voice}"] if voice else []
    with sync_playwright() as tools:
        chromium = tools.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS.split(), *MICROPHONE, *said])
        try:
            page = chromium.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
            page.add_init_script(KEEP_STREAM)
            log_in(page, f"{base_url}/panel", "operator", password)
            page.goto(f"{base_url}/panel/talk")
            page.wait_for_selector("#hamlets input")
            page.check("#all-hamlets")
            page.uncheck("#quiet")  # the murmur is what the browser's filter would take for noise
            one = Speaker(page)
            if page.evaluate("document.body.dataset.talk") == "shut":
                page.click("#press")
            one.until("ready")
            yield one
        finally:
            chromium.close()
