from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from edge.control import protocol
from tests.web.control import paper_supervisor
from tests.web.paper_commune import PaperCommune
from tests.web.stage import WALL_TOKEN
from tests.web.visitor import Visitor, told

UUID = "0c7a3f52-4ce1-4d6c-9d7b-1f4f0e7c2a11"
READY = "00000000-0000-4000-8000-000000000000"
DRAFT = {"id": UUID, "text": "Mời bà con họp.", "priority": "thuong", "hamlets": ["thon-dong"]}


@pytest.fixture
def commune(folder: Path) -> Iterator[PaperCommune]:
    with paper_supervisor(folder) as commune:
        yield commune


def test_the_state_is_for_people_and_walls(app: Flask, commune: PaperCommune) -> None:
    assert set(commune.sections) <= set(told(Visitor(app, "duty").get("/api/state")))
    assert app.test_client().get(f"/api/state?token={WALL_TOKEN}").status_code == 200
    assert app.test_client().get("/api/state").status_code == 401


def test_a_text_is_read_without_being_kept(app: Flask, commune: PaperCommune) -> None:
    reading = told(Visitor(app, "operator").post("/api/read", {"text": "Lúc 7h30, mã X7-qk%%3."}))
    assert reading["spans"][0]["source"] == "7h30"
    assert reading["unread"][0]["token"] == "X7-qk%%3"
    assert commune.asked == []


def test_each_request_carries_the_name_and_role_of_the_session(app: Flask, commune: PaperCommune) -> None:
    assert Visitor(app, "operator", "Phạm Văn Đức").post("/api/bulletins", DRAFT).status_code == 200
    assert commune.asked == [
        protocol.DraftBulletin(
            user="Phạm Văn Đức",
            role="operator",
            id=UUID,
            text="Mời bà con họp.",
            priority="thuong",
            hamlets=("thon-dong",),
        )
    ]


@pytest.mark.parametrize(
    ("role", "path", "body", "status"),
    [
        ("leader", f"/api/bulletins/{READY}/approve", {"seal": "0" * 64}, 200),
        ("leader", f"/api/bulletins/{READY}/approve", {"seal": "1" * 64}, 409),
        ("operator", f"/api/bulletins/{READY}/approve", {"seal": "0" * 64}, 403),
        ("leader", f"/api/bulletins/{READY}/return", {"comment": "Ghi rõ giờ."}, 200),
        ("duty", f"/api/bulletins/{READY}/return", {"comment": "Ghi rõ giờ."}, 403),
        ("operator", f"/api/bulletins/{READY}/air", {"press": UUID}, 200),
        ("technician", f"/api/bulletins/{READY}/air", {"press": UUID}, 403),
        ("technician", "/api/stop", {"hamlets": ["all"]}, 200),
        ("technician", "/api/horns/loa-tay/test", {}, 200),
        ("duty", "/api/horns/loa-tay/test", {}, 403),
        ("duty", "/api/incidents/3-91/take", {}, 200),
        ("operator", "/api/incidents/3-91/take", {}, 403),
        ("", "/api/stop", {"hamlets": ["all"]}, 401),
    ],
)  # fmt: skip
def test_rights(app: Flask, commune: PaperCommune, role: str, path: str, body: Any, status: int) -> None:
    answer = Visitor(app, role).post(path, body)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert len(commune.asked) == (1 if status in {200, 409} else 0)
    if status != 200:
        assert told(answer)["loi"].endswith(".")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/read", {"text": "a" * 20_001}),
        ("/api/read", {"text": "a", "more": 1}),
        ("/api/read", ["text"]),
        ("/api/bulletins", {**DRAFT, "id": "../etc"}),
        ("/api/bulletins", {**DRAFT, "text": ""}),
        ("/api/bulletins", {**DRAFT, "priority": "stop"}),
        ("/api/bulletins", {**DRAFT, "hamlets": []}),
        ("/api/bulletins", {**DRAFT, "hamlets": ["Thôn Đông"]}),
        ("/api/bulletins", {**DRAFT, "hamlets": ["a"] * 61}),
        (f"/api/bulletins/{READY}/approve", {"seal": ""}),
        (f"/api/bulletins/{READY}/approve", {"clips": ["0" * 64]}),
        (f"/api/bulletins/{READY}/return", {"comment": ""}),
        (f"/api/bulletins/{READY}/air", {"press": "1"}),
        ("/api/stop", {"hamlets": ["a;b"]}),
        ("/api/incidents/a%20b/take", {}),
    ],
)
def test_bad_input_is_refused_with_a_sentence(app: Flask, commune: PaperCommune, path: str, body: Any) -> None:
    answer = Visitor(app, "leader").post(path, body)
    assert answer.status_code == 400, answer.get_data(as_text=True)
    assert "không hợp lệ" in told(answer)["loi"]
    assert commune.asked == []


def test_what_is_no_json_or_too_large_is_refused(app: Flask) -> None:
    visitor = Visitor(app, "leader")
    headers = {"X-CSRF": visitor.csrf}
    assert visitor.client.post("/api/read", data=b"\xff", headers=headers).status_code == 400
    rubbish = visitor.client.post("/api/read", data=b"{\xff", content_type="application/json", headers=headers)
    assert rubbish.status_code == 400
    large = visitor.client.post("/api/read", data=b" " * 300_000, content_type="application/json", headers=headers)
    assert large.status_code == 413


def test_stopping_twice_is_as_good_as_once(app: Flask, commune: PaperCommune) -> None:
    visitor = Visitor(app, "operator")
    for _ in range(2):
        assert visitor.post("/api/stop", {"hamlets": ["all"]}).status_code == 200
    assert commune.sections["on_air"] == []


def test_pictures_and_clips_come_from_their_folders_only(app: Flask, folder: Path) -> None:
    (folder / "media/stills/3-91.jpg").write_bytes(b"\xff\xd8still")
    (folder / "media/latest/cau-treo.jpg").write_bytes(b"\xff\xd8latest")
    (folder / "clips" / f"{'a' * 64}.opus").write_bytes(b"OggS" + bytes(100))
    (folder / "media/secret.jpg").write_bytes(b"secret")
    visitor = Visitor(app, "operator")
    assert visitor.get("/stills/3-91.jpg").data == b"\xff\xd8still"
    assert visitor.get("/latest/cau-treo.jpg").headers["Cache-Control"] == "no-store"
    part = visitor.client.get(f"/clips/{'a' * 64}.opus", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data, part.mimetype) == (206, b"OggS", "audio/ogg")
    for path in (
        "/stills/..%2Fsecret.jpg",
        "/stills/.jpg",
        "/latest/..%2Fsecret.jpg",
        "/clips/x.opus",
        "/stills/none.jpg",
    ):
        assert visitor.get(path).status_code == 404
    assert app.test_client().get("/stills/3-91.jpg").status_code == 401
    assert app.test_client().get(f"/stills/3-91.jpg?token={WALL_TOKEN}").status_code == 200
