"""Line ``story_operator``: a notice from the first letter to the horns, at the panel of the one who writes and airs.

Words, map, calendar, approval, exactly the chosen horns, STOP, a template under storm mode, health, air log, the voice
bank, a server that dies under a half written notice; and at the end the whole panel once more by keyboard alone.
"""

import subprocess
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page

from edge.core.local_time import VIETNAM
from hil.chain_links import STOP_TO_SILENCE_S
from hil.device_control import tell_devices
from hil.links import Link
from hil.prove.people import keyboard_walk, panel_moves
from hil.prove.people.ears import audible_s, likeness, loud_s
from hil.prove.people.panel_moves import air, all_horns, card_of, enter, hear, see
from hil.prove.people.story import Scene, Story, must, told, until

TEXT = "7h30 ngày 29/11, UBND xã mời bà con thôn Đông và thôn Nam đến nhà văn hóa họp. Mực nước 3,5 m."
MARKED = {"7h30": "bảy giờ", "29/11": "tháng mười một", "UBND": "ủy ban nhân dân", "3,5 m": "mét"}
"""What is written otherwise than it is spoken, and a word of how it is."""
CHOSEN, OTHERS = ["loa-dong", "loa-nam"], ["loa-trung-tam", "loa-doai"]
HALF = "Trung tâm y tế tiêm chủng cho trẻ em tại trạm"
ALIKE = 0.9
"""Of the loudness on the tape and in the clip; another notice of this length reaches some 0.6."""
PROMPT = "thôn đông"
STORM_LEAD_S = 15.0
BACK_S = 20.0


def story_operator() -> Link:
    """The whole day of an operator; the browser's microphone says a word of the voice bank."""
    with tempfile.TemporaryDirectory(prefix="molang-mic-") as name:
        voice = Path(name) / "voice.wav"
        speak = ["espeak-ng", "-v", "vi", "-s", "140", "-a", "50", "-w", str(voice), PROMPT]
        subprocess.run(speak, check=True, timeout=20, capture_output=True)
        return told("story_operator", _tell, flags=[f"--use-file-for-fake-audio-capture={voice}"])


def _tell(story: Story, scene: Scene) -> None:
    scene.commune.wait_for_horns()
    operator, leader = scene.page("operator"), scene.page("leader")
    _write(story, scene, operator)
    _approve(story, scene, operator, leader)
    _plan(story, scene, operator)
    _air(story, scene, operator)
    _template(story, scene, operator, leader)
    _health(story, scene, operator)
    sounds_at = _storm(story, scene, operator, leader)
    _bank(story, scene, operator)
    _storm_sounds(story, scene, operator, sounds_at)
    _kill(story, scene, operator)
    _log(story, scene, operator)
    keyboard_walk.walk(story, scene)


def _write(story: Story, scene: Scene, page: Page) -> None:
    with story.step("log in", page):
        enter(page, scene, "operator")
        see(page, "#view-soan")
    with story.step("write a notice and see the words that will be spoken", page):
        page.locator("#text").press_sequentially(TEXT, delay=5)
        for written, word in MARKED.items():
            mark = see(page, f'#spoken .said[data-source*="{written}"]')
            must(f"{written} is spoken as {word}", word in mark.inner_text().lower())
    with story.step("pick one hamlet in the list and one on the map", page):
        page.check("#hamlets input[value=dong]")
        page.click("#map-pick summary")
        see(page, '#map-pick path[aria-label="thôn Nam"]').click()
        see(page, '#map-pick path.chosen[aria-label="thôn Nam"]')
        must("the map ticks the list", page.is_checked("#hamlets input[value=nam]"))
        must("nothing else is ticked", page.locator("#hamlets input:checked").count() == len(CHOSEN))
    with story.step("keep it as a draft and hear it", page):
        page.check("#keep-draft")
        page.click("#save:enabled")
        card = card_of(page, TEXT)
        hear(page, card)
        _real_sound(scene, page)
    with story.step("send it for approval", page):
        card_of(page, TEXT).get_by_role("button", name="Gửi duyệt").click()
        until("it waits for a leader", lambda: _state(scene, TEXT) == "ready")


