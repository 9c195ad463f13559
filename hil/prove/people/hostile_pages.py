"""The pages in a real browser after hostile texts were kept: none of them runs, and none even tries to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Dialog, Page

from hil.commune import Commune
from hil.links import Figure
from hil.prove.people.hostile_texts import MARK
from hil.shots import log_in

SETTLE_MS = 2500
PAGES = (
    *(
        "/panel",
        "/duty",
        "/calendar",
        "/abbreviations",
        "/residents",
        "/airlog",
        "/report",
        "/reports",
        "/river",
        "/flood",
    ),
    *("/panel/templates", "/panel/talk", "/incidents", "/cameras", "/dt/", "/"),
)
_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(
  `${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@dataclass(slots=True)
class Seen:
    """What the browser met; ``notes`` are scripts that ran or were stopped by the policy, and dialogs."""

    pages: int = 0
    shown: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Texts were really shown, and none was more than a text."""
        return self.shown > 0 and not self.notes

    @property
    def figures(self) -> dict[str, Figure]:
        """For the report."""
        return {"hostile_pages": self.pages, "hostile_texts_shown": self.shown, "hostile_scripts": len(self.notes)}


def look_for_scripts(commune: Commune, pages: Sequence[str] = PAGES) -> Seen:
    """Open each page as the leader, and the wall."""
    seen = Seen()
    assert commune.lan is not None
    with commune.lan.chromium(commune.browser_ca) as chromium:
        context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
        context.add_init_script(_WATCH)
        page = context.new_page()
        log_in(page, commune.panel_url, "leader", commune.access.passwords["leader"])
        for address in (*(commune.web_url + path for path in pages), commune.wall_url):
            _look(context, address, seen)
    return seen


def _look(context: BrowserContext, address: str, seen: Seen) -> None:
    page = context.new_page()

    def refuse(dialog: Dialog) -> None:
        seen.notes.append(f"{address}: dialog {dialog.message}")
        dialog.dismiss()

    page.on("dialog", refuse)
    page.goto(address)
    page.wait_for_timeout(SETTLE_MS)
    seen.pages += 1
    seen.shown += _texts(page)
    for frame in page.frames:
        if frame.evaluate(f"typeof window.{MARK} !== 'undefined'"):
            seen.notes.append(f"{address}: a text ran")
    seen.notes += [f"{address}: {one}" for one in page.evaluate("window.violations")]
    page.close()


def _texts(page: Page) -> int:
    """How many hostile texts stand on the page."""
    return page.locator(f"text={MARK}").count()
