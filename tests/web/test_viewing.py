"""One camera's requests: WHEP, the reason, privacy areas; and stills that are older than these."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from edge.control import protocol
from tests.web.control import paper_supervisor
from tests.web.paper_commune import PaperCommune
from tests.web.visitor import Visitor, told

NOON = 1_790_000_000_000
VIEW = "00000000-0000-4000-8000-000000000001"
AREA = [[0.1, 0.1], [0.4, 0.1], [0.4, 0.5]]
WHEP = f"/api/cameras/cau-treo/whep?id={VIEW}&why=Theo+dõi+trực+ban"


@pytest.fixture
def commune(folder: Path) -> Iterator[PaperCommune]:
    with paper_supervisor(folder) as commune:
        yield commune


def offer(visitor: Visitor, path: str = WHEP, body: str = "v=0", mime: str = "application/sdp") -> int:
    return visitor.client.post(path, data=body, content_type=mime, headers={"X-CSRF": visitor.csrf}).status_code


def test_an_offer_reaches_the_supervisor_with_its_reason(app: Flask, commune: PaperCommune) -> None:
    assert offer(Visitor(app, "duty")) == 409  # on paper there is no WebRTC
    wish = commune.asked[-1]
    assert isinstance(wish, protocol.BeginView)
    assert (wish.id, wish.camera, wish.why, wish.offer) == (VIEW, "cau-treo", "Theo dõi trực ban", "v=0")


def test_offers_that_no_page_makes_are_refused_before_they_cost_anything(app: Flask, commune: PaperCommune) -> None:
    visitor = Visitor(app, "duty")
    assert offer(visitor, body="x" * 20_001) == 400
    assert offer(visitor, mime="text/plain") == 400
    assert offer(visitor, path=f"/api/cameras/cau-treo/whep?id={VIEW}") == 400
    assert offer(visitor, path=f"/api/cameras/../whep?id={VIEW}&why=x") in (400, 404)
    assert offer(Visitor(app, "official")) == 403
    assert offer(Visitor(app)) == 401
    assert commune.asked == []


def test_a_view_is_ended_and_one_without_webrtc_is_written_down(app: Flask, commune: PaperCommune) -> None:
    visitor = Visitor(app, "viewer")
    assert visitor.client.delete(f"/api/views/{VIEW}", headers={"X-CSRF": visitor.csrf}).status_code == 200
    assert visitor.client.delete(f"/api/views/{VIEW}").status_code == 403
    assert visitor.post("/api/cameras/cau-treo/views", {"why": "Kiểm tra camera"}).status_code == 200
    assert [type(wish) for wish in commune.asked] == [protocol.EndView, protocol.NoteView]


def test_privacy_areas_are_set_by_those_who_may_and_bounded(app: Flask, commune: PaperCommune) -> None:
    body = {"areas": [AREA], "why": "cửa sổ nhà dân", "known_at_ms": 0}
    path = "/api/cameras/cau-treo/privacy"
    assert told(Visitor(app, "technician").post(path, body))["hidden_by"] == "box"
    assert Visitor(app, "duty").post(path, body).status_code == 403
    assert Visitor(app, "leader").post(path, {**body, "areas": [[[0.1, 0.1], [2, 0.1], [0.4, 0.5]]]}).status_code == 400
    assert Visitor(app, "leader").post(path, {**body, "areas": [AREA] * 9}).status_code == 400
    assert len(commune.asked) == 1


def test_a_still_from_before_the_areas_is_for_leaders(app: Flask, commune: PaperCommune) -> None:
    archive = commune.archive
    archive.incident("3-90", NOON, camera="cau-treo", still="stills/3-90.jpg")
    archive.write("stills/3-90.jpg", b"jpeg")
    assert Visitor(app, "duty").get("/stills/3-90.jpg").status_code == 200
    archive.insert("privacy", camera="cau-treo", areas="[[[0,0],[1,0],[1,1]]]", set_at_ms=NOON + 1, by_user="Lan")
    assert Visitor(app, "duty").get("/stills/3-90.jpg").status_code == 403
    assert Visitor(app, "leader").get("/stills/3-90.jpg").status_code == 200
