"""The duty officer at three in the morning: somebody in the depot, a rising river, a dead camera, a shift that ends."""

import time

from playwright.sync_api import Page
from rich.console import Console

from hil import place, rising_river
from hil.access import NAMES
from hil.browser import TELEVISION
from hil.demo import prepare_clips
from hil.device_control import tell_devices
from hil.insiders import PASSWORD, make_account
from hil.links import Link
from hil.prove.people.story import Scene, Story, must, told, until
from hil.shots import log_in

CAMERA, DEAD, LOST = "cam-2", "cam-4", "Lê Văn Cường"
LOST_PHONE = "0912000103"
NEXT, NEXT_NAME = "duty.sau", "Chị Sáu"
RIVER_S = 55.0
"""After the start of its gauge the river is at báo động 1."""
WHY = "Kiểm tra người lạ ở kho"
SETTLED = "Đã nhắc nhở, họ đã rời đi"
GONE = ("ngừng gửi hình", "mất kết nối")
NOTES = "Cam bãi xe chợ Đoài mất hình, đã báo anh Kỳ. Chưa gọi được anh Cường thôn Đông, gọi lại lúc 4 giờ."
PRESENT = """() => document.querySelectorAll(".tile.moving").length"""
VIDEOS = """() => [...document.querySelectorAll(".tile.moving:not(.still) video")]
  .filter((one) => one.videoWidth > 0).length"""
"""The screen itself says how many it can play; the others are young stills and say so."""
BOX = """(camera) => {
  const canvas = document.querySelector(`.tile[data-camera="${camera}"] canvas`);
  if (!canvas || canvas.hidden || !canvas.width) return 0;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let seen = 0;
  for (let at = 0; at < data.length; at += 4) seen += data[at + 3] > 200 && data[at] > 240 && data[at + 2] < 110;
  return seen;
}"""
"""How much of the drawing over the picture has the colour of an alarm's box."""
SIZES = """(camera) => {
  const width = (one) => one.getBoundingClientRect().width;
  const tiles = [...document.querySelectorAll(".tile")];
  const mine = tiles.find((one) => one.dataset.camera === camera);
  return width(mine) / Math.max(...tiles.filter((one) => !one.querySelector(".tile-story")).map(width));
}"""
"""How much wider a camera's tile is than the widest of those where nothing happens."""


def story_officer() -> Link:
    """The wall, the incident, the people, the camera, the recording, the hand-over: each seen where it really is."""
    wave_h = rising_river.wave_age_h(RIVER_S)
    return told("story_officer", _tell, clips=prepare_clips(Console(stderr=True)), wave_h=wave_h)


def _tell(story: Story, scene: Scene) -> None:
    control = scene.commune.control_socket
    make_account(control, NEXT, NEXT_NAME, "duty", PASSWORD)
    tell_devices(scene.commune.layout.devices, f"delivery {LOST_PHONE} expired")
    wall = scene.page("wall", TELEVISION, "dark")
    _wall_opens(story, scene, wall)
    incident = _somebody_comes(story, scene, wall)
    desk = scene.page("desk")
    _sees_who_knows(story, scene, desk, incident)
    _takes_it(story, scene, desk, wall, incident)
    _looks_live(story, scene, desk, incident)
    _looks_back(story, scene, desk)
    _river_rises(story, scene, wall)
    _camera_dies(story, scene, wall, desk)
    _settles(story, scene, desk, incident)
    _hands_over(story, scene, desk)


def _wall_opens(story: Story, scene: Scene, wall: Page) -> None:
    with story.step("the wall opens by its token", wall):
        wall.goto(scene.commune.wall_url)
        must("the wall asked for a log-in", "/login" not in wall.url)
        until("four cameras show the present", lambda: wall.evaluate(PRESENT) == 4, 45)
        story.figures["live_tiles"] = until("a video moves", lambda: wall.evaluate(VIDEOS), 30)
        until("the river is on the wall", lambda: "," in wall.inner_text(".gauge-value"))
        until("four horns are on the wall", lambda: wall.locator(".horn").count() == 4)


