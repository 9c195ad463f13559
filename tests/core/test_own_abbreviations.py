"""The operator's own table: what wins, where it holds, what it refuses, and what tells two tables apart."""

from __future__ import annotations

import pytest

from edge.core.normalise_vi import VERSION, Abbreviation, Abbreviations, Scope, normalise, problem, tidied, version_with


def _table(*entries: tuple[str, str] | tuple[str, str, Scope]) -> Abbreviations:
    return Abbreviations.of(Abbreviation(*entry) for entry in entries)


OURS = _table(("TT", "trung tâm"), ("BĐ", "bưu điện"), ("NMN", "nhà máy nước"))
BEFORE = _table(("P", "phòng", Scope.BEFORE_NUMBER), ("CT", "cao tốc", Scope.BEFORE_NUMBER), ("CT", "chủ tịch"))


def test_the_operators_abbreviations_win_over_ours() -> None:
    assert normalise("TT xã, BĐ, NMN", abbreviations=OURS).spoken == "trung tâm xã, bưu điện, nhà máy nước"


@pytest.mark.parametrize("glued", ["NMN5", "NMN-5", "NMN.5", "NMN 5"])
def test_an_abbreviation_may_stand_right_before_a_number(glued: str) -> None:
    assert normalise(f"gần {glued}", abbreviations=OURS).spoken == "gần nhà máy nước năm"


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("P.201 và P 5", "phòng hai trăm linh một và phòng năm"),
        ("CT 2 mở", "cao tốc hai mở"),
        ("CT xã", "chủ tịch xã"),
        ("mời CT dự", "mời chủ tịch dự"),
    ],
)
def test_a_scope_before_a_number_wins_there_and_only_there(written: str, spoken: str) -> None:
    assert normalise(written, abbreviations=BEFORE).spoken == spoken


def test_a_scope_before_a_number_leaves_the_rest_unread() -> None:
    assert [unread.token for unread in normalise("gặp P nhé", abbreviations=BEFORE).unread] == ["P"]


def test_no_entry_changes_a_level_of_the_river() -> None:
    said = "bưu điện xã, trên báo động ba, báo động hai"
    assert normalise("BĐ xã, trên BĐ3, BĐ II", abbreviations=OURS).spoken == said


@pytest.mark.parametrize("written", ["nvh", "NVH", "Nvh"])
def test_any_case_is_any_case(written: str) -> None:
    table = _table(("nvh", "nhà vui họp", Scope.ANY_CASE))
    assert normalise(f"đến {written}", abbreviations=table).spoken == "đến nhà vui họp"


def test_as_written_is_these_letters_only() -> None:
    assert [unread.token for unread in normalise("nmn, NMN", abbreviations=OURS).unread] == ["nmn"]


@pytest.mark.parametrize(
    ("written", "spoken"), [("KT-VX", "kinh tế và văn xã"), ("V/c", "về chuyện"), ("T.Ủ", "thị ủy")]
)
def test_a_compound_is_one_entry(written: str, spoken: str) -> None:
    assert normalise(f"ban {written} xã", abbreviations=_table((written, spoken))).spoken == f"ban {spoken} xã"


def test_a_part_of_a_compound_is_read_by_the_table_too() -> None:
    assert normalise("NMN-UBND", abbreviations=OURS).spoken == "nhà máy nước ủy ban nhân dân"


@pytest.mark.parametrize("spoken", ["Facebook", "5 hộ", "", "ban, chỉ huy"])
def test_an_entry_with_a_problem_refuses_its_tokens(spoken: str) -> None:
    assert [unread.token for unread in normalise("gửi NMN", abbreviations=_table(("NMN", spoken))).unread] == ["NMN"]


@pytest.mark.parametrize(
    ("written", "spoken", "scope", "says"),
    [
        ("", "ban", Scope.AS_WRITTEN, "Chưa ghi chữ tắt"),
        ("A" * 21, "ban", Scope.AS_WRITTEN, "tối đa 20"),
        ("A 1", "ban", Scope.AS_WRITTEN, "không có chữ số"),
        ("BĐ3", "báo động", Scope.AS_WRITTEN, "không có chữ số"),
        ("-AB", "ban", Scope.AS_WRITTEN, "chỉ gồm chữ cái"),
        ("P", "phòng", Scope.AS_WRITTEN, "đứng một mình"),
        ("nam", "ban", Scope.AS_WRITTEN, "tiếng Việt"),
        ("AN", "an ninh", Scope.ANY_CASE, "tiếng Việt"),
        ("BĐ", "bưu điện", Scope.BEFORE_NUMBER, "báo động lũ"),
        ("NMN", "", Scope.AS_WRITTEN, "Chưa ghi cách đọc"),
        ("NMN", "nhà máy facebook", Scope.AS_WRITTEN, "“facebook”"),
        ("NMN", "qúy nhà", Scope.AS_WRITTEN, "“quý”"),
        ("NMN", "ba " * 17, Scope.AS_WRITTEN, "tối đa 16"),
    ],
)
def test_a_wrong_entry_is_told_in_a_sentence(written: str, spoken: str, scope: Scope, says: str) -> None:
    assert says in (problem(tidied(Abbreviation(written, spoken, scope))) or "")


@pytest.mark.parametrize(
    "entry",
    [
        Abbreviation("NMN", "Nhà  Máy Nước "),
        Abbreviation("AN", "an ninh"),
        Abbreviation("P", "phòng", Scope.BEFORE_NUMBER),
        Abbreviation("LĐ-TBXH", "lao động thương binh xã hội"),
    ],
)
def test_a_good_entry_has_no_problem(entry: Abbreviation) -> None:
    assert problem(tidied(entry)) is None


def test_a_recording_can_tell_which_table_it_was_read_with() -> None:
    assert version_with(Abbreviations()) == VERSION
    assert version_with(OURS) == f"{VERSION}+{OURS.digest}"
    assert OURS.digest != BEFORE.digest
    same = _table(("NMN", "nhà máy nước"), ("TT", "Trung tâm"), ("BĐ", "bưu điện"))
    assert same.digest == OURS.digest


def test_decomposed_entries_are_the_same_entries() -> None:
    assert normalise("gửi BĐ", abbreviations=_table(("BĐ", "bu\u031bu đie\u0323\u0302n"))).spoken == "gửi bưu điện"
