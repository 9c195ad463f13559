"""The golden set's own form. How well the reader reads it is asserted elsewhere."""

import re
import unicodedata
from collections import Counter
from itertools import islice

from hil.prove.voice.golden import GOLDEN, REFUSE, Bulletin, accepts, expand, judge, load, missing, words

CLASS_LINES_MIN = 12
READ_MIN = 400
ORDINARY_MIN = 220
EXPANSIONS_MAX = 50_000
_README = GOLDEN.with_name("README.md")
BULLETINS = load()
TO_READ = [each for each in BULLETINS if not each.to_refuse]
TO_REFUSE = [each for each in BULLETINS if each.to_refuse]
SUBJECTS = (
    "time", "date", "level", "rain", "wind", "discharge", "temperature", "money", "percent", "decimal", "range",
    "fraction", "phone", "document", "plate", "id", "roman", "unit", "address", "kmpost", "ordinal", "abbreviation",
    "foreign", "email", "url", "emoji", "capitals", "nfd", "spaces", "marks", "vaccination", "meeting", "power",
    "water", "fees", "season", "storm", "flood", "dam", "fire", "lostchild", "pension", "recruits", "clinic",
    "idcard", "women", "evacuation", "hydrology", "epidemic", "traffic", "land", "refuse",
)  # fmt: skip


def test_every_line_has_an_id_and_a_text_of_its_own() -> None:
    assert len({each.id for each in BULLETINS}) == len(BULLETINS)
    assert len({each.text for each in BULLETINS}) == len(BULLETINS)
    assert all(re.fullmatch(rf"{each.class_}-\d{{3}}", each.id) for each in BULLETINS)


def test_the_set_is_as_large_as_the_issue_asks() -> None:
    assert len(TO_READ) >= READ_MIN
    assert sum(each.ordinary for each in TO_READ) >= ORDINARY_MIN


def test_every_class_has_its_dozen_and_none_is_unknown() -> None:
    counts = Counter(each.class_ for each in BULLETINS)
    assert set(counts) == set(SUBJECTS)
    assert min(counts.values()) >= CLASS_LINES_MIN


def test_texts_are_composed_and_only_those_of_the_nfd_class_are_not() -> None:
    composed = {each.id for each in BULLETINS if unicodedata.is_normalized("NFC", each.text)}
    assert composed == {each.id for each in BULLETINS if each.class_ != "nfd"}
    assert all(unicodedata.is_normalized("NFD", each.text) for each in BULLETINS if each.class_ == "nfd")


def test_a_text_is_to_be_read_or_to_be_refused_and_never_both() -> None:
    assert all(each.spoken and not each.unread for each in TO_READ)
    assert all(each.unread and not each.spoken and not each.facts and not each.ordinary for each in TO_REFUSE)


def test_what_is_to_be_refused_stands_in_its_text() -> None:
    assert [each.id for each in TO_REFUSE if not all(token in each.text for token in each.unread)] == []


def test_readings_and_facts_are_plain_lower_case_words_and_choices() -> None:
    for each in TO_READ:
        for reading in (*each.spoken, *(choice for fact in each.facts for choice in fact)):
            assert re.fullmatch(r"[^\W\d_]+|", reading.translate(str.maketrans("", "", " {}|"))), each.id
            assert reading == unicodedata.normalize("NFC", reading).lower(), each.id
            assert not re.search(r"[^ {|]\{|\}[^ }|]", reading), f"{each.id}: a choice holds whole words"


def test_every_accepted_reading_holds_every_fact() -> None:
    lacking = [
        (each.id, fact)
        for each in TO_READ
        for reading in each.spoken
        for fact in each.facts
        if not (any(_written_in(choice, reading) for choice in fact) or _heard_in_all(fact, reading))
    ]
    assert lacking == []


def test_the_facts_stand_in_the_order_of_the_reading() -> None:
    firsts = [(each.id, missing(each.facts, next(expand(reading)))) for each in TO_READ for reading in each.spoken]
    assert [(name, lost) for name, lost in firsts if lost] == []


def test_a_reading_is_compared_by_its_words_alone() -> None:
    reading = "hòa {linh|lẻ} {|năm} mét"
    assert accepts(reading, "Hoà, lẻ mét.")
    assert accepts(reading, "hòa linh  năm mét")
    assert not accepts(reading, "hòa linh mét rưỡi")
    assert not accepts(reading, "hòa mét")
    assert words("Ki-lô-mét") == " ki lô mét"


def test_a_fact_counts_only_as_whole_words_behind_the_fact_before() -> None:
    assert missing([["ba {|mươi} mét"]], "cao ba mét, rồi") == []
    assert missing([["a mét"]], "cao ba mét") == [["a mét"]]
    assert missing([["bảy giờ"], ["mười bảy giờ"]], "từ bảy giờ đến mười bảy giờ") == []
    assert missing([["bảy giờ"], ["mười bảy giờ"]], "từ sáu giờ đến mười bảy giờ") == [["mười bảy giờ"]]
    assert missing([["năm mét"], ["năm mét"]], "năm mét") == [["năm mét"]]


def test_choices_are_expanded_first_ones_first() -> None:
    assert [" ".join(each.split()) for each in expand("một {hai|{ba|}} bốn")] == [
        "một hai bốn",
        "một ba bốn",
        "một bốn",
    ]


def test_the_judge_tells_right_from_differing_from_wrong_from_refused() -> None:
    line = Bulletin("time-001", "time", "5h", ("năm giờ",), (("năm giờ",),), ordinary=True)
    refuse = Bulletin("refuse-001", REFUSE, "25h70", unread=("25h70",))
    assert judge([line], lambda _: "Năm giờ.").ordinary_right_share == 1
    assert [each.id for each in judge([line], lambda _: "đúng năm giờ").differing] == ["time-001"]
    assert [each.missing for each in judge([line], lambda _: "sáu giờ").wrong_facts] == [("năm giờ",)]
    assert judge([line], lambda _: None).refused_share == 1
    assert judge([refuse], lambda _: None).refuse_missed == []
    assert len(judge([refuse], lambda _: "hai mươi lăm giờ bảy mươi").refuse_missed) == 1


def test_the_readme_counts_what_is_there() -> None:
    readme = _README.read_text(encoding="utf-8")
    counts = Counter(each.class_ for each in BULLETINS)
    told = {name: int(count) for name, count in re.findall(r"\b([a-z]+) (\d+)\b", readme.split("## Classes", 1)[1])}
    assert {name: told.get(name) for name in counts} == dict(counts)


def _written_in(fact: str, reading: str) -> bool:
    """Whether the fact stands in the reading as it is written, outside of any choice: then every reading holds it."""
    at = f" {reading} ".find(f" {fact} ")
    return at >= 0 and reading[:at].count("{") == reading[:at].count("}")


def _heard_in_all(fact: tuple[str, ...], reading: str) -> bool:
    every = list(islice(expand(reading), EXPANSIONS_MAX + 1))
    return len(every) <= EXPANSIONS_MAX and not any(missing([fact], each) for each in every)
