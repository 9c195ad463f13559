"""The whole panel by keyboard alone: Tab, Enter, Space and letters. Nothing here points."""

import time
from dataclasses import dataclass

from playwright.sync_api import Page

from hil.prove.people import panel_moves
from hil.prove.people.panel_moves import SPOKEN_MS, see
from hil.prove.people.story import MissedError, Scene, Story, must, until

TEXT = (
    "8h sáng mai, mời bà con thôn Đoài dọn vệ sinh đường làng, khơi thông cống rãnh. "
    "Mỗi hộ cử một người, mang theo cuốc, xẻng, chổi, tập trung ở đình lúc 7h30."
)
"""Long enough to be still on air when Tab has come to STOP."""
MOST_TABS = 150
HORN = "loa-doai"
IS_ON = """([selector, words]) => {
  const node = document.activeElement;
  return node.matches(selector) && node.textContent.includes(words);
}"""
VISIBLE = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return "";
  const { outlineStyle, outlineWidth, boxShadow, strokeWidth } = getComputedStyle(node);
  const drawn = node.matches("path") && parseFloat(strokeWidth) >= 5; // a hamlet's own edge is thinner
  return drawn || (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none" ? "seen" : "unseen";
}"""


@dataclass(slots=True)
class Keys:
    """Somebody without a mouse."""

    page: Page
    tabs: int = 0

    def reach(self, selector: str, words: str = "") -> None:
        """Press Tab until the focus is on it. Raises MissedError when it never comes there."""
        for _ in range(MOST_TABS):
            if self._is_on(selector, words):
                return
            self.page.keyboard.press("Tab")
            self.tabs += 1
        raise MissedError(f"no Tab leads to {selector} {words}")

    def press(self, selector: str, key: str = "Enter", words: str = "") -> None:
        """Go there and press a key."""
        self.reach(selector, words)
        self.page.keyboard.press(key)

    def type(self, selector: str, words: str) -> None:
        """Go there and write."""
        self.reach(selector)
        self.page.keyboard.type(words, delay=5)

    def focus_is_seen(self) -> bool:
        """Whether what has the focus looks so."""
        return bool(self.page.evaluate(VISIBLE) == "seen")

    def _is_on(self, selector: str, words: str) -> bool:
        return bool(self.page.evaluate(IS_ON, [selector, words]))


def walk(story: Story, scene: Scene) -> None:
    """Come in, write, approve, air, stop, and open every page of the panel."""
    operator, leader = Keys(scene.page("operator by keys")), Keys(scene.page("leader by keys"))
    with story.step("by keys: log in", operator.page):
        _log_in(scene, operator, "operator")
        _log_in(scene, leader, "leader")
    _write(story, scene, operator)
    with story.step("by keys: a leader hears and approves", leader.page):
        _judge(scene, leader)
    _air(story, scene, operator)
    _pages(story, operator)
    story.figures |= {"tabs_pressed": operator.tabs + leader.tabs}


def _log_in(scene: Scene, keys: Keys, role: str) -> None:
    keys.page.goto(scene.commune.panel_url)
    keys.type("input[name=login]", role)
    keys.type("input[name=password]", scene.commune.access.passwords[role])
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_url("**/panel*")


def _write(story: Story, scene: Scene, keys: Keys) -> None:
    page = keys.page
    with story.step("by keys: write, choose class and hamlet on list and map, save", page):
        see(page, "#hamlets input")
        keys.type("#text", TEXT)
        keys.reach("input[name=priority]")
        page.keyboard.press("ArrowRight")
        must("arrows choose the class", page.is_checked("[name=priority][value=uu_tien]"))
        keys.press("#hamlets input[value=nam]", "Space")
        must("Space ticks a hamlet", page.is_checked("#hamlets input[value=nam]"))
        keys.press("#map-pick summary")
        see(page, '#map-pick path[aria-label="thôn Nam"]')
        for name in ("thôn Đoài", "thôn Nam"):
            keys.reach(f'#map-pick path[aria-label="{name}"]')
            must(f"one sees where one is on the map: {name}", keys.focus_is_seen())
            page.keyboard.press("Space")
        must("the map ticks and unticks", _ticked(page) == ["doai"])
        keys.press("#save")
    with story.step("by keys: hear it", page):
        card = panel_moves.card_of(page, TEXT)
        card.locator(".listen").wait_for(timeout=SPOKEN_MS)
        _to_card(keys, TEXT, ".listen")
        page.keyboard.press("Enter")
        audio = card.locator("audio")
        until("the preview moves on", lambda: audio.evaluate("a => !a.paused && a.currentTime > 0.3"))


def _ticked(page: Page) -> list[str]:
    boxes: list[str] = page.eval_on_selector_all("#hamlets input:checked", "boxes => boxes.map((box) => box.value)")
    return boxes


def _to_card(keys: Keys, text: str, selector: str) -> None:
    """Tab to this button of the card of this notice."""
    name = panel_moves.card_of(keys.page, text).get_attribute("data-bulletin")
    keys.reach(f'[data-bulletin="{name}"] {selector}')
    must(f"one sees where one is: {selector}", keys.focus_is_seen())


def _judge(scene: Scene, keys: Keys) -> None:
    card = panel_moves.card_of(keys.page, TEXT)
    card.locator(".listen").wait_for(timeout=SPOKEN_MS)
    _to_card(keys, TEXT, ".listen")
    keys.page.keyboard.press("Enter")
    card.locator(".approve:enabled").wait_for()
    _to_card(keys, TEXT, ".approve")
    keys.page.keyboard.press("Enter")
    until("it is approved", lambda: scene.rows("SELECT 1 FROM bulletin WHERE text = ? AND approver != ''", TEXT))


def _air(story: Story, scene: Scene, keys: Keys) -> None:
    page = keys.page
    with story.step("by keys: let it sound", page):
        see(page, ".state-approved .air")
        _to_card(keys, TEXT, ".air")
        page.keyboard.press("Enter")
        see(page, ".air.sure")
        page.keyboard.press("Enter")
        began = time.monotonic()
        must("it sounds", scene.commune.observed.wait_for("sound", HORN, began - 1, 15, phase="loud"))
    with story.step("by keys: stop", page):
        keys.reach("#stop")
        must("one sees that one is at STOP", keys.focus_is_seen())
        pressed = time.monotonic()
        page.keyboard.press("Enter")
        story.figures |= {"keys_stop_s": round(panel_moves.silence_s(scene, [HORN], pressed), 3)}


def _pages(story: Story, keys: Keys) -> None:
    page = keys.page
    with story.step("by keys: every page of the panel", page):
        for tab, there in (
            ("Loa", "#view-loa:not([hidden])"),
            ("Mẫu tin", "#list button"),
            ("Micrô", "#press"),
            ("Lịch phát", "#add"),
            ("Giọng của xã", "#record"),
        ):
            keys.press(".tabs a", words=tab)
            see(page, there)
            must(f"the keyboard begins at the top of {tab}", page.evaluate("document.activeElement !== null"))
    with story.step("by keys: a form opens, holds the focus and closes", page):
        keys.press(".tabs a", words="Lịch phát")
        see(page, "#programmes li")
        keys.press("#add")
        see(page, "#programme-dialog[open]")
        keys.type("#programme-dialog [name=title]", "Bằng bàn phím")
        page.keyboard.press("Escape")
        page.locator("#programme-dialog[open]").wait_for(state="detached")
