"""Who may look at incidents and recordings, and what the browser is never given."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from edge.control import protocol
from edge.store.schema import open_writer
from tests.web.control import paper_supervisor
from tests.web.paper_commune import PaperCommune
from tests.web.stage import WALL_TOKEN
from tests.web.visitor import Visitor, told
from web.grants import LIFE_S, MOST_GRANTS, Grants
from web.spans import joined

UUID = "0c7a3f52-4ce1-4d6c-9d7b-1f4f0e7c2a11"
HOUR = 3_600_000
NOON = 1_790_000_000_000
VIEW = {"since_ms": NOON, "until_ms": NOON + HOUR, "why": "kiểm tra"}
SPAN = {"id": UUID, "since_ms": NOON, "until_ms": NOON + HOUR, "reason": "vụ trộm"}
ZONE = {"id": "a", "name": "A", "polygon": [[0, 0], [1, 0], [1, 1]]}


@pytest.fixture
def commune(folder: Path) -> Iterator[PaperCommune]:
    with paper_supervisor(folder) as commune:
        archive = commune.archive
        archive.incident("3-91", NOON, still="stills/3-91.jpg", clip="clips/3-91.mp4")
        archive.incident("3-92", NOON + HOUR, title="Có xe ở Ngõ chợ", camera="nga-ba", rule="ngo", rule_kind="parked")
        archive.segment("cau-treo", NOON)
        archive.segment("cau-treo", NOON + 2 * HOUR)
        archive.write("clips/3-91.mp4")
        yield commune


@pytest.mark.parametrize(
    ("role", "path", "body", "status"),
    [
        ("duty", "/api/incidents/3-91/see", {}, 200),
        ("duty", "/api/incidents/3-91/close", {"how": "xong"}, 200),
        ("operator", "/api/incidents/3-91/close", {"how": "xong"}, 403),
        ("technician", "/api/incidents/3-91/judge", {"verdict": "false_alarm"}, 200),
        ("operator", "/api/incidents/3-91/judge", {"verdict": "false_alarm"}, 403),
        ("duty", "/api/cameras/cau-treo/rest", {"rule": "lan-can", "minutes": 60}, 200),
        ("operator", "/api/cameras/cau-treo/rest", {"rule": "lan-can", "minutes": 60}, 403),
        ("technician", "/api/cameras/cau-treo/try", {"rule": ZONE}, 200),
        ("duty", "/api/cameras/cau-treo/try", {"rule": ZONE}, 403),
        ("duty", "/api/cameras/cau-treo/view", VIEW, 200),
        ("technician", "/api/cameras/cau-treo/view", VIEW, 403),
        ("duty", "/api/incidents/3-91/view", {}, 200),
        ("operator", "/api/incidents/3-91/view", {}, 403),
        ("duty", "/api/cameras/cau-treo/pins", {**SPAN, "days": 30}, 200),
        ("duty", "/api/pins/p-1/unpin", {}, 403),
        ("leader", "/api/pins/p-1/unpin", {}, 200),
        ("leader", "/api/cameras/cau-treo/exports", {**SPAN, "blur": True}, 200),
        ("duty", "/api/cameras/cau-treo/exports", {**SPAN, "blur": True}, 403),
        ("", "/api/cameras/cau-treo/view", VIEW, 401),
    ],
)  # fmt: skip
def test_rights(app: Flask, commune: PaperCommune, role: str, path: str, body: Any, status: int) -> None:
    answer = Visitor(app, role).post(path, body)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert len(commune.asked) == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("operator", "/incidents", 200),
        ("operator", "/incidents/3-91", 200),
        ("operator", "/cameras", 200),
        ("technician", "/cameras/cau-treo/tune", 200),
        ("duty", "/cameras/cau-treo/tune", 403),
        ("duty", "/cameras/cau-treo/recordings", 200),
        ("technician", "/cameras/cau-treo/recordings", 403),
        ("technician", "/api/cameras/cau-treo/days", 403),
        ("technician", f"/api/cameras/cau-treo/timeline?since_ms={NOON}&until_ms={NOON + 1}", 403),
        ("technician", "/api/cameras/cau-treo/exports", 403),
        ("", "/incidents", 302),
        ("", "/cameras/cau-treo/tune", 302),
        ("", "/api/incidents", 401),
    ],
)
def test_pages_open_for_those_who_may(app: Flask, commune: PaperCommune, role: str, path: str, status: int) -> None:
    answer = Visitor(app, role).get(path)
    assert answer.status_code == status
    assert " style=" not in answer.get_data(as_text=True)
    assert "<script>" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/incidents/3-91/close", {"how": ""}),
        ("/api/incidents/3-91/close", {"how": "a" * 501}),
        ("/api/incidents/3-91/judge", {"verdict": "maybe"}),
        ("/api/cameras/cau-treo/rest", {"rule": "lan-can", "minutes": 9999}),
        ("/api/cameras/cau-treo/rest", {"rule": "../x", "minutes": 1}),
        ("/api/cameras/cau-treo/try", {"rule": {}}),
        ("/api/cameras/cau-treo/try", {"rule": ZONE, "hours": 900}),
        ("/api/cameras/..%2Fx/view", VIEW),
        ("/api/cameras/Cau/view", VIEW),
        ("/api/cameras/cau-treo/view", {**VIEW, "why": ""}),
        ("/api/cameras/cau-treo/view", {**VIEW, "since_ms": -1}),
        ("/api/cameras/cau-treo/pins", {**SPAN, "days": 0}),
        ("/api/cameras/cau-treo/pins", {**SPAN, "id": "1", "days": 1}),
        ("/api/cameras/cau-treo/exports", {**SPAN, "blur": "yes"}),
    ],
)
def test_bad_input_is_refused_with_a_sentence(app: Flask, commune: PaperCommune, path: str, body: Any) -> None:
    answer = Visitor(app, "leader").post(path, body)
    assert answer.status_code in (400, 404), answer.get_data(as_text=True)
    assert told(answer)["loi"].endswith(".")
    assert commune.asked == []


def test_incidents_are_found_and_paths_of_files_stay_here(app: Flask, commune: PaperCommune) -> None:
    visitor = Visitor(app, "operator")
    found = told(visitor.get("/api/incidents?text=lan can"))["rows"]
    assert [(row["id"], row["still"], row["clip"]) for row in found] == [("3-91", "3-91.jpg", True)]
    assert [row["id"] for row in told(visitor.get("/api/incidents?kind=parked"))["rows"]] == ["3-92"]
    assert [row["id"] for row in told(visitor.get(f"/api/incidents?until_ms={NOON + 1}"))["rows"]] == ["3-91"]
    assert told(visitor.get("/api/incidents/3-91"))["story"][0]["what"] == "opened"
    assert visitor.get("/api/incidents/9-99").status_code == 404


@pytest.mark.parametrize("query", ["camera=A;B", "state=maybe", "since_ms=x", "colour=red", f"text={'a' * 201}"])
def test_a_search_for_nonsense_is_refused(app: Flask, commune: PaperCommune, query: str) -> None:
    assert Visitor(app, "duty").get(f"/api/incidents?{query}").status_code == 400


def test_a_segment_is_given_only_after_a_reason_for_its_span(app: Flask, commune: PaperCommune) -> None:
    visitor = Visitor(app, "duty")
    assert visitor.get("/recordings/cau-treo/1.mp4").status_code == 403
    assert visitor.post("/api/cameras/cau-treo/view", VIEW).status_code == 200
    part = visitor.client.get("/recordings/cau-treo/1.mp4", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.data, part.mimetype) == (206, b"ftyp", "video/mp4")
    assert visitor.get("/recordings/cau-treo/2.mp4").status_code == 403
    assert visitor.get("/recordings/nga-ba/1.mp4").status_code == 404
    assert visitor.get("/recordings/cau-treo/77.mp4").status_code == 404
    for digits in (25, 5000):
        assert visitor.get(f"/recordings/cau-treo/{'9' * digits}.mp4").status_code == 404


def test_a_mask_that_is_drawn_later_takes_back_what_was_allowed_before(
    app: Flask, commune: PaperCommune, folder: Path
) -> None:
    duty, leader = Visitor(app, "duty"), Visitor(app, "leader")
    for visitor in (duty, leader):
        assert visitor.post("/api/cameras/cau-treo/view", VIEW).status_code == 200
        assert visitor.post("/api/incidents/3-91/view", {}).status_code == 200
        assert visitor.get("/recordings/cau-treo/1.mp4").status_code == 200
        assert visitor.get("/recordings/incident/3-91.mp4").status_code == 200
    with closing(open_writer(folder / "molang.db")) as connection:
        sql = "INSERT INTO privacy (camera, areas, set_at_ms, by_user) VALUES (?, ?, ?, 'Kỹ')"
        connection.execute(sql, ("cau-treo", "[[[0, 0], [1, 0], [1, 1]]]", NOON + 5 * HOUR))
    for path in ("/recordings/cau-treo/1.mp4", "/recordings/incident/3-91.mp4"):
        refused = duty.get(path)
        assert refused.status_code == 403
        assert "vùng riêng tư" in told(refused)["loi"]
        assert leader.get(path).status_code == 200
    with closing(open_writer(folder / "molang.db")) as connection:
        hidden = "UPDATE privacy SET placed = areas, hidden_since_ms = ?"
        connection.execute(hidden, (NOON - HOUR,))
    assert duty.get("/recordings/cau-treo/1.mp4").status_code == 200, "the camera hid it when this was recorded"


def test_one_persons_reason_opens_nothing_for_others(app: Flask, commune: PaperCommune) -> None:
    first, second = Visitor(app, "duty"), Visitor(app, "duty")
    first.post("/api/cameras/cau-treo/view", VIEW)
    assert first.get("/recordings/cau-treo/1.mp4").status_code == 200
    assert second.get("/recordings/cau-treo/1.mp4").status_code == 403
    assert Visitor(app, "technician").get("/recordings/cau-treo/1.mp4").status_code == 403
    first.client.post("/logout", data={"csrf": first.csrf})
    assert first.get("/recordings/cau-treo/1.mp4").status_code == 401


def test_a_wall_sees_no_recordings(app: Flask, commune: PaperCommune) -> None:
    client = app.test_client()
    client.get(f"/wall?token={WALL_TOKEN}")
    for path in (
        "/recordings/cau-treo/1.mp4",
        "/recordings/incident/3-91.mp4",
        "/api/incidents",
        "/api/cameras/cau-treo/days",
    ):
        assert client.get(f"{path}?token={WALL_TOKEN}").status_code == 401, path
    assert client.get("/cameras/cau-treo/recordings").status_code == 302


def test_the_clip_of_an_incident_is_a_recording_like_any_other(app: Flask, commune: PaperCommune) -> None:
    visitor = Visitor(app, "leader")
    assert visitor.get("/recordings/incident/3-91.mp4").status_code == 403
    seen = told(visitor.post("/api/incidents/3-91/view", {}))
    assert (seen["clip"], [one["id"] for one in seen["segments"]]) == (True, [1])
    assert visitor.get("/recordings/incident/3-91.mp4").data[4:8] == b"ftyp"
    (look,) = commune.asked
    assert isinstance(look, protocol.ViewRecording)
    assert look.why == "Sự cố 3-91: Có người trong vùng cấm Lan can cầu."


def test_a_path_that_leads_out_of_the_media_folder_gives_nothing(
    app: Flask, commune: PaperCommune, folder: Path
) -> None:
    (folder / "secret.mp4").write_bytes(b"secret")
    for number, path in enumerate(("../secret.mp4", str(folder / "secret.mp4"), "recordings/../../secret.mp4")):
        row = {"began_ms": NOON + number, "ended_ms": NOON + 9, "bytes": 6, "codec": "h264", "width": 1, "height": 1}
        commune.archive.insert("segment", camera="cau-treo", path=path, motion=0, importance=0, **row)
    visitor = Visitor(app, "duty")
    visitor.post("/api/cameras/cau-treo/view", VIEW)
    for number in (3, 4, 5):
        assert visitor.get(f"/recordings/cau-treo/{number}.mp4").status_code == 404
    for path in ("/recordings/..%2Fx/1.mp4", "/recordings/cau-treo/..%2F1.mp4", "/recordings/cau-treo/1.mp4%00"):
        assert visitor.get(path).status_code in (400, 404), path


def test_an_export_is_downloaded_under_its_name_and_written_down(app: Flask, commune: PaperCommune) -> None:
    visitor = Visitor(app, "leader")
    visitor.post("/api/cameras/cau-treo/exports", {**SPAN, "blur": True})
    (row,) = visitor.get("/api/cameras/cau-treo/exports").get_json()
    assert (row["state"], "path" in row) == ("done", False)
    taken = visitor.client.post(f"/exports/{UUID}", data={"csrf": visitor.csrf})
    assert taken.headers["Content-Disposition"] == "attachment; filename=cau-treo.mp4"
    assert isinstance(commune.asked[-1], protocol.TakeExport)
    assert visitor.client.post(f"/exports/{UUID}").status_code == 403
    assert visitor.get(f"/exports/{UUID}").status_code == 405
    assert Visitor(app, "duty").client.post(f"/exports/{UUID}", data={"csrf": "x"}).status_code == 403


def test_the_timeline_joins_segments_that_look_the_same(app: Flask, commune: PaperCommune) -> None:
    for number in range(4):
        began = NOON + 5 * HOUR + number * 3000 + (60_000 if number == 3 else 0)
        commune.archive.segment("cau-treo", began, importance=2 if number == 2 else 0)
    query = f"since_ms={NOON + 5 * HOUR}&until_ms={NOON + 6 * HOUR}"
    spans = told(Visitor(app, "duty").get(f"/api/cameras/cau-treo/timeline?{query}"))["spans"]
    assert [(one["until_ms"] - one["since_ms"], one["importance"]) for one in spans] == [
        (6000, 0),
        (3000, 2),
        (3000, 0),
    ]


def test_no_segments_are_no_spans() -> None:
    assert joined([]) == []


def test_a_grant_ends_after_its_time_and_the_oldest_gives_way() -> None:
    now = 0.0
    grants = Grants(lambda: now)
    grants.give("s", "cau-treo", 10, 20)
    assert grants.cover("s", "cau-treo", 19, 30)
    assert not grants.cover("s", "cau-treo", 20, 30)
    assert not grants.cover("s", "nga-ba", 10, 20)
    assert not grants.cover("t", "cau-treo", 10, 20)
    now = LIFE_S
    assert not grants.cover("s", "cau-treo", 10, 20)
    for number in range(MOST_GRANTS + 1):
        grants.give(str(number), "cau-treo", 10, 20)
    assert not grants.cover("0", "cau-treo", 10, 20)
    assert grants.cover("1", "cau-treo", 10, 20)


def test_a_missing_database_is_told_in_a_sentence(app: Flask, folder: Path) -> None:
    visitor = Visitor(app, "duty")
    for file in folder.glob("molang.db*"):
        file.unlink()
    answer = visitor.get("/api/incidents")
    assert answer.status_code == 503
    assert "cơ sở dữ liệu" in told(answer)["loi"]