def _real_sound(scene: Scene, page: Page) -> None:
    """What the browser was given is no silence."""
    row = next(one for one in scene.commune.state()["bulletins"] if one["text"] == TEXT)
    heard = loud_s([panel_moves.asked(page, f"/clips/{clip}.opus")[1] for clip in row["clips"]])
    must(f"the preview sounds: {heard} s", all(heard) and sum(heard) > row["ms"] / 2000)


def _state(scene: Scene, text: str) -> str:
    return str(scene.rows("SELECT state FROM bulletin WHERE text = ?", text)[0][0])


def _approve(story: Story, scene: Scene, operator: Page, leader: Page) -> None:
    with story.step("a leader hears and approves it in another browser", leader):
        enter(leader, scene, "leader")
        panel_moves.approve(leader, scene, TEXT)
    with story.step("the operator sees that it may sound", operator):
        see(operator, ".state-approved .air")
        must("not by her own hand", operator.locator(".approve").count() == 0)


def _plan(story: Story, scene: Scene, page: Page) -> None:
    hour = (datetime.now(VIETNAM) + timedelta(hours=6)).hour
    with story.step("give it a time in the calendar", page):
        card_of(page, TEXT).get_by_role("link", name="Xếp lịch").click()
        dialog = page.locator("#programme-dialog")
        ticked = dialog.locator("[name=hamlet]:checked")
        until("the notice's hamlets are ticked", lambda: ticked.count() == len(CHOSEN))
        _save_programme(dialog, "Nhắc lịch họp", f"{hour:02}:10")
        see(page, "#programmes .programme", "Nhắc lịch họp")
    with story.step("a clash is shown before it is saved", page):
        page.click("#add")
        dialog = page.locator("#programme-dialog")
        dialog.locator("[name=title]").fill("Nhắc riêng hai thôn")
        dialog.locator("[name=times]").fill(f"{hour:02}:10")
        page.locator("#programme-dialog .preview-box").scroll_into_view_if_needed()
        see(page, "#programme-dialog .preview-box .warn", "phải chờ")
        page.locator("#programme-dialog .preview-box").scroll_into_view_if_needed()
        story.keep(page, "the clash")
        dialog.locator("[name=times]").fill(f"{hour:02}:40")
        see(page, "#programme-dialog .preview-box .ok")
        _save_programme(dialog, "Nhắc riêng hai thôn", f"{hour:02}:40")
        see(page, "#programmes .programme", "Nhắc riêng hai thôn")


def _save_programme(dialog: Locator, title: str, time_of_day: str) -> None:
    dialog.locator("[name=title]").fill(title)
    dialog.locator("[name=times]").fill(time_of_day)
    dialog.locator("#programme-save:enabled").click()


def _air(story: Story, scene: Scene, page: Page) -> None:
    with story.step("let it sound: on the chosen horns and on no other", page):
        page.goto(f"{scene.commune.web_url}/panel#ban-tin")
        began = air(card_of(page, TEXT))
        see(page, "#stop-bar .airing", "thôn Đông")
        panel_moves.played(scene, CHOSEN, began)
        _judge(story, scene, began)
    with story.step("see what each horn reported", page):
        see(page, "[data-bulletin] .reports .ok", "2 loa đã phát đủ")


def _judge(story: Story, scene: Scene, began: float) -> None:
    """The tapes of the chosen horns have the approved clips, those of the others nothing."""
    row = next(one for one in scene.commune.state()["bulletins"] if one["text"] == TEXT)
    clips = [scene.commune.layout.data / "clips" / f"{clip}.opus" for clip in row["clips"]]
    alike = min(likeness(_tape(scene, horn), began, clips) for horn in CHOSEN)
    story.figures |= {"tape_likeness": round(alike, 3)}
    must(f"the tapes have the approved words: {alike:.2f}", alike >= ALIKE)
    must("no other horn sounded", not any(audible_s(_tape(scene, horn), began) for horn in OTHERS))


