"""An account that may see some cameras sees those: live, pictures, recordings, exports; and nothing of the others."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from edge.core.live_pass import LivePass, live_pass, read_live_pass
from tests.web.control import paper_supervisor
from tests.web.paper_commune import PaperCommune
from tests.web.stage import WALL_TOKEN
from tests.web.visitor import Visitor, told

NOON = 1_790_000_000_000
HOUR = 3_600_000
UUID = "0c7a3f52-4ce1-4d6c-9d7b-1f4f0e7c2a11"
SPAN = {"id": UUID, "since_ms": NOON, "until_ms": NOON + HOUR, "reason": "vụ trộm"}
MINE = ("nga-ba",)


@pytest.fixture
def commune(folder: Path) -> Iterator[PaperCommune]:
    with paper_supervisor(folder) as commune:
        archive = commune.archive
        for number, camera in enumerate(("cau-treo", "nga-ba")):
            name = f"3-9{number}"
            archive.incident(name, NOON, camera=camera, still=f"stills/{name}.jpg", clip=f"clips/{name}.mp4")
            archive.segment(camera, NOON)
            for picture in (f"stills/{name}.jpg", f"latest/{camera}.jpg"):
                archive.write(picture, b"jpeg")
        yield commune


LOOKS = [
    "/latest/{camera}.jpg",
    "/stills/{incident}.jpg",
    "/cameras/{camera}",
    "/cameras/{camera}/recordings",
    "/api/cameras/{camera}/days",
    "/api/cameras/{camera}/timeline?since_ms=1790000000000&until_ms=1790003600000",
    "/api/cameras/{camera}/exports",
]


@pytest.mark.parametrize("path", LOOKS)
def test_what_shows_a_camera_is_shut_but_for_those_of_the_account(app: Flask, commune: PaperCommune, path: str) -> None:
    visitor = Visitor(app, "duty", "Người của Ngã ba", cameras=MINE)
    others, mine = path.format(camera="cau-treo", incident="3-90"), path.format(camera="nga-ba", incident="3-91")
    assert (visitor.get(others).status_code, visitor.get(mine).status_code) == (403, 200)
    assert Visitor(app, "duty", "Người của mọi nơi").get(others).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/cameras/{}/view", {"since_ms": NOON, "until_ms": NOON + HOUR, "why": "kiểm tra"}),
        ("/api/cameras/{}/pins", {**SPAN, "days": 30}),
        ("/api/cameras/{}/exports", {**SPAN, "blur": True}),
        ("/api/cameras/{}/rest", {"rule": "lan-can", "minutes": 60}),
    ],
)
def test_the_supervisor_itself_refuses_what_is_asked_about_another_camera(
    app: Flask, commune: PaperCommune, path: str, body: dict[str, object]
) -> None:
    visitor = Visitor(app, "leader", "Lãnh đạo thôn", cameras=MINE)
    refused = visitor.post(path.format("cau-treo"), body)
    assert refused.status_code == 403
    assert "không được xem camera này" in told(refused)["loi"]
    assert commune.asked == []
    assert visitor.post(path.format("nga-ba"), body).status_code == 200


def test_the_incident_of_another_camera_opens_no_recording(app: Flask, commune: PaperCommune) -> None:
    visitor = Visitor(app, "duty", "Người của Ngã ba", cameras=MINE)
    assert visitor.post("/api/incidents/3-90/view", {}).status_code == 403
    assert visitor.post("/api/incidents/3-91/view", {}).status_code == 200
    assert visitor.get("/recordings/incident/3-90.mp4").status_code == 403


def test_pages_of_people_carry_a_pass_and_never_the_token_of_the_walls(app: Flask, commune: PaperCommune) -> None:
    visitor = Visitor(app, "duty", "Người của Ngã ba", cameras=MINE)
    for page in ("/panel", "/incidents", "/wall"):
        text = visitor.get(page).get_data(as_text=True)
        assert WALL_TOKEN not in text, page
        found = re.search(r'data-token="([^"]+)"', text)
        assert found
        granted = read_live_pass(WALL_TOKEN, found[1], NOON)
        assert granted is not None
        assert granted.cameras == frozenset(MINE)
    assert f'data-token="{WALL_TOKEN}"' in app.test_client().get(f"/wall?token={WALL_TOKEN}").get_data(as_text=True)


@pytest.mark.parametrize("cameras", [None, frozenset(), frozenset({"cau-treo", "cho"})])
def test_a_pass_says_until_when_and_what_and_nobody_else_can_write_one(cameras: frozenset[str] | None) -> None:
    granted = LivePass(1_000, cameras, "7-1")
    text = live_pass(WALL_TOKEN, granted)
    assert read_live_pass(WALL_TOKEN, text, 999) == granted
    assert read_live_pass(WALL_TOKEN, text, 1_000) is None
    for forged in (
        text.replace("p.1000", "p.9000"),
        text.replace("7-1", "7-2"),
        text[:-1] + "x",
        text + "0",
        "",
        "p.",
        text.replace(".", "..", 1),
    ):
        assert read_live_pass(WALL_TOKEN, forged, 0) is None
    assert read_live_pass("ma-khac-cua-man-hinh", text, 0) is None
    assert read_live_pass(WALL_TOKEN, live_pass("ma-khac", LivePass(2_000, None, "7-1")), 0) is None
