"""Line ``story_technician``: what is broken is said, a setting is changed and taken back, and what is not hers is shut.

Cameras with pictures, horns, gauge; a camera's server that dies and comes back; an invalid value, a valid one, its
restart and its undo; a zone and a privacy area drawn on a still; versions, backups, updates; 403 where she may not.
"""

import io
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av
import numpy as np
from playwright.sync_api import Page
from rich.console import Console

from edge.core.errors import MolangError
from hil import place
from hil.demo import prepare_clips
from hil.device_control import tell_devices
from hil.links import Link
from hil.prove.people.panel_moves import asked, enter, forgive_outage, see
from hil.prove.people.story import Scene, Story, must, told, until

CAMERA = place.CAMERAS[0].id
DAYS, WRONG_DAYS = 14, 400
BACK_S = 45.0
"""A box of settings restarts between two announcements, cameras and horns come back, on two slow cores."""
LOST_S, FOUND_S = 30.0, 60.0
AREA = ((0.05, 0.1), (0.35, 0.1), (0.35, 0.5), (0.05, 0.5))
RIM = 0.05
OK, FORBIDDEN = 200, 403
BLACK = 24
"""A JPEG's black is not quite that."""
NOBODYS = "0c7a3f52-4ce1-4d6c-9d7b-1f4f0e7c2a11"
UPKEEP = ("Phiên bản", "Bản sao hằng đêm", "Hộp không tự tải bản mới", "Dòng nhật ký")
DEEDS = {"privacy.set", "horn.test", "settings.form", "settings.undo"}
SHUT: Mapping[str, object] = {
    "/people": None,
    "/audit": None,
    f"/cameras/{CAMERA}/recordings": None,
    "/bank": None,
    "/shift": None,
    "/api/bulletins": {"id": NOBODYS, "text": "Họp.", "priority": "thuong", "hamlets": ["all"], "submit": True},
    f"/api/bulletins/{NOBODYS}/approve": {"seal": "a" * 64},
    f"/api/bulletins/{NOBODYS}/air": {"press": NOBODYS, "at_night": False},
    "/api/storms": {
        **{"id": NOBODYS, "bulletin": NOBODYS, "hamlets": ["all"], "every_min": 60},
        **{"from_hour": "07:00", "to_hour": "20:00", "until_ms": 4_000_000_000_000},
    },
}
"""Accounts, who did what, people's pictures, and whatever makes a horn speak words; with the body of what is posted."""


def story_technician() -> Link:
    """The whole day of a technician, with the four cameras."""
    return told("story_technician", _tell, clips=prepare_clips(Console(stderr=True)))


def _tell(story: Story, scene: Scene) -> None:
    scene.commune.wait_for_horns()
    page = scene.page("technician")
    _look(story, scene, page)
    _faults(story, scene, page)
    _privacy(story, scene, page)
    _zone(story, scene, page)
    faults = len(story.faults)
    _setting(story, scene, page)
    _undo(story, scene, page)
    forgive_outage(story, faults)
    _camera_gone(story, scene, page)
    _upkeep(story, scene, page)
    _shut(story, scene, page)


def _look(story: Story, scene: Scene, page: Page) -> None:
    with story.step("log in and see the horns", page):
        enter(page, scene, "technician")
        see(page, f'[data-horn="{place.HORNS[-1].id}"]')
        must("every horn", page.locator("[data-horn]").count() == len(place.HORNS))
        must("no notice to write", page.locator('.tabs a[href="#soan"]:visible').count() == 0)
    with story.step("see the cameras with their pictures", page):
        page.goto(f"{scene.commune.web_url}/cameras")
        see(page, "#summary", "tất cả đều tốt", 40_000)
        until("every camera has a picture", lambda: _pictures(page) == len(place.CAMERAS))
    with story.step("see services, lines and the gauge", page):
        page.goto(f"{scene.commune.web_url}/panel#he-thong")
        see(page, "#services .row .ok")
        see(page, "#rivers figcaption", "Sông Minh tại cầu Đông")
        see(page, "#links .row .ok", "nhắn tin được")


def _pictures(page: Page) -> int:
    look = "() => [...document.querySelectorAll('.camera-picture img')].filter((one) => one.naturalWidth > 0).length"
    return int(page.evaluate(look))


