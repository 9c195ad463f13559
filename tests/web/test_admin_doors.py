"""Who may open the pages of the office, and what a foolish request gets."""

import os
import time
from pathlib import Path

import pytest
from flask import Flask

from edge.store.schema import open_writer
from tests.web.stage import settings_in, write
from tests.web.visitor import Visitor
from web.app import create_app
from web.settings_watch import follow

MAY = {
    "/settings": {"technician", "leader", "admin"},
    "/settings/history": {"technician", "leader", "admin"},
    "/shift": {"duty", "operator", "leader"},
    "/requests": {"duty", "leader", "admin"},
    "/audit": {"leader", "admin"},
}
ROLES = ("duty", "operator", "leader", "technician", "admin")


@pytest.fixture
def app(folder: Path) -> Flask:
    open_writer(folder / "molang.db").close()
    return create_app(settings_in(folder))


@pytest.mark.parametrize("path", MAY)
def test_a_page_opens_for_its_people_and_for_nobody_else(app: Flask, path: str) -> None:
    found = {role for role in ROLES if Visitor(app, role).get(path).status_code == 200}
    assert found == MAY[path]
    assert all(Visitor(app, role).get(path).status_code == 403 for role in set(ROLES) - MAY[path])
    assert Visitor(app).get(path).status_code == 302


@pytest.mark.parametrize(
    "path", ["/api/settings/Camera", "/api/settings/camera?row=x", "/api/settings/camera?row=999", "/audit?before=-1"]
)
def test_a_foolish_address_is_refused(app: Flask, path: str) -> None:
    assert Visitor(app, "leader").get(path).status_code == 400


@pytest.mark.parametrize("path", ["preview", "apply", "versions/0/undo", "versions/99999999999999999/preview"])
def test_a_foolish_change_is_refused(app: Flask, path: str) -> None:
    assert Visitor(app, "technician").post(f"/api/settings/{path}", {"base": "x"}).status_code == 400


def test_an_odd_search_finds_nothing_and_breaks_nothing(app: Flask) -> None:
    answer = Visitor(app, "leader").get("/audit?day=2026-13-45&text=%25'--&user=<b>&about=request")
    assert answer.status_code in (200, 400)


def test_pages_follow_the_settings_that_the_supervisor_writes_anew(folder: Path, app: Flask) -> None:
    path = folder / "web.json"
    write(settings_in(folder), path)
    follow(app, path)
    lan = Visitor(app, "leader")
    path.unlink()
    write(settings_in(folder, commune="Xã Mới"), path)
    os.utime(path, ns=(1, 1))
    time.sleep(1.1)
    assert "Xã Mới" in lan.get("/settings").get_data(as_text=True)
