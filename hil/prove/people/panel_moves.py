"""What people do at the panel, with mouse and keys: come in, write, hear, approve, let sound, stop."""

import base64
import re
import time

from playwright.sync_api import Locator, Page

from hil import place
from hil.prove.people.story import MissedError, Scene, Story, must, until
from hil.shots import log_in

SPOKEN_MS = 30_000
"""So long a notice may take to be spoken: two slow cores are shared with everything else of the commune."""
PLAYED_S = 40.0
WINDOW_S = 0.4
"""A card's last window may have come just before the moment that is looked at."""


OUTAGE = re.compile(r": 50[234] https?://")
ASK = """async ([path, body]) => {
  const csrf = document.querySelector("meta[name=csrf]")?.content ?? "";
  const headers = { "X-CSRF": csrf, "Content-Type": "application/json" };
  const wish = body === null ? {} : { method: "POST", headers, body: JSON.stringify(body) };
  const answer = await fetch(path, { ...wish, redirect: "manual", cache: "no-store" });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return [answer.status, btoa(bytes.reduce((text, one) => text + String.fromCharCode(one), ""))];
}"""


def enter(page: Page, scene: Scene, role: str, path: str = "/panel") -> None:
    """Log in by the form and open this page."""
    password = scene.commune.access.passwords[role]
    log_in(page, f"{scene.commune.web_url}{path}", role, password, to=lambda address: "/login" not in address)


def see(page: Page, selector: str, words: str = "", within_ms: int = 15_000) -> Locator:
    """The first of these with these words, on the screen; raises playwright's TimeoutError."""
    found = page.locator(selector, has_text=words) if words else page.locator(selector)
    found.first.wait_for(timeout=within_ms)
    return found.first


def at_view(page: Page, view: str) -> None:
    """Open one view of the panel by its tab."""
    page.click(f'.tabs a[href="#{view}"]')
    page.wait_for_selector(f"#view-{view}:not([hidden])")


def card_of(page: Page, text: str) -> Locator:
    """The card of the notice with this text."""
    return page.locator("[data-bulletin]", has_text=text).first


def hear(page: Page, where: Locator, within_ms: int = SPOKEN_MS) -> None:
    """Press "Nghe thử" and listen until the sound moves on."""
    where.locator(".listen").click(timeout=within_ms)
    audio = where.locator("audio")
    until("the preview moves on", lambda: audio.evaluate("a => !a.paused && a.currentTime > 0.3"))
    must(
        "the preview has no fault",
        audio.evaluate("a => a.error === null && a.duration > 1 && !a.muted && a.volume > 0"),
    )
    page.wait_for_timeout(200)


def approve(page: Page, scene: Scene, text: str) -> None:
    """As a leader: not before it was heard."""
    card = card_of(page, text)
    must("nobody approves unheard", card.locator(".approve").is_disabled(timeout=SPOKEN_MS))
    hear(page, card)
    card.locator(".approve:enabled").click()
    until("it is approved", lambda: scene.rows("SELECT 1 FROM bulletin WHERE text = ? AND approver != ''", text))


def air(card: Locator) -> float:
    """Press twice; when the second press was, monotonic."""
    card.locator(".air").click(timeout=15_000)
    must("the first press says where", "Bấm lần nữa" in card.locator(".air").inner_text())
    pressed = time.monotonic()
    card.locator(".air").click()
    return pressed


def asked(page: Page, path: str, body: object = None) -> tuple[int, bytes]:
    """What this person's own browser gets from the box: status and body; 0 for being sent elsewhere.

    With a ``body`` it is a POST as the page's own scripts make it.
    """
    status, answer = page.evaluate(ASK, [path, body])
    return int(status), base64.b64decode(answer)


def forgive_outage(story: Story, since: int) -> None:
    """What nginx answers for a server that is away is no fault of a page; any other since then stays one."""
    story.faults[since:] = [fault for fault in story.faults[since:] if not OUTAGE.search(fault)]


def played(scene: Scene, horns: list[str], since: float) -> None:
    """Until each of these horns has heard all of it."""
    for horn in horns:
        seen = scene.commune.observed.wait_for("sound", horn, since, PLAYED_S, phase="last")
        if seen is None:
            raise MissedError(f"{horn} played nothing")


def silence_s(scene: Scene, horns: list[str], pressed: float) -> float:
    """Seconds from the press until the last sample and the fall of the relay, on the slowest of these horns."""
    return max(max(_last_s(scene, horn, pressed), _off_s(scene, horn, pressed)) for horn in horns)


def all_horns() -> list[str]:
    """Every horn of the commune."""
    return [horn.id for horn in place.HORNS]


def _last_s(scene: Scene, horn: str, pressed: float) -> float:
    seen = scene.commune.observed.wait_for("sound", horn, pressed - WINDOW_S, 5, phase="last")
    if seen is None:
        raise MissedError(f"{horn} goes on")
    return max(0.0, seen.steady - pressed)


def _off_s(scene: Scene, horn: str, pressed: float) -> float:
    seen = scene.commune.observed.wait_for("coil", horn, pressed, 5, on=False)
    if seen is None:
        raise MissedError(f"the amplifier of {horn} stays on")
    return seen.steady - pressed
