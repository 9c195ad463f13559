"""The phone page's questions and orders, with the real desks behind them."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from edge.core.link import LIFE_MS
from tests.web.field_box import Behind
from tests.web.stage import settings_in
from tests.web.visitor import Visitor, told
from web.app import create_app
from web.phone import MOST_PHOTO_BYTES

A, B, C, D = (f"0c7a3f52-4ce1-4d6c-9d7b-{number:012d}" for number in range(4))
BINH, HOA = "Trần Văn Bình", "Lê Thị Hoa"


@pytest.fixture
def box(folder: Path) -> Iterator[Behind]:
    with Behind(folder) as running:
        yield running


@pytest.fixture
def field_app(box: Behind, folder: Path) -> Flask:
    return create_app(settings_in(folder, **box.box.settings))


class Official(Visitor):
    """Somebody with the phone page open."""

    def __init__(self, app: Flask, name: str = BINH, role: str = "official") -> None:
        super().__init__(app, role, name)
        self.csrf = self.now()["csrf"]

    def now(self) -> dict[str, Any]:
        return told(self.get("/api/phone/now"))

    def act(self, incident: str, act: str, id_: str = A, **fields: Any) -> Any:
        return self.post("/api/phone/acts", {"id": id_, "incident": incident, "act": act, **fields})

    def report(self, id_: str = A, **fields: Any) -> Any:
        return self.post("/api/phone/reports", {"id": id_, "hamlet": "dong", "kind": "fire", **fields})

    def photo(self, id_: str, of: str, content: bytes) -> Any:
        for at in range(0, len(content), 100_000):
            path = f"/api/phone/photo?id={id_}&at={at}"
            answer = self.client.post(path, data=content[at : at + 100_000], headers={"X-CSRF": self.csrf})
            if answer.status_code != 200:
                return answer
        return self.post("/api/phone/photos", {"id": id_, "of": of})


def happen(box: Behind, title: str = "Nước sông vượt báo động 2.", hamlet: str = "dong") -> str:
    return str(box.run(box.box.happen(title, hamlet)))


def ask(box: Behind, sql: str, *values: object) -> list[tuple[Any, ...]]:
    return list(box.run(box.box.ask(sql, *values)))


def picture() -> bytes:
    file = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (17.0, 12.0, 30.0)
    Image.new("RGB", (900, 700), (40, 90, 160)).save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_a_press_sent_twice_is_one_press_and_stops_the_alerts_of_whoever_pressed(box: Behind, field_app: Flask) -> None:
    incident, official = happen(box), Official(field_app, "trần văn  bình")
    for _ in range(2):
        answer = official.act(incident, "take", note="Tôi đi ngay", waited_ms=720_000)
        assert "bạn nhận việc" in told(answer)["sentence"] or answer.status_code == 200
    assert ask(box, "SELECT act, person, note FROM incident_act") == [("take", "binh", "Tôi đi ngay")]
    assert ask(box, "SELECT state FROM alert WHERE person = 'binh'") == [("taken",)]
    assert ask(box, "SELECT count(*) FROM audit WHERE action = 'incident.take' AND user = ?", "trần văn  bình".strip())
    assert ask(box, "SELECT count(*) FROM outbox WHERE type = 'incident.act'") == [(1,)]
    (one,) = official.now()["incidents"]
    assert one["taken_by"] == BINH
    assert any("bấm trước đó 12 phút" in chapter["detail"] for chapter in one["story"])


def test_nothing_of_a_note_or_a_place_leaves_for_the_province(box: Behind, field_app: Flask) -> None:
    incident, official = happen(box), Official(field_app)
    official.act(incident, "coming", note="BÍ MẬT", place={"lat": 17.123456, "lon": 106.5, "accuracy_m": 20})
    official.report(B, note="BÍ MẬT")
    leaving = " ".join(data for (data,) in ask(box, "SELECT data FROM outbox"))
    assert "BÍ MẬT" not in leaving
    assert "17.1" not in leaving


def test_an_official_says_done_and_the_duty_closes(box: Behind, field_app: Flask) -> None:
    incident = happen(box)
    official, duty = Official(field_app), Official(field_app, "Trực ban", "duty")
    assert official.act(incident, "done").status_code == 409
    assert told(official.act(incident, "done", note="Đã xong"))["closed"] is False
    assert ask(box, "SELECT state FROM incident") == [("open",)]
    assert told(duty.act(incident, "done", B, note="Đã kiểm tra"))["closed"] is True
    assert ask(box, "SELECT state, closed_how FROM incident") == [("closed", "Đã kiểm tra")]


def test_a_call_for_help_tells_the_others_once(box: Behind, field_app: Flask) -> None:
    incident, official = happen(box), Official(field_app)
    assert "Đã báo" in told(official.act(incident, "help"))["sentence"]
    assert "Không báo thêm" in told(official.act(incident, "help", B))["sentence"]
    texts = ask(box, "SELECT person, text FROM alert WHERE text LIKE 'CẦN GIÚP%'")
    assert [person for person, _ in texts] == ["hoa"]
    assert BINH in texts[0][1]


def test_a_report_is_an_incident_like_any_other(box: Behind, field_app: Flask) -> None:
    official = Official(field_app, HOA)
    first, second = told(official.report(note="Nhà ông Sáu")), told(official.report(note="Nhà ông Sáu"))
    assert first["incident"] == second["incident"]
    assert ask(box, "SELECT kind, severity, title, hamlet FROM incident") == [
        ("report", "extreme", "Có báo cáo cháy ở Thôn Đông.", "dong")
    ]
    assert sorted(person for (person,) in ask(box, "SELECT person FROM alert")) == ["binh", "hoa"]
    assert ask(box, "SELECT detail FROM incident_story WHERE what = 'reported'") == [("Nhà ông Sáu · Thôn Đông",)]


def test_one_person_cannot_keep_the_sim_busy_with_reports(box: Behind, field_app: Flask) -> None:
    official = Official(field_app, HOA)
    for number in range(7):
        assert official.report(f"0c7a3f52-4ce1-4d6c-9d7b-{number:012d}").status_code == 200
    assert ask(box, "SELECT count(*) FROM incident") == [(7,)]
    assert ask(box, "SELECT count(DISTINCT incident) FROM alert") == [(5,)]


def test_the_photo_of_a_report_becomes_its_still_without_the_place_it_was_taken(
    box: Behind, field_app: Flask, folder: Path
) -> None:
    official = Official(field_app, HOA)
    official.report(A)
    for _ in range(2):
        assert official.photo(B, A, picture()).status_code == 200
    assert ask(box, "SELECT still FROM incident") == [(f"stills/{B}.jpg",)]
    made = (folder / f"media/stills/{B}.jpg").read_bytes()
    assert b"Exif" not in made
    assert official.get(f"/stills/{B}.jpg").status_code == 200
    assert list((folder / "photo-spool").iterdir()) == []
    assert ask(box, "SELECT count(*) FROM incident_photo") == [(1,)]


def test_the_photo_of_an_act_is_for_people_who_are_logged_in(box: Behind, field_app: Flask) -> None:
    incident, official = happen(box), Official(field_app)
    official.act(incident, "coming")
    assert official.photo(B, A, picture()).status_code == 200
    assert official.now()["incidents"][0]["photos"] == [f"{B}.jpg"]
    assert official.get(f"/photos/{B}.jpg").status_code == 200
    assert field_app.test_client().get(f"/photos/{B}.jpg").status_code == 401


@pytest.mark.parametrize("sent", [b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"<svg/>", b"x"])
def test_what_is_no_photo_is_refused_in_a_sentence(box: Behind, field_app: Flask, sent: bytes) -> None:
    official = Official(field_app)
    official.report(A)
    answer = official.photo(B, A, sent)
    assert answer.status_code == 409
    assert "không phải ảnh" in told(answer)["loi"]


def test_a_photo_has_an_end_and_waits_for_its_press(box: Behind, field_app: Flask) -> None:
    official = Official(field_app)
    path = f"/api/phone/photo?id={B}&at={MOST_PHOTO_BYTES}"
    assert official.client.post(path, data=b"x", headers={"X-CSRF": official.csrf}).status_code == 400
    assert official.photo(B, A, picture()).status_code == 429  # its press is still on its way


def test_a_link_opens_its_incident_for_its_person(box: Behind, field_app: Flask) -> None:
    incident, other = happen(box), happen(box, "Có người ở cầu treo.")
    stranger = Official(field_app, "Người gõ sai tên")
    answer = stranger.post("/api/phone/link", {"token": box.box.link("hoa", incident)})
    assert told(answer) == {"incident": incident}
    stranger.act(incident, "coming")
    stranger.act(other, "coming", B)
    assert ask(box, "SELECT incident, person FROM incident_act ORDER BY id") == [(incident, "hoa"), (other, "")]
    assert ask(box, "SELECT via FROM answer") == [("link",)]


def test_a_stolen_link_shows_nothing_without_a_login(box: Behind, field_app: Flask) -> None:
    incident = happen(box)
    thief = Visitor(field_app)
    good, bad = (thief.post("/api/phone/link", {"token": token}) for token in (box.box.link("hoa", incident), "rác"))
    assert (good.status_code, bad.status_code) == (401, 401)
    assert good.get_data() == bad.get_data()
    assert thief.get("/api/phone/now").status_code == 401


def test_a_forged_or_old_link_opens_nothing(box: Behind, field_app: Flask) -> None:
    incident, official = happen(box), Official(field_app)
    for token in (box.box.link("hoa", incident)[:-2] + "xx", box.box.link("hoa", incident, -1000), "a.b"):
        answer = official.post("/api/phone/link", {"token": token})
        assert answer.status_code == 400
        assert "hết hạn" in told(answer)["loi"]


def test_tokens_are_in_no_log(box: Behind, field_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    token = box.box.link("hoa", happen(box))
    with caplog.at_level("DEBUG"):
        Official(field_app).post("/api/phone/link", {"token": token})
    assert token not in caplog.text


@pytest.mark.parametrize("path", ["/panel", "/incidents", "/cameras", "/airlog", "/wall", "/calendar", "/bank"])
def test_an_official_is_led_back_to_his_page(box: Behind, field_app: Flask, path: str) -> None:
    answer = Official(field_app).get(path)
    assert (answer.status_code, answer.location) == (302, "/dt/")
    assert "mo_lang_lac=1" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["/api/state", "/api/incidents", "/api/uploads"])
def test_an_official_asks_nothing_else(box: Behind, field_app: Flask, path: str) -> None:
    assert Official(field_app).get(path).status_code == 403
    assert Official(field_app).post("/api/stop", {"hamlets": ["all"]}).status_code == 403


@pytest.mark.parametrize("role", ["operator", "technician"])
def test_the_phone_page_is_for_those_who_go_there(box: Behind, field_app: Flask, role: str) -> None:
    visitor = Visitor(field_app, role)
    assert visitor.get("/api/phone/now").status_code == 403
    assert visitor.get("/api/phone/water").status_code == 403
    body = {"id": A, "incident": happen(box), "act": "take"}
    assert visitor.post("/api/phone/acts", body).status_code == 403


def test_an_official_sees_the_river_and_what_is_expected_of_it(box: Behind, field_app: Flask) -> None:
    seen = told(Official(field_app).get("/api/phone/water"))
    assert [one["name"] for one in seen["gauges"]] == ["Sông Kiến Giang"]
    assert seen["outlooks"][0]["high_m"] == 3.05
    assert field_app.test_client().get("/api/phone/water").status_code == 401


def test_the_shell_is_about_nobody_and_carries_no_secret(box: Behind, field_app: Flask) -> None:
    official = Official(field_app)
    shell = official.get("/dt/").get_data(as_text=True)
    assert shell == field_app.test_client().get("/dt/").get_data(as_text=True)
    assert official.csrf not in shell
    assert "geolocation=(self)" in official.get("/dt/").headers["Permissions-Policy"]
    assert "geolocation=()" in official.get("/login").headers["Permissions-Policy"]
    worker = official.get("/dt/sw.js")
    assert worker.mimetype == "text/javascript"
    assert official.get("/dt/app.webmanifest").get_json()["scope"] == "/dt/"


def test_no_number_of_the_roster_or_of_a_note_is_shown(box: Behind, field_app: Flask) -> None:
    incident, official = happen(box), Official(field_app)
    official.act(incident, "coming", note="gọi 0912 345 678")
    duty = Official(field_app, "Trực ban", "duty")
    seen = official.get("/api/phone/now").get_data(as_text=True)
    seen += duty.get(f"/api/incidents/{incident}").get_data(as_text=True)
    assert "345" not in seen
    assert "09000000" not in seen
    assert "\\u202678" in seen or "…78" in seen


def test_push_is_for_people_of_the_roster_and_ends_when_they_leave(box: Behind, field_app: Flask) -> None:
    body = {"endpoint": "https://fcm.googleapis.com/fcm/send/x", "p256dh": "B" * 87, "auth": "a" * 22}
    assert Official(field_app, "Người lạ").post("/api/phone/push", body).status_code == 409
    official = Official(field_app)
    assert told(official.post("/api/phone/push", body)) == {"name": BINH}
    assert official.post("/api/phone/push", {**body, "endpoint": "https://10.0.0.1/x"}).status_code == 409
    assert [row[:2] for row in ask(box, "SELECT person, channel FROM person_address")] == [("binh", "push")]
    from edge.store.messages import forget_numbers

    happen(box)
    box.run(box.box.journal.record(lambda tx: forget_numbers(tx, ["hoa", "cuong"], 0)))
    assert ask(box, "SELECT * FROM person_address") == []
    assert ask(box, "SELECT person, phone FROM alert ORDER BY person") == [("binh", ""), ("hoa", "0900000034")]


def test_an_officials_login_ends_with_the_life_of_links(box: Behind, field_app: Flask) -> None:
    official = Official(field_app)
    ((lasts_ms,),) = ask(box, "SELECT until_ms - began_at_ms FROM session")
    assert lasts_ms == LIFE_MS
    ask(box, "UPDATE session SET until_ms = 1")
    assert official.get("/api/phone/now").status_code == 401
