"""The leader on a phone: hears and approves a notice, sends one back, stops the horns; at a desk: report and audit."""

import hashlib
import re
import sqlite3
import time
import urllib.parse
from contextlib import closing
from pathlib import Path

import pyotp
from playwright.sync_api import Page

from hil import place
from hil.access import NAMES
from hil.bench.talk.ear import heard_talk
from hil.browser import DESK, PHONE
from hil.links import Link
from hil.prove.people.story import Scene, Story, must, no_sideways, told, until
from hil.shots import log_in

NOTICE = "7h30 ngày 23/11, mời bà con thôn Đông và thôn Đoài họp tại nhà văn hóa. Mỗi hộ cử 1 người."
SPOKEN = "bảy giờ ba mươi"
VAGUE = "Mời bà con đi họp."
WHY_BACK = "Chưa ghi họp ngày nào, ở đâu."
LONG = " ".join(["Mời bà con chú ý nghe thông báo về việc tiêm phòng cho gia súc."] * 5)
CHOSEN = ("dong", "doai")
STOP_S = 0.5
LEAD_S = 0.3
"""A sound card has its samples a little ahead: the last one may have come just before STOP was pressed."""
MISSING_S = 0.5
STEP_S = 30


def story_leader() -> Link:
    """Two things to come in, ears before approval, exact words on the chosen horns, STOP, report, audit."""
    return told("story_leader", _tell, demo=False)


def _tell(story: Story, scene: Scene) -> None:
    scene.commune.wait_for_horns()
    operator, leader = scene.page("operator"), scene.page("leader", PHONE)
    with story.step("the operator writes a notice and sends it", operator):
        log_in(operator, scene.commune.panel_url, "operator", scene.commune.access.passwords["operator"])
        first = _write(scene, operator, NOTICE, CHOSEN)
    _comes_in(story, scene, leader)
    _approves(story, scene, leader, first)
    _on_air(story, scene, leader, first)
    _sends_back(story, scene, operator, leader)
    _stops(story, scene, operator, leader)
    leader.set_viewport_size({"width": DESK.width, "height": DESK.height})
    _report(story, scene, leader)
    _audit(story, scene, leader)


def _write(scene: Scene, page: Page, text: str, hamlets: tuple[str, ...]) -> str:
    """By hand, as an operator does; its id once it can be heard."""
    page.goto(f"{scene.commune.panel_url}#soan")
    page.reload()
    page.wait_for_selector("#hamlets input")
    page.fill("#text", text)
    for hamlet in ("trung-tam", "dong", "doai", "nam"):
        page.set_checked(f"#hamlets input[value={hamlet}]", checked=hamlet in hamlets)
    until("the words are read", lambda: page.inner_text("#spoken"))
    page.click("#save")
    question = "SELECT id FROM bulletin WHERE text = ? AND state = 'ready'"
    return str(until("it waits for approval", lambda: scene.rows(question, text.strip()), 40)[0][0])


