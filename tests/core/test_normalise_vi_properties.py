"""What holds for every text and every number, not only for those somebody thought of."""

from __future__ import annotations

import datetime
import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.core.normalise_vi import Accent, normalise, number_to_words, words_to_number
from edge.core.normalise_vi.abbreviations import ABBREVIATIONS, AMBIGUOUS, COMPOUNDS, DOTTED
from edge.core.normalise_vi.documents import CODES
from edge.core.normalise_vi.foreign import FOREIGN
from edge.core.normalise_vi.internet import SIGNS, WORDS
from edge.core.normalise_vi.letters import LETTER_NAMES
from edge.core.normalise_vi.numbers import LARGEST, words_to_digits
from edge.core.normalise_vi.syllable import is_syllable
from edge.core.normalise_vi.units import MONEY, THOUSAND, UNITS


def _words(line: str) -> list[str]:
    return line.split(" ")


ACCENTS = st.sampled_from(Accent)
NUMBERS = st.one_of(st.integers(0, LARGEST), st.integers(0, 12_000), st.integers(0, 15).map(lambda e: 10**e - 1))
BITS = st.sampled_from(
    _words(
        "ngày tháng thứ lúc từ đến thôn số cấp báo động UBND TT. TP. Huế BĐ3 Km 12+500 +3,5 m 0,05m -5°C 17h30 5g"
        " 22/11 2/9 22-25/11/2026 1.234 1,234 1,5 05 0913 456 789 12/TB-UBND XIV V/v đ/c Nguyễn A Facebook 50k/ % ‰"
        " m3/s – ( ) ... : ❌ ⚠️ \n \u00a0 \u200b v.v. ĐT: T7 75A-123.45 x@y.vn 1/2 hộ hà nội lần/ngày 4G H'Mông qúy"
    )
)
SENTENCES = st.lists(BITS, max_size=14).flatmap(
    lambda bits: st.sampled_from([" ", "", ", "]).map(lambda joint: joint.join(bits))
)
TEXTS = st.one_of(st.text(max_size=80), SENTENCES, st.text("0123456789.,/:-+hgmđ%x kKT()'", max_size=30))


@given(NUMBERS, ACCENTS)
@settings(max_examples=400)
def test_a_number_is_heard_as_it_was_said(number: int, accent: Accent) -> None:
    assert words_to_number(number_to_words(number, accent)) == number


def test_every_number_below_twenty_thousand_is_heard_and_no_two_sound_alike() -> None:
    for accent in Accent:
        said = [number_to_words(number, accent) for number in range(20_000)]
        assert [words_to_number(words) for words in said] == list(range(20_000))
        assert len(set(said)) == len(said)


@given(st.lists(st.sampled_from(_words("không một năm lăm mốt tư mười mươi trăm linh nghìn triệu tỷ hai"))))
def test_words_are_a_number_only_if_somebody_would_say_them_so(words: list[str]) -> None:
    phrase = " ".join(words)
    try:
        number = words_to_number(phrase)
    except ValueError:
        return
    assert phrase in {number_to_words(number, Accent.NORTH), number_to_words(number, Accent.SOUTH), _mixed(number)}


def _mixed(number: int) -> str:
    """Linh from the north with bốn from the south is understood too."""
    return number_to_words(number, Accent.SOUTH).replace("lẻ", "linh").replace("ngàn", "nghìn")


