"""Bulletins of every class, as a person would read them aloud; and those that nobody may guess."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest

from edge.core.normalise_vi import TEXT_BYTES_MAX, Accent, Kind, TextTooLongError, normalise

HERE = Path(__file__).parent


def _rows(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [[_unescape(cell) for cell in row] for row in rows]


def _unescape(cell: str) -> str:
    for written, char in (("\\n", "\n"), ("\\u00a0", "\u00a0"), ("\\u200b", "\u200b"), ("\\u3000", "\u3000")):
        cell = cell.replace(written, char)
    return cell.replace("\\u202f", "\u202f")


SPOKEN = _rows("normalise_vi_spoken.tsv")
UNREAD = _rows("normalise_vi_unread.tsv")


@pytest.mark.parametrize(("kind", "written", "spoken"), SPOKEN, ids=[f"{row[0]}: {row[1]}" for row in SPOKEN])
def test_it_is_read_as_a_person_would(kind: str, written: str, spoken: str) -> None:
    result = normalise(written)
    assert (result.spoken, result.unread) == (spoken, ()), kind


@pytest.mark.parametrize(("kind", "written", "spoken"), SPOKEN)
def test_decomposed_text_is_read_the_same(kind: str, written: str, spoken: str) -> None:
    assert normalise(unicodedata.normalize("NFD", written)) == normalise(written), kind


@pytest.mark.parametrize(("kind", "written", "spoken"), SPOKEN)
def test_what_was_spoken_is_read_as_itself(kind: str, written: str, spoken: str) -> None:
    again = normalise(spoken)
    assert (again.spoken, again.unread) == (spoken, ()), kind


@pytest.mark.parametrize(("written", "tokens", "suggestion"), UNREAD, ids=[row[0] for row in UNREAD])
def test_it_is_refused_and_not_guessed(written: str, tokens: str, suggestion: str) -> None:
    result = normalise(written)
    assert [unread.token for unread in result.unread] == tokens.split("|")
    assert all(result.source[unread.start : unread.end] == unread.token for unread in result.unread)
    assert suggestion == "-" or any(suggestion in held for unread in result.unread for held in unread.suggestions)
    assert not result.complete


def test_the_table_has_every_class_and_enough_cases() -> None:
    assert len(SPOKEN) >= 150
    assert len({row[0] for row in SPOKEN}) >= 24


SOUTH = [
    ("1.005 hộ", "một ngàn không trăm lẻ năm hộ"),
    ("24 hộ", "hai mươi bốn hộ"),
    ("104 người", "một trăm lẻ bốn người"),
    ("4‰", "bốn phần ngàn"),
    ("50k", "năm mươi ngàn"),
    ("thứ 4, tháng 4", "thứ tư, tháng tư"),
]


@pytest.mark.parametrize(("written", "spoken"), SOUTH)
def test_the_south_says_its_own_number_words(written: str, spoken: str) -> None:
    assert normalise(written, accent=Accent.SOUTH).spoken == spoken


def test_spans_cover_what_is_spoken_otherwise() -> None:
    result = normalise("🌧 UBND xã: từ 7h, ngày 22/11, mưa 50mm")
    marked = [(span.source, span.spoken, span.kind) for span in result.spans]
    assert marked == [
        ("🌧", "", Kind.SILENT),
        ("UBND", "ủy ban nhân dân", Kind.ABBREVIATION),
        ("7h", "bảy giờ", Kind.TIME),
        ("22/11", "hai mươi hai tháng mười một", Kind.DATE),
        ("50mm", "năm mươi mi li mét", Kind.QUANTITY),
    ]
    assert all(result.source[span.start : span.end] == span.source for span in result.spans)


def test_text_without_tone_marks_is_refused_word_by_word() -> None:
    result = normalise("Thong bao toan dan den nha van hoa")
    assert len(result.unread) == 8
    assert result.spoken == ""


def test_both_styles_of_tone_marks_are_plain_words() -> None:
    assert normalise("hoà bình, hòa bình, thuỷ lợi, thủy lợi, khoẻ, khỏe").complete


def test_a_text_longer_than_a_bulletin_is_refused_whole() -> None:
    with pytest.raises(TextTooLongError, match="64 KiB"):
        normalise("ạ" * TEXT_BYTES_MAX)


def test_nothing_is_read_from_nothing() -> None:
    assert normalise("").spoken == ""
    assert normalise(" \n\t").complete


LINEAR_BYTES = TEXT_BYTES_MAX // 4
"""Four times as much is the bench's (`./run bench reader`); here it would take a minute on a busy machine."""
HOSTILE = [
    "(",
    "a.",
    "1",
    "1,",
    "1 ",
    " -5",
    "a@",
    "\u200b",
    "v.v.",
    "V",
    "'a",
    "⛈",
    "a.vn/",
    "3x",
    "+84",
    "x-",
    "1/2 ",
]


@pytest.mark.parametrize("unit", [*HOSTILE, "Lúc 17g30 ngày 22/11 mưa 50-80 mm. "])
def test_reading_takes_linear_time(unit: str) -> None:
    """Two sizes of the same text; a quadratic reader would need sixteen times as long for four times the text."""
    text = unit * (LINEAR_BYTES // len(unit.encode()))
    quarter, whole = _seconds(text[: len(text) // 4]), _seconds(text)
    assert whole < max(10 * quarter, 0.25)


def _seconds(text: str) -> float:
    """Of this thread's own work: what else runs on the machine is no part of it."""
    began = time.thread_time()
    normalise(text)
    return time.thread_time() - began
