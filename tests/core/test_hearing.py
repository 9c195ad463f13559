"""The ear inside the reader: it agrees with every right reading, and hears any word that was changed."""

from __future__ import annotations

import pytest

from edge.core.normalise_vi import Kind, normalise
from edge.core.normalise_vi.hearing import heard_as_written
from hil.prove.voice.golden import load

CHECKED = {Kind.TIME, Kind.DATE, Kind.PHONE, Kind.RATIO, Kind.QUANTITY, Kind.NUMBER}
WORDS = {
    "một": "hai", "hai": "ba", "ba": "bốn", "bốn": "năm", "tư": "năm", "năm": "sáu", "sáu": "bảy", "bảy": "tám",
    "tám": "chín", "chín": "một", "không": "một", "mốt": "hai", "lăm": "sáu", "mười": "hai mươi",
}  # fmt: skip
SPANS = [(span.kind, span.source, span.spoken) for each in load() for span in normalise(each.text).spans]
FACTS = [span for span in SPANS if span[0] in CHECKED]


def test_the_golden_set_has_facts_of_every_class() -> None:
    assert {kind for kind, _, _ in FACTS} == CHECKED
    assert len(FACTS) > 800


def test_it_agrees_with_what_was_read() -> None:
    assert [fact for fact in FACTS if not heard_as_written(*fact)] == []


def test_it_hears_every_digit_word_that_was_changed() -> None:
    deaf = []
    for kind, source, spoken in FACTS:
        words = spoken.split()
        for at, word in enumerate(words):
            other = WORDS.get(word.rstrip(","))
            is_year = word == "năm" and (
                at == 0 or words[at + 1 : at + 2] in (["một"], ["hai"]) or words[at - 1] == "mỗi"
            )
            if other is None or is_year or source in {"½", "⅓", "¼", "¾"}:
                continue
            changed = " ".join([*words[:at], other, *words[at + 1 :]])
            if heard_as_written(kind, source, changed):
                deaf.append((source, changed))
    assert deaf == []


@pytest.mark.parametrize(
    ("kind", "source", "wrong"),
    [
        (Kind.TIME, "17h30", "mười bảy giờ"),
        (Kind.TIME, "17h30", "ba mươi giờ mười bảy phút"),
        (Kind.TIME, "7h-11h30", "bảy giờ đến mười một giờ"),
        (Kind.TIME, "7h15", "bảy giờ kém mười lăm phút"),
        (Kind.DATE, "5/10", "ngày mười tháng năm"),
        (Kind.DATE, "22/11/2026", "ngày hai mươi hai tháng mười một"),
        (Kind.DATE, "2026-11-05", "ngày mười một tháng năm năm hai nghìn không trăm hai mươi sáu"),
        (Kind.PHONE, "0913 456 789", "không chín một ba bốn năm sáu bảy chín tám"),
        (Kind.PHONE, "113", "một trăm mười ba"),
        (Kind.RATIO, "2/3", "ba phần hai"),
        (Kind.QUANTITY, "+3,5 m", "ba phẩy năm mét"),
        (Kind.QUANTITY, "-3,5 m", "cộng ba phẩy năm mét"),
        (Kind.QUANTITY, "0,05m", "không phẩy năm mét"),
        (Kind.QUANTITY, "20m2", "hai mươi mét hai"),
        (Kind.QUANTITY, "50 mm", "năm mươi xen ti mét"),
        (Kind.QUANTITY, "1.500 m3/s", "một phẩy năm mét khối trên giây"),
        (Kind.QUANTITY, "1,5 triệu", "một phẩy năm tỷ"),
        (Kind.QUANTITY, "10-15%", "mười phần trăm"),
        (Kind.NUMBER, "1.234", "một phẩy hai ba"),
    ],
)
def test_it_hears_what_is_missing_or_out_of_place(kind: Kind, source: str, wrong: str) -> None:
    assert not heard_as_written(kind, source, wrong)