def _tape(scene: Scene, horn: str) -> Path:
    return scene.commune.layout.devices / f"sound-{horn}.tape"


def _template(story: Story, scene: Scene, operator: Page, leader: Page) -> None:
    with story.step("a leader hears and approves a template", leader):
        leader.goto(f"{scene.commune.web_url}/panel/templates")
        leader.click('#list [value="bao"]')
        hear(leader, leader.locator("#judge-actions"))
        leader.click("#judge .approve:enabled")
        see(leader, "#fill")
    with story.step("the operator fills it, hears it whole, lets it sound everywhere", operator):
        operator.goto(f"{scene.commune.web_url}/panel/templates")
        operator.click('#list [value="bao"]')
        operator.fill("#blank-cap", "25")
        operator.check("#all-hamlets")
        must("a storm of force 25 is refused", operator.is_disabled("#hear"))
        for blank, value in (("cap", "10"), ("gio", "19:00"), ("ngay", "2026-11-30")):
            operator.fill(f"#blank-{blank}", value)
        operator.click("#hear:enabled")
        hear(operator, operator.locator("#heard"))
        pressed = time.monotonic()
        operator.click("#air")
        for horn in all_horns():
            must(f"{horn} sounds", scene.commune.observed.wait_for("sound", horn, pressed, 10, phase="loud"))
        see(operator, "#stop-bar .airing", "Bão mạnh cấp")
    with story.step("stop: one press and every horn is silent", operator):
        pressed = time.monotonic()
        operator.click("#stop")
        silence = panel_moves.silence_s(scene, all_horns(), pressed)
        story.figures |= {"stop_to_silence_s": round(silence, 3)}
        must(f"silent within {STOP_TO_SILENCE_S} s: {silence:.2f} s", silence <= STOP_TO_SILENCE_S)
        see(operator, "#stop-bar", "Không có gì đang phát")


def _storm(story: Story, scene: Scene, operator: Page, leader: Page) -> float:
    """When the storm's first airing is due, monotonic."""
    now = datetime.now(VIETNAM)
    first = (now + timedelta(seconds=STORM_LEAD_S + 60)).replace(second=0, microsecond=0)
    with story.step("a leader puts the template into storm mode, in two steps", leader):
        leader.goto(f"{scene.commune.web_url}/calendar")
        leader.click("#storm-open")
        dialog = leader.locator("#storm-dialog")
        dialog.locator("[name=bulletin]").select_option(value=_aired_template(scene))
        dialog.locator("[name=from]").fill(f"{first:%H:%M}")
        dialog.locator("[name=to]").fill("23:59")
        dialog.get_by_role("button", name="Tiếp tục").click()
        must("one step is not enough", not scene.commune.state()["storm"])
        story.keep(leader, "storm mode asks")
        dialog.get_by_role("button", name="BẬT CHẾ ĐỘ BÃO").click()
        see(leader, "#programmes .is-storm")
    with story.step("the operator sees storm mode on her page", operator):
        see(operator, "#station-news", "CHẾ ĐỘ BÃO")
    return time.monotonic() + (first - datetime.now(VIETNAM)).total_seconds()


def _aired_template(scene: Scene) -> str:
    rows = scene.rows("SELECT id FROM bulletin WHERE template = 'bao' ORDER BY made_at_ms DESC")
    return str(rows[0][0])


def _health(story: Story, scene: Scene, page: Page) -> None:
    with story.step("see the horns and try one", page):
        page.goto(f"{scene.commune.web_url}/panel#loa")
        began = time.monotonic()
        page.click('[data-horn="loa-doai"] button')
        panel_moves.played(scene, ["loa-doai"], began)
        see(page, '[data-horn="loa-doai"] .horn-last.ok', "đã phát đủ")
    with story.step("a horn whose amplifier is gone says so when it is tried", page):
        page.click('[data-horn="loa-nam"] button')
        see(page, '[data-horn="loa-nam"] .horn-last.ok', "đã phát đủ", 30_000)
        tell_devices(scene.commune.layout.devices, "unplug loa-nam")
        page.click('[data-horn="loa-nam"] button')
        see(page, '[data-horn="loa-nam"] .horn-last.bad', within_ms=40_000)
        story.keep(page, "the horn that is dumb")
        tell_devices(scene.commune.layout.devices, "plug loa-nam")


