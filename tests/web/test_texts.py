"""The catalogue: no sentence of the pages is missing, none is left over, and none goes past it."""

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.web import sentences
from tests.web.sentences import SCRIPTS, TEMPLATES, VALUE, WEB
from tests.web.visitor import Visitor

ENGLISH: dict[str, str] = json.loads((WEB / "texts" / "en.json").read_text())


def test_every_sentence_that_the_pages_say_has_its_english() -> None:
    assert sentences.missing() == []


def test_the_catalogue_holds_nothing_that_no_page_says() -> None:
    used = sentences.said()
    assert [text for text in ENGLISH if text not in used] == []


def test_both_languages_fill_the_same_values() -> None:
    assert [text for text, said in ENGLISH.items() if set(VALUE.findall(text)) != set(VALUE.findall(said))] == []


def test_no_english_is_left_in_vietnamese() -> None:
    examples = ("For example", "Decision 18", "Read", "NVH", "Mõ Làng")  # what people type here is Vietnamese
    left = [said for said in ENGLISH.values() if sentences.VIETNAMESE.search(said) and not said.startswith(examples)]
    assert left == [text for text in left if "“" in text or "Decision" in text or "Bru-Vân" in text]


@pytest.mark.parametrize("path", [*SCRIPTS, *TEMPLATES], ids=lambda path: path.name)
def test_no_word_of_a_page_goes_past_the_catalogue(path: Path) -> None:
    assert sentences.bypasses(path) == []


def test_a_sentence_past_the_catalogue_is_noticed(tmp_path: Path) -> None:
    script, page = tmp_path / "a.js", tmp_path / "a.html"
    script.write_text('say("Loa đang phát"); t("Đã nghe"); `${t("Xã")} · ${one ? `dừng ${n}` : "chạy"}`;\n')
    page.write_text('<p title="{{ name }}">Loa</p>{{ _("Đã nghe") }}{% set x = "thôn Đông" %}')
    assert len(sentences.bypasses(script)) >= 1
    assert len(sentences.bypasses(page)) == 2


def test_the_switch_changes_the_page_and_the_problem_that_it_tells(app: Flask) -> None:
    visitor = Visitor(app, "duty")
    answer = visitor.client.post("/language/en", data={"csrf": visitor.csrf, "next": "/duty"})
    assert answer.headers["Location"] == "/duty"
    assert 'lang="en"' in visitor.get("/duty").get_data(as_text=True)
    assert "Write" in visitor.get("/panel").get_data(as_text=True)
    assert visitor.get("/stills/none.jpg").get_json()["loi"] == "There is no such page or file."
    visitor.client.post("/language/vi", data={"csrf": visitor.csrf, "next": "//elsewhere.example"})
    assert "Soạn tin" in visitor.get("/panel").get_data(as_text=True)


def test_the_phone_gets_only_what_it_says(app: Flask) -> None:
    script = Visitor(app).get("/texts/phone-en.js").get_data(as_text=True)
    assert '"Tôi nhận": "I take it"' in script
    assert "Storm mode" not in script