def _faults(story: Story, scene: Scene, page: Page) -> None:
    devices = scene.commune.layout.devices
    with story.step("a gauge that is silent is said", page):
        tell_devices(devices, "unplug gauge")
        until("the state says so", lambda: _gauge_service(scene)["state"] != "up", LOST_S)
        see(page, "#services .row .bad, #services .row .warn")
    with story.step("and that it measures again", page):
        tell_devices(devices, "plug gauge")
        until("the state says so", lambda: _gauge_service(scene)["state"] == "up", LOST_S)
        page.locator("#services .row .bad").first.wait_for(state="detached")
    with story.step("a horn without its amplifier is told by its test", page):
        page.goto(f"{scene.commune.panel_url}#loa")
        tell_devices(devices, "unplug loa-nam")
        page.click('[data-horn="loa-nam"] button')
        see(page, '[data-horn="loa-nam"] .horn-last.bad', within_ms=30_000)
    with story.step("and sounds once it is mended", page):
        tell_devices(devices, "plug loa-nam")
        page.wait_for_timeout(1000)
        page.click('[data-horn="loa-nam"] button')
        see(page, '[data-horn="loa-nam"] .horn-last.ok', "đã phát đủ", 30_000)


def _gauge_service(scene: Scene) -> Mapping[str, Any]:
    rows: list[Mapping[str, Any]] = scene.commune.state()["services"]
    return next(row for row in rows if "song-minh" in row["name"] or "gauge" in row["name"])


def _privacy(story: Story, scene: Scene, page: Page) -> None:
    with story.step("draw what nobody may see on the still, and keep it", page):
        page.goto(f"{scene.commune.web_url}/cameras/{CAMERA}/privacy")
        before = _brightness(page)
        must(f"there is something to see: {before:.0f}", before > BLACK)
        _draw(page, AREA)
        page.get_by_role("button", name="Thêm vùng này").click()
        page.fill("[name=why]", "Che cửa sổ nhà dân theo đề nghị.")
        page.click("#save:enabled")
        see(page, "#areas li", "đang che")
        until("the picture is black there", lambda: _brightness(page) < BLACK, LOST_S)
        must("only a leader takes it away", page.locator("#areas li button").count() == 0)
        page.get_by_role("button", name="Ảnh mới").click()
        page.wait_for_timeout(1000)


def _draw(page: Page, corners: tuple[tuple[float, float], ...]) -> None:
    """Put down one corner after the other, and close it at the first one."""
    sheet = page.locator("#sketch svg.drawing")
    sheet.scroll_into_view_if_needed()
    until("the still is there", lambda: page.evaluate("document.querySelector('#sketch img').naturalWidth") > 0)
    box = sheet.bounding_box()
    assert box
    for x, y in (*corners, corners[0]):
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def _brightness(page: Page) -> float:
    """Of what the box gives away of the camera, in the area's middle; 0 where it gives nothing."""
    status, body = asked(page, f"/latest/{CAMERA}.jpg?{time.monotonic()}")
    if status != OK:
        return 0.0
    with av.open(io.BytesIO(body)) as picture:
        shown = next(picture.decode(video=0)).to_ndarray(format="gray")
    high, wide = shown.shape
    (left, top), _, (right, bottom), _ = AREA
    rows = slice(int((top + RIM) * high), int((bottom - RIM) * high))
    return float(np.mean(shown[rows, int((left + RIM) * wide) : int((right - RIM) * wide)]))


def _zone(story: Story, scene: Scene, page: Page) -> None:
    with story.step("draw a zone on the still and see what it would have done", page):
        page.goto(f"{scene.commune.web_url}/cameras/{CAMERA}/tune")
        see(page, "#known button")
        _draw(page, ((0.1, 0.55), (0.9, 0.55), (0.9, 0.95), (0.1, 0.95)))
        page.fill("#rule [name=name]", "Bậc thềm")
        page.click("#rule .try")
        tried = see(page, "#tried:not([hidden])", within_ms=60_000)
        tried.locator("details summary").click()
        must("its lines can be taken away", "bac-them" in tried.inner_text() and "polygon" in tried.inner_text())


def _setting(story: Story, scene: Scene, page: Page) -> None:
    with story.step("a wrong value is refused at its place, in words", page):
        page.goto(f"{scene.commune.web_url}/settings#camera/0")
        page.fill("#f-retention-days", str(WRONG_DAYS))
        page.click("text=Xem trước thay đổi")
        wrong = see(page, "#f-retention-days-bad", "90").inner_text()
        must(f"a Vietnamese sentence: {wrong}", any(letter in wrong for letter in "ảậớữộếềốấạđừ"))
        must("nothing was changed", _days(scene) is None)
    with story.step("a right one is shown as a difference, and applied", page):
        page.fill("#f-retention-days", str(DAYS))
        page.click("text=Xem trước thay đổi")
        see(page, ".setting-preview .setting-after", str(DAYS))
        story.keep(page, "the difference")
        page.fill(".setting-preview input", "Xã giữ hình hai tuần.")
        before, began, faults = _started(scene), time.monotonic(), len(story.faults)
        page.click("text=Áp dụng")
        see(page, "#waiting:not([hidden])")
        see(page, ".toast", "Hộp đã chạy với cấu hình mới", int(BACK_S * 1000))
        story.figures |= {"restart_s": round(time.monotonic() - began, 1)}
        must("the box was started anew", _started(scene) > before)
        forgive_outage(story, faults)
        must("the file has it", _days(scene) == DAYS)
    with story.step("the box runs with it, and nobody was logged out", page):
        page.goto(f"{scene.commune.web_url}/settings#camera/0")
        see(page, "#f-retention-days")
        must("the form shows it", page.input_value("#f-retention-days") == str(DAYS))


