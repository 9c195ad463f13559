from html.parser import HTMLParser

from edge.core.moment import AtMs
from edge.hub.page import render

BOX = {"source": "/xa/dong-son/box/1", "last_seen_ms": 1_000_000, "events": 3, "duplicates": 1, "rejected": 0}
ALARM = {
    "source": "/xa/dong-son/box/2",
    "type": "vn.molang.incident.opened.v1",
    "subject": "1-1",
    "at_ms": 0,
    "clock": "floor",
    "data": {"title": "<script>alert(1)</script>", "severity": "severe"},
}
COUNT = {"source": "/xa/dong-son/box/1", "type": "vn.molang.reading.taken.v1", "n": 7}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.outside += [str(value) for name, value in attrs if name in ("src", "href")]


def test_the_page_tells_who_is_silent_what_came_and_from_where() -> None:
    html = render([BOX], [COUNT], [ALARM], AtMs(1_000_000 + 600_000))
    for words in ("dong-son", "10 phút trước", "silent", "số đo", "hộp 2", "nặng", "hộp không biết giờ", "07:00:00"):
        assert words in html


def test_words_of_a_box_are_never_markup_and_nothing_is_fetched() -> None:
    tags = Tags()
    tags.feed(render([BOX], [COUNT], [ALARM], AtMs(0)))
    assert "script" not in tags.seen
    assert tags.outside == []


def test_an_empty_province_says_so() -> None:
    assert render([], [], [], AtMs(0)).count("Chưa có gì.") == 3