def _somebody_comes(story: Story, scene: Scene, wall: Page) -> str:
    with story.step("somebody comes and the camera grows", wall):
        since = _now_ms(scene)
        question = "SELECT id FROM incident WHERE subject LIKE ? AND began_at_ms > ? ORDER BY rowid"
        rows = until("an incident", lambda: scene.rows(question, f"camera/{CAMERA}/%", since), 90)
        incident, stored = str(rows[0][0]), time.monotonic()
        wall.wait_for_selector(f"[data-incident='{incident}']")
        story.figures["incident_to_wall_s"] = round(time.monotonic() - stored, 2)
        until("its tile is the large one", lambda: wall.evaluate(SIZES, CAMERA) > 1.25)
        until("its box is drawn", lambda: wall.evaluate(BOX, CAMERA) > 100, 25)
        must("its story stands below it", wall.locator(f"[data-camera={CAMERA}] .tile-story").is_visible())
    return incident


def _sees_who_knows(story: Story, scene: Scene, desk: Page, incident: str) -> None:
    with story.step("logs in at the desk", desk):
        log_in(desk, scene.commune.panel_url, "duty", scene.commune.access.passwords["duty"])
        desk.goto(f"{scene.commune.web_url}/duty")
        desk.wait_for_selector(f"#view-truc-ban [data-incident='{incident}'] a")
    with story.step("sees who knows and who was not reached", desk):
        desk.click(f"#view-truc-ban [data-incident='{incident}'] .incident-title a")
        desk.wait_for_selector("#told li.told-answered", timeout=40_000)
        desk.wait_for_selector("#unreached:not([hidden])", timeout=40_000)
        must(f"{LOST} is named", LOST in desk.inner_text("#unreached"))
        state = scene.rows("SELECT state FROM alert WHERE incident = ? AND name = ?", incident, LOST)
        must("the box's own record says so", state == [("failed",)])
        numbers = {str(one.facts["number"])[-9:] for one in scene.commune.observed.some("sms")}
        must("the network really had the message", LOST_PHONE[-9:] in numbers)
        answers = scene.rows("SELECT person FROM answer WHERE incident = ? AND how = 'taken'", incident)
        must("the answer really came in", answers and any(scene.commune.observed.some("answer")))
        until("the picture has its box", lambda: desk.locator("#sight img").evaluate("one => one.naturalWidth > 0"))
        must("a box lies over the picture", desk.locator("#sight svg .box").count() == 1)


def _takes_it(story: Story, scene: Scene, desk: Page, wall: Page, incident: str) -> None:
    with story.step("takes it, and the wall says so", desk):
        desk.wait_for_selector("#deeds button")
        by_hand = desk.locator("#deeds .take").count() == 1
        if by_hand:  # else somebody's "1" by SMS was quicker, and took it
            desk.click("#deeds .take")
        takers = {NAMES["duty"]: NAMES["duty"]} if by_hand else {who.id: who.name for who in place.OFFICIALS}
        taken = "SELECT taken_by FROM incident WHERE id = ?"
        taker = until("it is taken", lambda: takers.get(str(scene.rows(taken, incident)[0][0])))
        story.figures["taken_by"] = taker
        card = wall.locator(f".incidents [data-incident='{incident}'] .taken")
        until("the wall names who", lambda: card.count() and str(taker) in card.first.inner_text())


def _looks_live(story: Story, scene: Scene, desk: Page, incident: str) -> None:
    with story.step("looks at the camera live", desk):
        desk.goto(f"{scene.commune.web_url}/cameras/{CAMERA}?su-co={incident}")
        desk.wait_for_selector(".live-screen.moving", timeout=20_000)
        until("it is live without delay", lambda: desk.inner_text("#live-words") == "Trực tiếp")
        must(
            "by WebRTC", desk.evaluate("document.querySelector('.live-screen video').srcObject instanceof MediaStream")
        )
        must("with an audit line", _audited(scene, "camera.view", f"{CAMERA}: %{incident}%"))