@given(TEXTS, ACCENTS)
@settings(max_examples=400, deadline=None)
@example("1" * 5000, Accent.NORTH)
@example("\ud800", Accent.NORTH)
def test_any_text_is_read_or_refused_but_never_fails(text: str, accent: Accent) -> None:
    result = normalise(text, accent=accent)
    places = sorted(
        [(span.start, span.end) for span in result.spans] + [(part.start, part.end) for part in result.unread]
    )
    assert all(start < end for start, end in places)
    assert all(before[1] <= after[0] for before, after in zip(places, places[1:], strict=False))
    assert all(result.source[span.start : span.end] == span.source for span in result.spans)
    assert all(result.source[part.start : part.end] == part.token for part in result.unread)
    assert not any(char.isdigit() or char.isupper() for char in result.spoken)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_a_complete_reading_holds_only_syllables_and_is_read_as_itself(text: str) -> None:
    result = normalise(text)
    if not result.complete:
        return
    words = result.spoken.translate(str.maketrans("", "", ".,!?;:")).split()
    assert all(is_syllable(word) for word in words), result
    assert normalise(result.spoken).spoken == result.spoken
    assert normalise(result.spoken).complete


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_composed_and_decomposed_text_are_the_same(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert normalise(composed) == normalise(decomposed)


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from("hg:"), ACCENTS)
def test_every_time_of_day_is_heard_as_written(hour: int, minute: int, mark: str, accent: Accent) -> None:
    result = normalise(f"lúc {hour}{mark}{minute:02}", accent=accent)
    said_hour, _, said_minute = result.spoken.removeprefix("lúc ").partition(" giờ")
    assert result.complete
    assert words_to_number(said_hour) == hour
    assert words_to_number(said_minute.removesuffix("phút").strip() or "không") == minute


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)), st.sampled_from("/-."), ACCENTS)
def test_every_date_is_heard_as_written(day: datetime.date, mark: str, accent: Accent) -> None:
    result = normalise(f"ngày {day.day}{mark}{day.month:02}{mark}{day.year}", accent=accent)
    said_day, _, rest = result.spoken.removeprefix("ngày ").partition(" tháng ")
    month = next(length for length in (3, 2, 1) if rest.split()[length : length + 1] == ["năm"])
    said_month, said_year = " ".join(rest.split()[:month]), " ".join(rest.split()[month + 1 :])
    assert words_to_number(said_day) == day.day
    assert (4 if said_month == "tư" else words_to_number(said_month)) == day.month
    assert words_to_number(said_year) == day.year


@given(st.sampled_from("35789"), st.text("0123456789", min_size=8, max_size=8), st.sampled_from([" ", ".", ""]))
def test_every_mobile_number_is_spelled(first: str, rest: str, gap: str) -> None:
    number = "0" + first + rest
    result = normalise(f"gọi {number[:4]}{gap}{number[4:7]}{gap}{number[7:]}")
    assert result.complete
    assert words_to_digits(result.spoken.removeprefix("gọi ")) == number


@given(st.integers(0, 999_999), st.text("0123456789", min_size=1, max_size=2), st.sampled_from("+-"))
def test_every_level_is_heard_with_its_sign_and_all_its_digits(whole: int, part: str, sign: str) -> None:
    result = normalise(f"cao trình {sign}{whole},{part} m")
    said_sign, *number = result.spoken.removeprefix("cao trình ").removesuffix(" mét").split()
    said_whole, _, said_part = " ".join(number).partition(" phẩy ")
    assert said_sign == {"+": "cộng", "-": "âm"}[sign]
    assert (words_to_number(said_whole), words_to_digits(said_part)) == (whole, part)


def test_every_table_speaks_only_syllables() -> None:
    tables = (ABBREVIATIONS, COMPOUNDS, DOTTED, FOREIGN, SIGNS, WORDS, LETTER_NAMES, MONEY, UNITS, CODES)
    said = {word for table in tables for words in table.values() for word in words.replace(THOUSAND, "nghìn").split()}
    said |= {word for meanings in AMBIGUOUS.values() for words in meanings for word in words.split()}
    assert [word for word in sorted(said) if not is_syllable(word)] == []


def test_no_abbreviation_is_both_certain_and_ambiguous() -> None:
    assert not ABBREVIATIONS.keys() & AMBIGUOUS.keys()
    assert [word for word in FOREIGN if is_syllable(word)] == []
