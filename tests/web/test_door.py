"""The door as visitors meet it: a real nginx before real pages, on loopback."""

import hashlib
import shutil
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from edge.core.errors import MisconfiguredError
from edge.store.schema import open_writer
from hil.nginx import running_nginx
from tests.web.door_box import NAME, DoorBox, door_box, door_settings
from tests.web.stage import WALL_TOKEN, settings_in
from web.app import create_app
from web.door.certificate import make_certificate
from web.door.nginx import nginx_conf

needs_nginx = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed: ./run setup")
ONCE = ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Strict-Transport-Security")
STILL = b"\xff\xd8\xff\xe0 a still of an incident \xff\xd9"


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorBox]:
    folder = tmp_path_factory.mktemp("door")
    with door_box(folder) as running:
        (folder / "media/stills/su-co.jpg").write_bytes(STILL)
        open_writer(running.settings.database).close()
        yield running


@pytest.fixture
def wall(box: DoorBox) -> requests.Session:
    """A wall with its token in a cookie."""
    session = box.session()
    assert session.get(f"{box.secure}/wall?token={WALL_TOKEN}").status_code == 200
    return session


def raw(answer: requests.Response, name: str) -> list[str]:
    return answer.raw.headers.getlist(name)  # type: ignore[no-any-return]


