"""Who comes in, who stays out, and what a browser is told to refuse."""

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.security import generate_password_hash

from tests.web.stage import PASSWORD, WALL_TOKEN, settings_in
from tests.web.visitor import Visitor, told
from web.app import create_app
from web.throttle import ALLOWED_FAILURES, LOCK_S, MOST_GUESSERS, Throttle

UUID = "0c7a3f52-4ce1-4d6c-9d7b-1f4f0e7c2a11"


@pytest.mark.parametrize("role", ["duty", "operator", "leader", "technician"])
def test_each_role_enters_with_its_password(app: Flask, role: str) -> None:
    assert Visitor(app, role).get("/panel").status_code == 200


@pytest.mark.parametrize("role", ["operator", "wall", "", "root"])
def test_a_wrong_password_or_role_stays_out(app: Flask, role: str) -> None:
    visitor = Visitor(app)
    password = "sai" if role == "operator" else PASSWORD
    answer = visitor.log_in(role, password)
    assert answer.status_code == 401
    assert "Sai vai trò hoặc mật khẩu" in answer.get_data(as_text=True)
    assert visitor.get("/panel").status_code == 302


def test_guessing_is_slowed_down_even_with_the_right_password(app: Flask) -> None:
    visitor = Visitor(app)
    for _ in range(ALLOWED_FAILURES):
        assert visitor.log_in("leader", "sai").status_code == 401
    answer = visitor.log_in("leader", PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= LOCK_S


def test_a_throttle_opens_again_and_forgets_the_oldest() -> None:
    now = 0.0
    throttle = Throttle(lambda: now)
    for _ in range(ALLOWED_FAILURES):
        throttle.failed("a")
    assert throttle.wait_s("a") == LOCK_S
    now = LOCK_S
    assert throttle.wait_s("a") == 0
    for number in range(MOST_GUESSERS + 1):
        throttle.failed(str(number))
    assert len(throttle._guessers) == MOST_GUESSERS


def test_a_post_without_the_pages_token_is_refused(app: Flask) -> None:
    visitor = Visitor(app, "operator")
    for csrf in ("", "khác"):
        answer = visitor.post("/api/stop", {"hamlets": ["all"]}, csrf=csrf)
        assert answer.status_code == 403
        assert "tải lại" in told(answer)["loi"]
    assert app.test_client().post("/login", data={"role": "operator", "password": PASSWORD}).status_code == 403


def test_the_session_cookie_is_hidden_from_scripts_and_other_sites(app: Flask) -> None:
    cookie = Visitor(app).log_in("duty", PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_behind_tls_cookies_travel_over_nothing_else(folder: Path) -> None:
    app = create_app(settings_in(folder, https=True))
    answer = app.test_client().get(f"/wall?token={WALL_TOKEN}", base_url="https://box")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_changed_password_ends_the_sessions_of_its_role(folder: Path) -> None:
    visitor = Visitor(create_app(settings_in(folder)), "leader")
    changed = dict.fromkeys(("leader",), generate_password_hash("mật khẩu mới", "scrypt:1024:8:1"))
    later = create_app(settings_in(folder, passwords=changed)).test_client()
    cookie = visitor.client.get_cookie("mo_lang")
    assert cookie is not None
    later.set_cookie("mo_lang", cookie.value)
    assert later.get("/panel").status_code == 302


def test_logging_out_ends_the_session(app: Flask) -> None:
    visitor = Visitor(app, "operator")
    visitor.client.post("/logout", data={"csrf": visitor.csrf})
    assert visitor.get("/panel").status_code == 302


def test_login_leads_to_our_own_pages_only(app: Flask) -> None:
    assert Visitor(app).log_in("duty", PASSWORD, next="/duty").location == "/duty"
    deep = "/cameras/cau-treo/recordings"
    assert Visitor(app).log_in("duty", PASSWORD, next=deep).location == deep
    for foreign in ("https://evil.example/", "//evil.example", "/logout", "/panel?x", "/incidents/a/b/c"):
        assert Visitor(app).log_in("duty", PASSWORD, next=foreign).location == "/panel"


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


def test_inventing_roles_does_not_make_the_throttle_forget(app: Flask) -> None:
    visitor = Visitor(app)
    for _ in range(ALLOWED_FAILURES):
        assert visitor.log_in("leader", "sai").status_code == 401
    for number in range(MOST_GUESSERS + 1):
        visitor.log_in(f"vai-{number}", "sai")
    assert visitor.log_in("leader", PASSWORD).status_code == 429


def test_who_came_in_and_who_did_not_is_written_down_without_the_password(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        Visitor(app).log_in("leader", "sai-mat-khau", name="Kẻ lạ\nweb INFO giả")
        Visitor(app).log_in("leader", PASSWORD, name="Lan")
    refused, entered = [record.getMessage() for record in caplog.records if record.name == "web.login"]
    assert "127.0.0.1" in refused
    assert "leader" in refused
    assert "'Lan'" in entered
    assert "\n" not in refused + entered
    assert "sai-mat-khau" not in caplog.text
    assert PASSWORD not in caplog.text
