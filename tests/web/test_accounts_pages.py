"""One's own account, and those that an admin keeps: the pages before the real accounts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from flask import Flask

from edge.core.policy.rights import Role
from tests.web.control import paper_supervisor
from tests.web.stage import PASSWORD, settings_in
from tests.web.visitor import Visitor
from web.app import create_app

NEW = "mua-he-2026-cau-ben"


@pytest.fixture
def strict_app(folder: Path) -> Iterator[Flask]:
    """As in a real commune: leader and admin need codes."""
    with paper_supervisor(folder, (Role.LEADER, Role.ADMIN)):
        cameras = {"cau-treo": "Cầu treo", "nga-ba": "Ngã ba"}
        yield create_app(settings_in(folder, code_roles=("leader", "admin"), cameras=cameras))


def page(visitor: Visitor, path: str) -> str:
    return visitor.get(path).get_data(as_text=True)


def secret_on(text: str) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", text)
    assert found
    return found[1].replace(" ", "")


def enrolled(app: Flask, login: str) -> tuple[Visitor, list[str]]:
    """Somebody who came in for the first time and set an app up, and his codes on paper."""
    visitor = Visitor(app)
    assert visitor.log_in(login, PASSWORD).location.startswith("/login/step")
    text = page(visitor, "/login/step")
    assert "data:image/svg+xml" in text
    done = visitor.send("/login/enrol", code=pyotp.TOTP(secret_on(text)).now()).get_data(as_text=True)
    return visitor, re.findall(r"<li><code>([a-z0-9-]+)</code></li>", done)


def test_a_browser_whose_session_has_ended_logs_in_again_and_so_does_another_person(strict_app: Flask) -> None:
    visitor = Visitor(strict_app)
    assert visitor.log_in("duty", PASSWORD).status_code == 302
    assert visitor.get("/me").status_code == 200
    other = Visitor(strict_app)
    assert other.log_in("duty", PASSWORD).status_code == 302
    assert other.send("/me/leave-everywhere").status_code == 302
    visitor.csrf = visitor._token("/login", r'name="csrf" value="([^"]+)"')
    assert visitor.log_in("operator", PASSWORD).status_code == 302
    assert visitor.get("/me").status_code == 200


def test_a_leader_sets_his_app_up_before_he_sees_anything(strict_app: Flask) -> None:
    visitor = Visitor(strict_app)
    visitor.log_in("leader", PASSWORD)
    assert visitor.get("/panel").status_code == 302
    assert visitor.post("/api/stop", {"hamlets": ["all"]}).status_code == 401
    assert visitor.send("/login/enrol", code="123").status_code == 401
    visitor, paper = enrolled(strict_app, "leader")
    assert len(paper) == 8
    assert visitor.get("/panel").status_code == 200


def test_the_next_time_he_gives_a_code_of_the_app_or_of_the_paper(strict_app: Flask) -> None:
    _, paper = enrolled(strict_app, "leader")
    again = Visitor(strict_app)
    again.log_in("leader", PASSWORD)
    assert "Mã xác thực" in page(again, "/login/step")
    assert again.send("/login/code", code="000000").status_code == 401
    assert again.get("/panel").status_code == 302
    assert again.send("/login/code", code=paper[0], next="/duty").location == "/duty"
    assert again.get("/panel").status_code == 200


def test_a_step_that_is_not_due_does_nothing(strict_app: Flask) -> None:
    nobody, operator = Visitor(strict_app), Visitor(strict_app, "operator")
    for path in ("/login/code", "/login/password", "/login/enrol"):
        for visitor in (nobody, operator):
            assert visitor.send(path, code="1", old="x", new=NEW, again=NEW).status_code == 302
    assert nobody.get("/login/step").location.startswith("/login?")
    assert operator.get("/login/step").location == "/panel"


def test_an_admin_makes_an_account_and_its_owner_chooses_his_own_password(strict_app: Flask) -> None:
    admin, _ = enrolled(strict_app, "admin")
    form = {"login": "hoa", "name": "Lê Thị Hoa", "role": "viewer", "camera": "nga-ba"}
    said = admin.send("/people", **form).get_data(as_text=True)
    found = re.search(r"<p><code>([a-z0-9-]+)</code></p>", said)
    assert found
    assert found[1] not in page(admin, "/people")
    hoa = Visitor(strict_app)
    assert "step" in hoa.log_in("hoa", found[1]).location
    assert "do người khác cấp" in page(hoa, "/login/step")
    assert hoa.send("/login/password", old=found[1], new=NEW, again="khác").status_code == 400
    assert hoa.send("/login/password", old=found[1], new="ngan", again="ngan").status_code == 401
    assert hoa.send("/login/password", old=found[1], new=NEW, again=NEW).location == "/panel"
    assert hoa.get("/latest/cau-treo.jpg").status_code == 403
    assert hoa.get("/people").status_code == 403


def test_what_an_admin_may_not_do_is_a_sentence_on_his_page(strict_app: Flask) -> None:
    admin, _ = enrolled(strict_app, "admin")
    refused = admin.send("/people", login="duty", name="Người khác", role="duty", **{"all-cameras": "1"})
    assert refused.status_code == 409
    assert "đã có người dùng" in refused.get_data(as_text=True)
    assert "quản trị cuối cùng" in admin.send("/people/admin/shut").get_data(as_text=True)
    assert admin.send("/people", login="x1", name="X", role="wall").status_code == 400
    assert admin.send("/people/khong-co/shut").status_code == 409


def test_an_admin_ends_sessions_resets_and_shuts(strict_app: Flask) -> None:
    admin, _ = enrolled(strict_app, "admin")
    duty = Visitor(strict_app, "duty")
    assert duty.get("/panel").status_code == 200
    assert admin.send("/people/duty/end").location == "/people?done=5"
    assert duty.get("/panel").status_code == 302
    assert "Đã đăng xuất." in page(admin, "/people?done=5")
    assert admin.get(f"/people?done={'9' * 5000}").status_code == 200
    assert "Mật khẩu đầu tiên của duty" in admin.send("/people/duty/reset-password").get_data(as_text=True)
    admin.send("/people/duty/change", role="viewer", **{"all-cameras": "1"})
    admin.send("/people/duty/shut")
    assert "đã khoá" in page(admin, "/people")
    assert Visitor(strict_app).log_in("duty", PASSWORD).status_code == 401
    admin.send("/people/duty/open")
    assert "đã khoá" not in page(admin, "/people")


@pytest.mark.parametrize("role", ["leader", "technician", "viewer", "duty"])
def test_nobody_but_an_admin_keeps_accounts(app: Flask, folder: Path, role: str) -> None:
    with paper_supervisor(folder):
        visitor = Visitor(app, role)
        assert visitor.get("/people").status_code == 403
        assert visitor.send("/people", login="x1", name="X Y", role="admin").status_code == 403
        assert visitor.send("/people/admin/end").status_code == 403


def test_everybody_changes_his_password_and_sees_where_he_is_logged_in(strict_app: Flask) -> None:
    here, elsewhere = Visitor(strict_app), Visitor(strict_app)
    for visitor in (here, elsewhere):
        visitor.log_in("official", PASSWORD)
    assert page(here, "/me").count("<li><strong>127.0.0.1") == 2
    wrong = here.send("/me/password", old="không phải", new=NEW, again=NEW)
    assert "hiện tại không đúng" in wrong.get_data(as_text=True)
    assert "Đã đổi mật khẩu" in here.send("/me/password", old=PASSWORD, new=NEW, again=NEW).get_data(as_text=True)
    assert elsewhere.get("/me").status_code == 302
    assert here.send("/me/leave-everywhere").location == "/login"
    assert here.get("/me").status_code == 302


def test_everybody_may_set_an_app_up(strict_app: Flask) -> None:
    visitor = Visitor(strict_app)
    visitor.log_in("operator", PASSWORD)
    for wrong in ({}, {"old": "không phải"}):
        refused = visitor.send("/me/code", **wrong)
        assert refused.status_code == 400
        assert "Mật khẩu hiện tại không đúng" in refused.get_data(as_text=True)
        assert visitor.send("/me/code/confirm", code="000000").status_code == 400
    secret = secret_on(visitor.send("/me/code", old=PASSWORD).get_data(as_text=True))
    assert visitor.send("/me/code/confirm", code="000000").status_code == 400
    assert "Đã bật mã xác thực" in visitor.send("/me/code/confirm", code=pyotp.TOTP(secret).now()).get_data(
        as_text=True
    )
    assert "Còn 8 mã trên giấy" in page(visitor, "/me")


def test_nothing_that_a_page_of_accounts_shows_can_run(strict_app: Flask) -> None:
    admin, _ = enrolled(strict_app, "admin")
    evil = '<img src=x onerror="alert(1)">'
    admin.send("/people", login="hoa", name=evil, role="viewer")
    assert evil not in page(admin, "/people")
    assert "&lt;img src=x" in page(admin, "/people")
    for path in ("/people", "/me", "/login"):
        text = page(admin, path)
        assert " style=" not in text
        assert "<script>" not in text


def test_an_official_keeps_his_account_and_switches_language_and_light_but_opens_no_desk(strict_app: Flask) -> None:
    official = Visitor(strict_app, "official")
    assert official.get("/me").status_code == 200
    assert official.send("/language/en", next="/me").location == "/me"
    assert "Change password" in page(official, "/me")
    assert official.get("/people").location == "/dt/"
    assert official.post("/api/stop", {"hamlets": ["all"]}).status_code == 403
