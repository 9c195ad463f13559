"""Link ``microphone_origin``: the microphone from another machine, at the box's name, through its door.

A browser in a namespace of its own that trusts the commune's authority speaks, and a horn's sound card has the voice.
One that trusts nobody gets no page at all by HTTPS, and by plain HTTP a page that says why the microphone is off.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

from hil import place
from hil.bench.talk.ear import heard_talk
from hil.bench.talk.speaker import Speaker
from hil.commune import Commune
from hil.lan import Lan
from hil.links import Figure, Link
from hil.shots import log_in

TALK_S = 10.0
MISSING_S = 2.0
"""Between the press and the first sound, and from the last sound to the release."""
WHY = "Micrô đang tắt vì trang này chưa được bảo vệ"
_KNOCK = "import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)"


def microphone_origin(talk_s: float = TALK_S) -> Link:
    """The microphone at ``https://name`` reaches every horn; plain HTTP says why it is off; only nginx is open."""
    if why := Lan.why_not():
        return Link("microphone_origin", False, {}, why)
    with tempfile.TemporaryDirectory(prefix="molang-") as name, Lan(Path(name) / "lan") as lan:
        figures, heard_s = _observe(Path(name) / "xa", lan, talk_s)
    expected = {"microphone_secure": True, "stranger_refused": True, "plain_says_why": True, "plain_microphone": False}
    ok = all(figures[key] is value for key, value in expected.items()) and figures["open_ports"] == "80,443"
    return Link("microphone_origin", ok and heard_s >= talk_s - MISSING_S, figures)


def _observe(folder: Path, lan: Lan, talk_s: float) -> tuple[dict[str, Figure], float]:
    with (
        Commune(folder, (), web_port=0, live_port=0, record_sound=True, lan=lan) as commune,
        sync_playwright() as tools,
    ):
        commune.wait_for_horns()
        with lan.chromium(commune.browser_ca, tools=tools) as browser:
            spoke = _speak(browser, commune, talk_s)
        with lan.chromium(None, tools=tools) as stranger:
            refused = _refused(stranger, lan)
        open_ports = _open_ports(commune, lan)
        tapes = [commune.layout.devices / f"sound-{horn.id}.tape" for horn in place.HORNS]
        heard_s = min(heard_talk(tape).seconds if tape.exists() else 0.0 for tape in tapes)
    figures: dict[str, Figure] = {
        **spoke,
        **refused,
        "microphone_heard_s": round(heard_s, 1),
        "open_ports": ",".join(map(str, open_ports)),
    }
    return figures, heard_s


def _speak(browser: Browser, commune: Commune, talk_s: float) -> dict[str, Figure]:
    page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    log_in(page, commune.panel_url, "operator", commune.access.passwords["operator"])
    page.goto(f"{commune.web_url}/panel/talk")
    page.wait_for_selector("#hamlets input")
    page.check("#all-hamlets")
    page.uncheck("#quiet")  # the fake microphone beeps, which the browser's filter would take for noise
    one = Speaker(page)
    if page.evaluate("document.body.dataset.talk") == "shut":
        page.click("#press")
    one.until("ready")
    page.check("#latch")
    page.click("#press")
    pressed = time.monotonic()
    one.until("air")
    on_air_s = time.monotonic() - pressed
    page.wait_for_timeout(talk_s * 1000)
    page.click("#press")
    one.until("ready")
    secure = bool(page.evaluate("isSecureContext")) and page.url.startswith(f"https://{Lan.name}/")
    return {"microphone_secure": secure, "microphone_on_air_s": round(on_air_s, 2)}


def _refused(stranger: Browser, lan: Lan) -> dict[str, Figure]:
    """What a browser meets that trusts no authority of ours."""
    try:
        stranger.new_page().goto(f"{lan.origin}/panel/talk")
        refused = False
    except Error as error:
        refused = "ERR_CERT_AUTHORITY_INVALID" in str(error)
    page = stranger.new_page()
    page.goto(f"{lan.plain}/panel/talk")
    return {"stranger_refused": refused, "plain_says_why": _says_why(page), "plain_microphone": _has_microphone(page)}


def _says_why(page: Page) -> bool:
    heading = page.locator("#micro-title")
    code = page.locator(".ca-code img")
    drawn = code.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    return heading.is_visible() and heading.inner_text() == WHY and bool(drawn)


def _has_microphone(page: Page) -> bool:
    return bool(page.evaluate("isSecureContext || navigator.mediaDevices !== undefined"))


def _open_ports(commune: Commune, lan: Lan) -> list[int]:
    """Of the doors for browsers, those that the other machine can reach."""
    knock = [80, 443, commune.ports.web, commune.ports.live]
    return [port for port in knock if _answers(lan, port)]


def _answers(lan: Lan, port: int) -> bool:
    command = lan.inside([sys.executable, "-c", _KNOCK, lan.box, str(port)])
    return subprocess.run(command, check=False, timeout=20, capture_output=True).returncode == 0