def _started(scene: Scene) -> int:
    """When this start of the box began; 0 while it is away."""
    try:
        return int(scene.commune.state()["commune"]["started_at_ms"])
    except (MolangError, KeyError):
        return 0


def _days(scene: Scene) -> int | None:
    settings = tomllib.loads(Path(scene.commune.layout.config).read_text("utf-8"))
    found: int | None = settings["camera"][0].get("retention_days")
    return found


def _horns(scene: Scene) -> int:
    return sum(bool(row["online"]) for row in scene.commune.state().get("horns", []))


def _undo(story: Story, scene: Scene, page: Page) -> None:
    with story.step("one press takes it back", page):
        page.goto(f"{scene.commune.web_url}/settings/history")
        see(page, ".setting-version", "Xã giữ hình hai tuần.")
        story.keep(page, "the version")
        before, faults = _started(scene), len(story.faults)
        page.click("[data-undo][data-base]")
        until("the file is as it was", lambda: _days(scene) is None, BACK_S)
        until("the box runs with it", lambda: _started(scene) > before, BACK_S)
        until("the history opens", lambda: _opened(page, f"{scene.commune.web_url}/settings/history"), BACK_S)
        see(page, ".setting-version", "hoàn tác")
        forgive_outage(story, faults)
    with story.step("cameras and horns are there again", page):
        page.goto(f"{scene.commune.web_url}/cameras")
        see(page, "#summary", "tất cả đều tốt", int(BACK_S * 1000))
        until("every horn", lambda: _horns(scene) == len(place.HORNS), BACK_S)


def _opened(page: Page, address: str) -> bool:
    answer = page.goto(address)
    return bool(answer and answer.ok)


def _camera_gone(story: Story, scene: Scene, page: Page) -> None:
    with story.step("cameras that are pulled out are said", page):
        began = time.monotonic()
        scene.commune.harness.kill("rtsp")
        see(page, "#summary", "có vấn đề", int(LOST_S * 1000))
        story.figures |= {"camera_lost_said_s": round(time.monotonic() - began, 1)}
        until("all of them", lambda: page.locator(".camera.sick").count() == len(place.CAMERAS), LOST_S)
    with story.step("and that they are back", page):
        began = time.monotonic()
        scene.commune.harness.start_again("rtsp")
        see(page, "#summary", "tất cả đều tốt", int(FOUND_S * 1000))
        story.figures |= {"camera_back_said_s": round(time.monotonic() - began, 1)}


def _upkeep(story: Story, scene: Scene, page: Page) -> None:
    with story.step("see version, backups, updates and the log's length", page):
        page.goto(f"{scene.commune.web_url}/upkeep")
        words = page.inner_text("main")
        missing = [
            word
            for word in ("Phiên bản", "Bản sao hằng đêm", "Hộp không tự tải bản mới", "Dòng nhật ký")
            if word not in words
        ]
        must(f"nothing is missing: {missing}", not missing)
        must(
            "both versions of the settings are counted",
            page.locator('dd a[href="/settings/history"]').inner_text() == "2",
        )
    with story.step("what she did stands in the audit log under her name"):
        told_of = {str(row[0]) for row in scene.rows("SELECT action FROM audit WHERE role = 'technician'")}
        must(f"of {sorted(told_of)}: {sorted(DEEDS)}", told_of >= DEEDS)


def _shut(story: Story, scene: Scene, page: Page) -> None:
    with story.step("what is not hers is shut", page):
        page.goto(f"{scene.commune.panel_url}#ban-tin")
        must("no button to approve", page.locator(".approve, .air").count() == 0)
        answers = {path: asked(page, path, body)[0] for path, body in SHUT.items()}
        must(f"403 for each: {answers}", set(answers.values()) == {FORBIDDEN})
        page.goto(f"{scene.commune.web_url}/people")
        see(page, "main", "kỹ thuật viên không được làm việc này")