def _bank(story: Story, scene: Scene, page: Page) -> None:
    with story.step("record a word of the voice bank by the microphone", page):
        page.goto(f"{scene.commune.web_url}/bank")
        page.get_by_role("button", name=PROMPT, exact=True).click()
        page.click("#record")
        see(page, "#record-word", "Dừng")
        page.wait_for_timeout(1200)
        page.click("#record")
        page.click("#accept:enabled")
        see(page, "#count", "1/")
        must("it is kept", scene.rows("SELECT 1 FROM bank_prompt WHERE words = ?", PROMPT))


def _kill(story: Story, scene: Scene, page: Page) -> None:
    faults = len(story.faults)
    with story.step("the server dies under a half written notice", page):
        page.goto(f"{scene.commune.web_url}/panel#soan")
        page.locator("#text").press_sequentially(HALF, delay=5)
        page.check("#hamlets input[value=doai]")
        scene.commune.harness.kill("web")
        scene.commune.harness.kill("molang")
        see(page, "#dead:not([hidden])", within_ms=15_000)
        must("the text is there while the server is dead", page.input_value("#text") == HALF)
        story.keep(page, "the server is dead")
        page.locator("#dead[hidden]").wait_for(state="attached", timeout=BACK_S * 1000)
    with story.step("it comes back, nobody is logged out, the text is still there", page):
        until("the page opens anew", lambda: _opens(page), BACK_S)
        must("the text is there after a reload", page.input_value("#text") == HALF)
        must("and the hamlet", page.is_checked("#hamlets input[value=doai]"))
        page.locator("#text").press("End")
        page.locator("#text").press_sequentially(" lúc 8h.", delay=5)
        page.check("#keep-draft")
        page.click("#save:enabled", timeout=20_000)
        until("it is kept", lambda: scene.rows("SELECT 1 FROM bulletin WHERE text = ?", HALF + " lúc 8h."))
        panel_moves.forgive_outage(story, faults)


def _opens(page: Page) -> bool:
    answer = page.reload()
    return bool(answer and answer.ok and page.locator("#text").count() and page.locator("#hamlets input").count())


def _storm_sounds(story: Story, scene: Scene, page: Page, due: float) -> None:
    with story.step("storm mode sounds on every horn at its minute", page):
        page.goto(f"{scene.commune.web_url}/panel#loa")
        wait_s = max(0.0, due - time.monotonic()) + 10
        for horn in all_horns():
            must(f"{horn} sounds", scene.commune.observed.wait_for("sound", horn, due - 2, wait_s, phase="loud"))
        see(page, "#stop-bar .airing.prio-khan_cap", "Bão mạnh cấp")
    with story.step("stop, and storm mode is ended", page):
        page.keyboard.press("F9")
        see(page, "#stop-bar", "Không có gì đang phát")
        page.goto(f"{scene.commune.web_url}/calendar")
        row = page.locator("#programmes .is-storm")
        row.get_by_role("button", name="Kết thúc bão").click()
        row.get_by_role("button", name="Kết thúc thật?").click()
        until("storm mode is over", lambda: not scene.commune.state()["storm"])


def _log(story: Story, scene: Scene, page: Page) -> None:
    with story.step("read in the air log what each horn said", page):
        page.goto(f"{scene.commune.web_url}/airlog?text=UBND")
        one = see(page, ".airing", "UBND")
        one.locator("summary").click()
        rows = one.locator("tbody tr")
        must("a line a horn", rows.count() == len(CHOSEN))
        must("each said all", all("đã kêu" in words for words in rows.all_inner_texts()))
        page.click(".sift a.secondary >> nth=0")
        see(page, ".airing .mark-partial")