def _comes_in(story: Story, scene: Scene, leader: Page) -> None:
    password = scene.commune.access.passwords["leader"]
    with story.step("logs in for the first time and sets up the codes", leader):
        _give_password(leader, scene, password)
        story.keep(leader, "the code to scan")
        leader.fill("input[name=code]", "000000")
        leader.click(".door-form button.primary")
        must("a wrong code lets nobody in", leader.locator(".problem").is_visible() and not _is_in(leader))
        secret = leader.inner_text(".enrol code").replace(" ", "")
        leader.fill("input[name=code]", pyotp.TOTP(secret).now())
        used = int(time.time()) // STEP_S
        leader.click(".door-form button.primary")
        must("codes on paper are shown", leader.locator(".paper li").count() == 8)
    with story.step("logs in with password and code", leader):
        leader.context.clear_cookies()
        _give_password(leader, scene, password)
        must("the password alone opens nothing", not _is_in(leader))
        _give_password(leader, scene, password)
        until("the next code has come", lambda: int(time.time()) // STEP_S > used, STEP_S + 5)
        leader.fill("input[name=code]", pyotp.TOTP(secret).now())
        leader.click(".door-form button.primary")
        leader.wait_for_url("**/panel*")


def _give_password(page: Page, scene: Scene, password: str) -> None:
    page.goto(f"{scene.commune.web_url}/login?next=/panel")
    page.fill("input[name=login]", "leader")
    page.fill("input[name=password]", password)
    page.click("button.primary")
    page.wait_for_selector("input[name=code]")


def _is_in(page: Page) -> bool:
    """Whether the box answers this browser a question of the panel."""
    return bool(page.evaluate("fetch('/api/state').then((answer) => answer.status === 200)"))


def _approves(story: Story, scene: Scene, leader: Page, bulletin: str) -> None:
    card = f"[data-bulletin='{bulletin}']"
    with story.step("reads the words as they will be spoken", leader):
        leader.goto(f"{scene.commune.panel_url}#ban-tin")
        leader.wait_for_selector(card)
        must("the words are not written out", SPOKEN in leader.inner_text(f"{card} .bulletin-spoken").lower())
        must("approval before listening", leader.locator(f"{card} .approve").is_disabled())
        no_sideways(leader)
    with story.step("listens and approves", leader):
        leader.click(f"{card} .listen")
        playing = f'() => document.querySelector("{card} audio").currentTime > 1'
        until("it sounds in the phone", lambda: leader.evaluate(playing))
        leader.click(f"{card} .approve")
        row = "SELECT state, approver FROM bulletin WHERE id = ?"
        until("it is approved", lambda: scene.rows(row, bulletin) == [("approved", NAMES["leader"])])


def _on_air(story: Story, scene: Scene, leader: Page, bulletin: str) -> None:
    card = f"[data-bulletin='{bulletin}']"
    chosen = [horn.id for horn in place.HORNS if horn.hamlet in CHOSEN]
    with story.step("it is on air on every horn of the chosen hamlets", leader):
        pressed = _press_air(leader, card)
        until("it is on air", lambda: leader.locator("#on-air").inner_text().strip())
        story.keep(leader, "on air")
        until(
            "it was aired", lambda: scene.rows("SELECT state FROM bulletin WHERE id = ?", bulletin) == [("aired",)], 60
        )
        ms = scene.rows("SELECT ms FROM recording WHERE id = (SELECT recording FROM bulletin WHERE id = ?)", bulletin)
        heard = scene.commune.observed.heard(pressed)
        must(f"heard by {sorted(heard)}, chosen were {chosen}", heard == set(chosen))
        tapes = [scene.commune.layout.devices / f"sound-{horn}.tape" for horn in chosen]
        seconds = min(heard_talk(tape).seconds for tape in tapes)
        story.figures |= {"horns_heard": len(heard), "notice_s": ms[0][0] / 1000, "heard_s": round(seconds, 1)}
        must("the whole notice sounded", seconds >= ms[0][0] / 1000 - MISSING_S)
        reports = scene.rows(
            "SELECT r.horn, r.outcome FROM horn_report r JOIN horn_order o ON o.id = r.horn_order WHERE o.bulletin = ?",
            bulletin,
        )
        must(f"each horn reports: {reports}", sorted(reports) == sorted((horn, "PLAYED") for horn in chosen))
        until("the page tells the reports", lambda: "2 loa" in leader.inner_text(f"{card} .reports"))


def _press_air(page: Page, card: str) -> float:
    page.click(f"{card} .air")
    page.wait_for_selector(f"{card} .air.sure")
    pressed = time.monotonic()
    page.click(f"{card} .air.sure")
    return pressed


def _sends_back(story: Story, scene: Scene, operator: Page, leader: Page) -> None:
    with story.step("sends another back with a reason", leader):
        vague = _write(scene, operator, VAGUE, CHOSEN)
        card = f"[data-bulletin='{vague}']"
        leader.click(f"{card} button:has-text('Trả lại')")
        leader.fill(f"{card} .comment-form input", WHY_BACK)
        leader.click(f"{card} .comment-form button.secondary")
        row = "SELECT state, comment FROM bulletin WHERE id = ?"
        until("it is returned", lambda: scene.rows(row, vague) == [("returned", WHY_BACK)])
        operator.goto(f"{scene.commune.panel_url}#ban-tin")
        operator.reload()
        operator.wait_for_selector(f"{card} .comment")
        must("the operator reads why", WHY_BACK in operator.inner_text(f"{card} .comment"))
        story.keep(operator, "what the operator reads")


def _stops(story: Story, scene: Scene, operator: Page, leader: Page) -> None:
    everywhere = tuple(place.HAMLETS)
    horns = [horn.id for horn in place.HORNS]
    with story.step("pulls the STOP", leader):
        long = _write(scene, operator, LONG, everywhere)
        card = f"[data-bulletin='{long}']"
        leader.click(f"{card} .listen")
        leader.wait_for_selector(f"{card} .approve:enabled")
        leader.click(f"{card} .approve")
        leader.wait_for_selector(f"{card} .air")
        began = _press_air(leader, card)
        seen = scene.commune.observed
        for horn in horns:
            must(f"{horn} sounds", seen.wait_for("sound", horn, since=began, deadline_s=20, phase="loud"))
        story.keep(leader, "before the stop")
        stopped = time.monotonic()
        leader.click("#stop")
        last = [seen.wait_for("sound", horn, since=stopped - LEAD_S, deadline_s=10, phase="last") for horn in horns]
        must("a horn goes on", all(last))
        silence = max(max(0.0, one.steady - stopped) for one in last if one)
        story.figures["stop_to_silence_s"] = round(silence, 2)
        must(f"silent after {silence:.2f} s", silence <= STOP_S)
        row = "SELECT state FROM bulletin WHERE id = ?"
        until("it is stopped", lambda: scene.rows(row, long) == [("stopped",)])
        off = [seen.wait_for("coil", horn, since=stopped, on=False) for horn in horns]
        must("an amplifier is still on", all(off))
    with story.step("nothing runs off the phone's edge", leader):
        no_sideways(leader)


def _report(story: Story, scene: Scene, leader: Page) -> None:
    with story.step("has yesterday's report made, and the province has it", leader):
        leader.goto(f"{scene.commune.web_url}/reports")
        leader.click("button:has-text('Lập báo cáo hôm qua')")
        leader.wait_for_url("**/reports/*", timeout=60_000)
        report = urllib.parse.urlparse(leader.url).path.rsplit("/", 1)[1]
        row = "SELECT sent_at_ms IS NOT NULL, files FROM report WHERE id = ?"
        until("the province's receipt", lambda: scene.rows(row, report)[0][0], 60)
        leader.reload()
        must("the page tells the receipt", "tỉnh nhận lúc" in leader.inner_text(".facts"))
        must("the hub has it", _at_hub(scene, report))
        with leader.expect_download() as got:
            leader.click("a:has-text('Tải PDF')")
        must("the file is the one that was made", _sha(got.value.path()) in scene.rows(row, report)[0][1])


def _at_hub(scene: Scene, report: str) -> bool:
    event = scene.rows("SELECT event FROM report WHERE id = ?", report)[0][0]
    with closing(sqlite3.connect(scene.commune.layout.hub / "hub.db")) as hub:
        return hub.execute("SELECT 1 FROM event WHERE id = ?", (event,)).fetchone() is not None


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _audit(story: Story, scene: Scene, leader: Page) -> None:
    with story.step("reads the audit log and has it verified", leader):
        leader.goto(f"{scene.commune.web_url}/audit?user={urllib.parse.quote(NAMES['leader'])}")
        lines = leader.inner_text(".audit-table").lower()
        must("her deeds are there", all(re.search(word, lines) for word in ("duyệt", "trả lại|trả về", "dừng")))
        leader.click("#verify")
        verdict = until("the verdict", lambda: leader.locator("#verdict .ok").count() and leader.inner_text("#verdict"))
        count = scene.rows("SELECT count(*) FROM audit")[0][0]
        found = int(re.sub(r"\D", "", re.findall(r"nguyên vẹn, ([\d. ]+) dòng", str(verdict))[0]))
        story.figures["audit_lines"] = found
        must(f"{found} of {count} lines were reckoned", count - 3 <= found <= count)
