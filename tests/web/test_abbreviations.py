"""The page of the commune's abbreviations: through the server, and in a real browser."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from flask import Flask

from tests.web.control import paper_supervisor
from tests.web.paper_commune import PaperCommune, now_ms
from tests.web.scenery import busy
from tests.web.screen import DESK, NEEDS_CHROMIUM, browser_page, log_in, until
from tests.web.stage import Stage, settings_in, stage
from tests.web.visitor import Visitor
from web.app import create_app

ENTRY = {"written": "NHX", "spoken": "nhà họp xóm", "scope": "as_written"}


@pytest.fixture
def commune(folder: Path) -> Iterator[PaperCommune]:
    with paper_supervisor(folder) as commune:
        yield commune


@pytest.fixture
def app(folder: Path, commune: PaperCommune) -> Flask:
    return create_app(settings_in(folder))


def test_an_entry_is_added_listed_read_with_and_taken_out(app: Flask) -> None:
    lan = Visitor(app, "operator")
    assert lan.post("/api/abbreviations", ENTRY).get_json()["rows"][0]["spoken"] == "nhà họp xóm"
    assert lan.get("/api/abbreviations").get_json()["rows"][0]["written"] == "NHX"
    assert lan.post("/api/read", {"text": "đến NHX"}).get_json()["spoken"] == "đến nhà họp xóm"
    gone = lan.post("/api/abbreviations/remove", {"written": "NHX", "scope": "as_written"})
    assert gone.get_json()["rows"] == []


def test_a_wrong_entry_is_told_in_a_sentence(app: Flask) -> None:
    answer = Visitor(app, "operator").post("/api/abbreviations", {**ENTRY, "spoken": "nhà facebook"})
    assert answer.status_code == 409
    assert "facebook" in answer.get_json()["loi"]


@pytest.mark.parametrize("body", [{"written": "A"}, {**ENTRY, "scope": "hamlet"}, {**ENTRY, "more": 1}])
def test_a_foolish_body_is_refused(app: Flask, body: dict[str, object]) -> None:
    assert Visitor(app, "operator").post("/api/abbreviations", body).status_code == 400


def test_an_entry_is_tried_on_a_sentence(app: Flask, commune: PaperCommune) -> None:
    tried = Visitor(app, "duty").post("/api/abbreviations/try", {**ENTRY, "text": "Họp tại NHX lúc 7h."}).get_json()
    assert tried["spoken"] == "họp tại nhà họp xóm lúc bảy giờ."
    assert commune.dictionary.entries == {}


@pytest.mark.parametrize("path", ["/abbreviations", "/api/abbreviations"])
def test_strangers_see_no_table(app: Flask, path: str) -> None:
    assert Visitor(app).get(path).status_code in (302, 401)


@pytest_asyncio.fixture(loop_scope="session")
async def running(folder: Path) -> AsyncIterator[Stage]:
    async with stage(folder, busy(now_ms()), {}) as running:
        yield running


@NEEDS_CHROMIUM
async def test_an_unread_word_of_a_notice_finds_its_way_into_the_table(running: Stage) -> None:
    async with browser_page(DESK) as page:
        await log_in(page, running, "operator")
        await page.fill("#text", "Họp tại NHX lúc 7h.")
        await page.click("a.to-table")
        await page.wait_for_url("**/abbreviations?written=NHX")
        await page.fill("input[name=spoken]", "nhà họp xóm")
        await until(page, "document.querySelector('#spoken').textContent.includes('nhà họp xóm')")
        await page.click("#save")
        await until(page, "document.querySelector('[data-written=NHX]') !== null")
        await page.goto(f"{running.url}/panel#soan")
        await until(page, "document.querySelector('#spoken').textContent.includes('nhà họp xóm')")
        await page.goto(f"{running.url}/abbreviations")
        await page.click("text=Xoá")
        await page.click("text=Xoá thật")
        await until(page, "document.querySelector('#empty').hidden === false")