def _looks_back(story: Story, scene: Scene, desk: Page) -> None:
    with story.step("looks at the recording, with a reason", desk):
        began = scene.rows("SELECT min(began_ms) FROM segment WHERE camera = ?", CAMERA)[0][0]
        desk.goto(f"{scene.commune.web_url}/cameras/{CAMERA}/recordings?at={began + 2000}")
        desk.wait_for_selector("#timeline .timeline")
        desk.wait_for_timeout(500)
        desk.focus("#timeline .timeline")
        desk.keyboard.press("Enter")
        desk.fill("dialog.why input[name=why]", WHY)
        desk.click("dialog.why button.primary")
        playing = "() => { const one = document.querySelector('.footage video'); return one && one.currentTime > 0.5; }"
        until("the recording plays", lambda: desk.evaluate(playing), 20)
        must("with an audit line", _audited(scene, "recording.view", f"%{CAMERA}%{WHY}%"))


def _river_rises(story: Story, scene: Scene, wall: Page) -> None:
    with story.step("the river reaches báo động 1", wall):
        question = "SELECT id FROM incident WHERE kind = 'flood_level' AND state = 'open'"
        flood = until("an incident of the river", lambda: scene.rows(question), 90)[0][0]
        wall.wait_for_selector(f"[data-incident='{flood}']")
        wall.wait_for_selector(".gauge.level-1")
        until("the forecast is on the wall", lambda: wall.locator(".gauge-ahead").count() == 1, 70)
        until("every horn says it", lambda: len(scene.commune.observed.heard()) == 4, 60)


def _camera_dies(story: Story, scene: Scene, wall: Page, desk: Page) -> None:
    with story.step("a camera dies and says so", wall):
        with (scene.commune.layout.devices / "cameras.fifo").open("w") as fifo:
            fifo.write(f"stall {DEAD}\n")
        tile = wall.locator(f".tile[data-camera={DEAD}]")
        until("its tile says so", lambda: "cam-online" not in (tile.get_attribute("class") or ""), 60)
        until("in words", lambda: any(words in tile.inner_text().lower() for words in GONE))
        desk.goto(f"{scene.commune.web_url}/cameras/{DEAD}")
        until("its page says so", lambda: desk.locator("#camera-state .bad").count() > 0)
        story.keep(desk, "the page of the dead camera")


def _settles(story: Story, scene: Scene, desk: Page, incident: str) -> None:
    with story.step("writes how it was settled", desk):
        desk.goto(f"{scene.commune.web_url}/incidents/{incident}")
        desk.wait_for_selector("#story li")
        if desk.locator("#deeds .close").count():
            desk.click("#deeds .close")
            desk.click(f".quick:has-text('{SETTLED}')")
            desk.click("#deed-form .primary")
            closed = "SELECT closed_by, closed_how FROM incident WHERE id = ?"
            until("it is kept", lambda: scene.rows(closed, incident) == [(NAMES["duty"], SETTLED)])


def _hands_over(story: Story, scene: Scene, desk: Page) -> None:
    with story.step("hands the shift over with notes", desk):
        desk.goto(f"{scene.commune.web_url}/shift")
        until("open matters are listed", lambda: desk.locator("#open .matter").count() >= 1)
        desk.fill("#notes", NOTES)
        desk.click("#hand button.primary")
        desk.wait_for_selector(".shift-waiting")
    with story.step("the next one takes it", desk):
        other = scene.page("the next one")
        log_in(other, scene.commune.panel_url, NEXT, PASSWORD)
        other.goto(f"{scene.commune.web_url}/shift")
        must("reads her notes", NOTES in other.inner_text(".shift-waiting"))
        story.keep(other, "what the next one reads")
        other.click(".shift-waiting [data-take]")
        kept = "SELECT from_user, taken_by, notes FROM shift_handover"
        until("it is his", lambda: scene.rows(kept) == [(NAMES["duty"], NEXT_NAME, NOTES)])


def _audited(scene: Scene, action: str, detail: str) -> bool:
    """Whether the audit log has this in her name."""
    question = "SELECT 1 FROM audit WHERE user = ? AND action = ? AND detail LIKE ?"
    return bool(scene.rows(question, NAMES["duty"], action, detail))


def _now_ms(scene: Scene) -> int:
    return int(scene.commune.state()["clock"]["at_ms"])
