"""Who comes in, who stays out, and what a browser is told to refuse."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from edge.accounts.throttle import PAIR
from edge.store.schema import open_writer
from tests.web.control import paper_supervisor
from tests.web.stage import PASSWORD, WALL_TOKEN, settings_in
from tests.web.visitor import Visitor, told
from web.address import client_address
from web.app import create_app

UUID = "0c7a3f52-4ce1-4d6c-9d7b-1f4f0e7c2a11"


@pytest.fixture
def open_app(folder: Path) -> Iterator[Flask]:
    """The application with a supervisor behind it that knows somebody in every role."""
    with paper_supervisor(folder):
        yield create_app(settings_in(folder))


@pytest.mark.parametrize("role", ["duty", "operator", "leader", "technician", "viewer", "admin"])
def test_each_person_enters_with_his_password(open_app: Flask, role: str) -> None:
    visitor = Visitor(open_app)
    assert visitor.log_in(role, PASSWORD).location == "/panel"
    assert visitor.get("/panel").status_code == 200


def test_an_official_is_led_to_his_phone_page(open_app: Flask) -> None:
    visitor = Visitor(open_app)
    assert visitor.log_in(" Official ", PASSWORD).location == "/dt/"
    assert visitor.get("/panel").location == "/dt/"


@pytest.mark.parametrize("login", ["operator", "wall", "root", "x" * 40])
def test_a_wrong_password_or_name_stays_out_and_is_told_the_same(open_app: Flask, login: str) -> None:
    visitor = Visitor(open_app)
    answer = visitor.log_in(login, "sai" if login == "operator" else PASSWORD)
    assert answer.status_code == 401
    assert "Sai tên đăng nhập hoặc mật khẩu" in answer.get_data(as_text=True)
    assert visitor.get("/panel").status_code == 302


def test_guessing_is_slowed_down_even_with_the_right_password(open_app: Flask) -> None:
    visitor = Visitor(open_app)
    for _ in range(PAIR.tries):
        assert visitor.log_in("leader", "sai").status_code == 401
    answer = visitor.log_in("leader", PASSWORD)
    assert answer.status_code == 429
    assert "Hãy đợi" in answer.get_data(as_text=True)
    assert visitor.log_in("duty", PASSWORD).status_code == 302  # another person at the same desk


def test_a_browser_that_its_owner_came_in_by_is_known_and_carries_a_word_that_scripts_do_not_see(
    open_app: Flask, folder: Path
) -> None:
    visitor = Visitor(open_app)
    kept = visitor.log_in("duty", PASSWORD).headers.getlist("Set-Cookie")
    (word,) = (one for one in kept if one.startswith("mo_lang_may="))
    assert "HttpOnly" in word
    assert "SameSite=Strict" in word
    with closing(open_writer(folder / "molang.db")) as connection:
        assert connection.execute("SELECT count(*) FROM known_device").fetchone() == (1,)
    visitor.send("/logout")
    visitor.csrf = visitor._token("/login", r'name="csrf" value="([^"]+)"')
    for _ in range(PAIR.tries):
        Visitor(open_app).log_in("duty", "sai")
    assert Visitor(open_app).log_in("duty", PASSWORD).status_code == 429
    assert visitor.log_in("duty", PASSWORD).status_code == 302


def test_nobody_can_be_logged_in_while_the_supervisor_is_away_and_the_form_says_so(app: Flask) -> None:
    answer = Visitor(app).log_in("leader", PASSWORD)
    assert answer.status_code == 503
    assert "Bộ điều khiển không chạy" in answer.get_data(as_text=True)


def test_a_post_without_the_pages_token_is_refused(app: Flask) -> None:
    visitor = Visitor(app, "operator")
    for csrf in ("", "khác"):
        answer = visitor.post("/api/stop", {"hamlets": ["all"]}, csrf=csrf)
        assert answer.status_code == 403
        assert "tải lại" in told(answer)["loi"]
    assert app.test_client().post("/login", data={"login": "operator", "password": PASSWORD}).status_code == 403


def test_the_session_cookie_is_hidden_from_scripts_and_other_sites(open_app: Flask) -> None:
    cookie = Visitor(open_app).log_in("duty", PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_behind_tls_cookies_travel_over_nothing_else(folder: Path) -> None:
    app = create_app(settings_in(folder, https=True))
    answer = app.test_client().get(f"/wall?token={WALL_TOKEN}", base_url="https://box")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_logging_out_ends_the_session_and_every_copy_of_its_cookie(open_app: Flask) -> None:
    visitor, thief = Visitor(open_app), open_app.test_client()
    visitor.log_in("operator", PASSWORD)
    cookie = visitor.client.get_cookie("mo_lang")
    assert cookie is not None
    thief.set_cookie("mo_lang", cookie.value)
    assert thief.get("/panel").status_code == 200
    visitor.send("/logout")
    assert visitor.get("/panel").status_code == 302
    assert thief.get("/panel").status_code == 302


def test_login_leads_to_our_own_pages_only(open_app: Flask) -> None:
    for ours in ("/duty", "/cameras/cau-treo/recordings", "/people"):
        assert Visitor(open_app).log_in("duty", PASSWORD, next=ours).location == ours
    for foreign in ("https://evil.example/", "//evil.example", "/logout", "/panel?x", "/incidents/a/b/c", "/api/state"):
        assert Visitor(open_app).log_in("duty", PASSWORD, next=foreign).location == "/panel"


def test_the_wall_opens_with_its_token_and_keeps_it_in_a_cookie(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/wall").status_code == 401
    assert client.get("/wall?token=sai").status_code == 401
    assert client.get(f"/wall?token={WALL_TOKEN}").status_code == 200
    assert client.get("/wall").status_code == 200


def test_a_wall_may_look_but_not_act_and_hears_no_recording(app: Flask) -> None:
    client = app.test_client()
    client.get(f"/wall?token={WALL_TOKEN}")
    assert client.get("/panel").status_code == 302
    assert client.get(f"/clips/{'a' * 64}.opus").status_code == 401


@pytest.mark.parametrize("path", ["/", "/login", "/wall", "/panel", "/api/state", "/static/wall.js", "/không-có"])
def test_every_answer_carries_the_headers(app: Flask, path: str) -> None:
    headers = app.test_client().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "connect-src 'self' ws://127.0.0.1:1;" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_pages_hold_no_script_or_style_that_the_policy_would_block(app: Flask) -> None:
    visitor = Visitor(app, "leader")
    for path in ("/", "/login", "/wall", "/panel", "/duty"):
        text = visitor.get(path).get_data(as_text=True)
        assert " style=" not in text
        assert "<script>" not in text
        assert "http://" not in text
        assert "https://" not in text


def test_a_dead_supervisor_is_told_in_a_sentence(app: Flask) -> None:
    answer = Visitor(app, "operator").post("/api/stop", {"hamlets": ["all"]})
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert "Bộ điều khiển không chạy" in told(answer)["loi"]


def test_who_came_in_and_who_did_not_is_audited_without_the_password(open_app: Flask, folder: Path) -> None:
    Visitor(open_app).log_in("leader", "sai-mat-khau")
    Visitor(open_app).log_in("kẻ lạ\nweb INFO giả", PASSWORD)
    visitor = Visitor(open_app)
    visitor.log_in("leader", PASSWORD)
    visitor.send("/logout")
    with closing(open_writer(folder / "molang.db")) as connection:
        rows = connection.execute("SELECT user, role, action, detail FROM audit ORDER BY seq").fetchall()
    said = [row for row in rows if row[2] in {"account.refused", "account.enter", "account.leave"}]
    assert [(row[0], row[2]) for row in said] == [
        ("lãnh đạo xã", "account.refused"),
        ("?", "account.refused"),
        ("lãnh đạo xã", "account.enter"),
        ("lãnh đạo xã", "account.leave"),
    ]
    assert "127.0.0.1" in said[0][3]
    assert "sai-mat-khau" not in str(rows)
    assert "kẻ lạ" not in str(rows)
    assert PASSWORD not in str(rows)


@pytest.mark.parametrize(
    ("https", "peer", "named", "seen"),
    [
        (True, "127.0.0.1", "10.0.0.7", "10.0.0.7"),
        (True, "127.0.0.1", "1.2.3.4, 10.0.0.7", "10.0.0.7"),  # what nginx wrote stands last
        (True, "127.0.0.1", "rác", "127.0.0.1"),
        (True, "10.0.0.9", "10.0.0.7", "10.0.0.9"),
        (False, "127.0.0.1", "10.0.0.7", "127.0.0.1"),
    ],
)
def test_a_forwarded_address_counts_only_behind_our_own_nginx(
    folder: Path, *, https: bool, peer: str, named: str, seen: str
) -> None:
    app = create_app(settings_in(folder, https=https))
    with app.test_request_context("/login", headers={"X-Forwarded-For": named}, environ_base={"REMOTE_ADDR": peer}):
        assert client_address() == seen