@needs_nginx
@pytest.mark.parametrize(
    "path", ["/", "/login", "/static/base.css", "/không-có", "/api/state", "/ca", "/stills/su-co.jpg"]
)
def test_every_answer_has_each_header_once(box: DoorBox, wall: requests.Session, path: str) -> None:
    answer = wall.get(box.secure + path)
    assert {name: len(raw(answer, name)) for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert raw(answer, "Server") == ["nginx"]


@needs_nginx
def test_a_file_is_handed_out_only_after_the_pages_allowed_it(box: DoorBox, wall: requests.Session) -> None:
    assert box.session().get(f"{box.secure}/stills/su-co.jpg").status_code == 401
    whole = wall.get(f"{box.secure}/stills/su-co.jpg")
    assert (whole.content, whole.headers["Content-Type"]) == (STILL, "image/jpeg")
    part = wall.get(f"{box.secure}/stills/su-co.jpg", headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, STILL[2:6])
    seen = {"If-None-Match": whole.headers["ETag"]}
    assert wall.get(f"{box.secure}/stills/su-co.jpg", headers=seen).status_code == 304


@needs_nginx
@pytest.mark.parametrize(
    "path", ["/_inside/media/stills/su-co.jpg", "/_inside/media/../molang.db", "/static/../app.py"]
)
def test_nobody_asks_for_a_file_inside(box: DoorBox, wall: requests.Session, path: str) -> None:
    request = requests.Request("GET", box.secure).prepare()
    request.url = box.secure + path
    assert wall.send(request).status_code == 404


@needs_nginx
def test_plain_http_shows_the_certificate_and_leads_everything_else_to_the_secure_page(box: DoorBox) -> None:
    session = box.session()
    here = session.get(f"{box.plain}/")
    assert "Tải chứng thư của xã" in here.text
    assert "Micrô đang tắt" not in here.text
    assert "Micrô đang tắt" in session.get(f"{box.plain}/panel/talk").text
    assert session.get(f"{box.plain}/ca/molang.crt").content.startswith(b"\x30\x82")
    away = session.get(f"{box.plain}/panel?x=1", allow_redirects=False)
    assert (away.status_code, away.headers["Location"]) == (308, f"{box.secure}/panel?x=1")
    assert session.post(f"{box.plain}/login", data={"password": "x"}, allow_redirects=False).status_code == 405


@needs_nginx
def test_the_sheet_names_the_certificate_that_it_gives(box: DoorBox) -> None:
    mark = hashlib.sha256(ssl.PEM_cert_to_DER_cert(box.files.ca.read_text())).digest()
    assert mark.hex(" ").upper() in box.session().get(f"{box.plain}/ca").text


@needs_nginx
def test_a_visitor_who_trusts_nobody_stays_out(box: DoorBox) -> None:
    session = box.session()
    session.verify = True
    with pytest.raises(requests.exceptions.SSLError):
        session.get(f"{box.secure}/login")


@needs_nginx
def test_what_a_visitor_writes_about_himself_is_not_believed(box: DoorBox) -> None:
    lies = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https", "Host": "evil.example"}
    answer = box.session().get(f"{box.plain}/ca", headers=lies)
    assert "evil.example" not in answer.text
    assert 'data-secure=""' in answer.text


@needs_nginx
def test_a_body_that_is_too_large_is_refused_with_a_sentence(box: DoorBox) -> None:
    answer = box.session().post(f"{box.secure}/api/stop", data=b"x" * 300_000)
    assert answer.status_code == 413
    assert "quá lớn" in answer.json()["loi"]


@needs_nginx
def test_guessing_passwords_is_slowed_down_before_the_pages_see_it(box: DoorBox) -> None:
    session = box.session()
    answers = [session.post(f"{box.secure}/login", data={"password": "sai"}).status_code for _ in range(30)]
    assert answers[0] == 403
    assert answers.count(429) >= 15


@needs_nginx
def test_pages_that_are_down_are_told_in_a_sentence(tmp_path: Path) -> None:
    settings = door_settings(tmp_path)
    with running_nginx(settings, tmp_path / "nginx") as log:
        box = DoorBox(settings, make_certificate(tmp_path / "pki", "Xã", NAME, ["127.0.0.1"]), log)
        page, script = (box.session().get(box.secure + path) for path in ("/panel", "/api/state"))
    assert (page.status_code, script.status_code) == (502, 502)
    assert "Loa, báo động và ghi hình không bị ảnh hưởng" in page.text
    assert "khởi động lại" in script.json()["loi"]


@needs_nginx
def test_a_visitor_from_another_network_gets_no_answer(tmp_path: Path) -> None:
    with door_box(tmp_path, networks=("10.20.0.0/16",)) as far, pytest.raises(requests.exceptions.ConnectionError):
        far.session().get(f"{far.secure}/login")


def test_without_a_door_there_is_no_file_for_nginx_and_no_certificate_page(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with pytest.raises(MisconfiguredError, match="nginx"):
        nginx_conf(settings, tmp_path)
    assert create_app(settings).test_client().get("/ca").status_code == 404


def test_a_path_that_nginx_would_misread_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / 'a"; return 200; #'
    folder.mkdir()
    with pytest.raises(MisconfiguredError, match="nginx"):
        nginx_conf(door_settings(folder), tmp_path)


def test_the_authority_vouches_for_this_name_alone(tmp_path: Path) -> None:
    make_certificate(tmp_path, "Xã Kiến Giang", NAME, ["192.168.1.10"])
    make_certificate(tmp_path, "Xã Kiến Giang", NAME, ["192.168.1.11"])
    with pytest.raises(MisconfiguredError, match="nganhang"):
        make_certificate(tmp_path, "Xã Kiến Giang", "nganhang.example")
    with pytest.raises(MisconfiguredError, match=r"8\.8\.8\.8"):
        make_certificate(tmp_path, "Xã Kiến Giang", NAME, ["8.8.8.8"])


def test_an_authority_whose_key_lies_in_the_cupboard_is_not_replaced_by_another(tmp_path: Path) -> None:
    files = make_certificate(tmp_path, "Xã thử", "mo.thu.example", ["10.0.0.1"])
    before = files.ca.read_bytes()
    files.ca_key.unlink()
    with pytest.raises(MisconfiguredError, match="web-ca.key"):
        make_certificate(tmp_path, "Xã thử", "mo.thu.example", ["10.0.0.1"])
    assert files.ca.read_bytes() == before
