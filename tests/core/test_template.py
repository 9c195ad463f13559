"""Blanks take what they are for, say what is wrong, and leave the approved words as they are."""

import pytest

from edge.core.errors import FinalError
from edge.core.normalise_vi import normalise
from edge.core.template import Blank, BlankKind, Piece, Words, extremes, fill, fixed_pieces, holes, whole

LEVEL = Blank("muc", BlankKind.LEVEL, "Mực nước", 0, 20)
TIME = Blank("gio", BlankKind.TIME, "Lúc mấy giờ")
LASTING = Blank("lau", BlankKind.DURATION, "Bao lâu", 10, 4320)
HAMLETS = Blank("thon", BlankKind.HAMLETS, "Các thôn", choices=("Thôn Đông", "Thôn Tây", "Bản Chợ"))
PLACE = Blank("noi", BlankKind.TEXT, "Nơi đến", most=20)
WORDS = Words("Mực nước sông lên {muc}, lúc {gio}. Bà con đến {noi}.", (LEVEL, TIME, PLACE))
GOOD = {"muc": "3,5", "gio": "17h30", "noi": "nhà văn hóa"}


def test_fixed_words_and_filled_blanks_come_in_turn() -> None:
    assert fill(WORDS, GOOD) == (
        Piece("Mực nước sông lên"),
        Piece("3,50 m", "muc"),
        Piece(", lúc"),
        Piece("17 giờ 30", "gio"),
        Piece(". Bà con đến"),
        Piece("nhà văn hóa", "noi"),
    )


def test_the_whole_text_reads_as_a_person_would_write_it() -> None:
    assert whole(fill(WORDS, GOOD)) == "Mực nước sông lên 3,50 m, lúc 17 giờ 30. Bà con đến nhà văn hóa"


def test_only_fixed_words_can_be_rendered_beforehand() -> None:
    assert fixed_pieces(WORDS) == ("Mực nước sông lên", ", lúc", ". Bà con đến")
    assert holes(WORDS.text) == ("muc", "gio", "noi")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("muc", "", "Chưa điền “Mực nước”"),
        ("muc", "cao", "phải là một số"),
        ("muc", "25", "phải từ 0 đến 20"),
        ("muc", "-1", "phải từ 0 đến 20"),
        ("gio", "25h", "phải là giờ trong ngày"),
        ("gio", "7h75", "phải là giờ trong ngày"),
        ("noi", "x" * 21, "tối đa 20"),
        ("noi", "<b>nhà</b>", "ký tự lạ"),
        ("noi", "nhà {muc}", "ký tự lạ"),
        ("muc", "3,456", "chỉ lấy số chẵn đến 0,01"),
        ("noi", "y" * 300, "tối đa 200"),
        ("la", "1", "không có chỗ trống"),
    ],
)
def test_a_wrong_value_is_refused_with_what_to_change(name: str, value: str, says: str) -> None:
    with pytest.raises(FinalError, match=says):
        fill(WORDS, GOOD | {name: value})


@pytest.mark.parametrize(
    ("blank", "typed", "said"),
    [
        (LEVEL, "3.5", "3,50 m"),
        (LEVEL, "+0,05 m", "+0,05 m"),
        (Blank("q", BlankKind.DISCHARGE, "Lưu lượng", 0, 9000), "1.200 m3/s", "1200 m³/s"),
        (Blank("n", BlankKind.COUNT, "Số hộ", 1, 5000, unit="hộ"), "1.250", "1250 hộ"),
        (Blank("d", BlankKind.DATE, "Ngày"), "20/11/2026", "ngày 20/11/2026"),
        (Blank("d", BlankKind.DATE, "Ngày"), "5/1", "ngày 5/1"),
        (TIME, "7:05", "7 giờ 05"),
        (PLACE, "nha\u0300 văn hóa", "nhà văn hóa"),
        (LASTING, "150", "2 giờ 30 phút"),
        (LASTING, "1 ngày 2 giờ", "1 ngày 2 giờ"),
        (LASTING, "90 phút", "1 giờ 30 phút"),
        (HAMLETS, "Bản Chợ", "Bản Chợ"),
        (HAMLETS, "Bản Chợ, Thôn Đông,Thôn Đông", "Thôn Đông và Bản Chợ"),
        (HAMLETS, "Thôn Tây, Bản Chợ, Thôn Đông", "Thôn Đông, Thôn Tây và Bản Chợ"),
        (Blank("c", BlankKind.CHOICE, "Cấp", choices=("một", "hai")), "hai", "hai"),
    ],
)
def test_values_are_written_the_way_the_reader_knows(blank: Blank, typed: str, said: str) -> None:
    assert fill(Words(f"{{{blank.name}}}", (blank,)), {blank.name: typed})[0].text == said
    assert normalise(said).complete


@pytest.mark.parametrize("kind", sorted(set(BlankKind) - {BlankKind.CHOICE, BlankKind.HAMLETS}))
def test_the_extremes_of_every_kind_are_taken_and_readable(kind: BlankKind) -> None:
    blank = Blank("b", kind, "Ô", 1, 9000, unit="hộ")
    for value in extremes(blank):
        assert normalise(fill(Words("{b}", (blank,)), {"b": value})[0].text).complete


@pytest.mark.parametrize(("kind", "value"), [(BlankKind.DATE, "31/02/2026"[:5] + "x"), (BlankKind.DATE, "32/1")])
def test_a_day_that_does_not_exist_is_refused(kind: BlankKind, value: str) -> None:
    with pytest.raises(FinalError, match="ngày có thật"):
        fill(Words("{b}", (Blank("b", kind, "Ngày"),)), {"b": value})


@pytest.mark.parametrize(
    ("blank", "value", "says"),
    [
        (Blank("n", BlankKind.COUNT, "Số hộ", 0, 100), "2,5", "số nguyên"),
        (Blank("n", BlankKind.COUNT, "Số hộ", 0, 100), "2.5", "số nguyên"),
        (Blank("q", BlankKind.DISCHARGE, "Lưu lượng", 0, 9000), "500.5", "số nguyên"),
        (Blank("q", BlankKind.DISCHARGE, "Lưu lượng", 0, 9000, step=50), "520", "số chẵn đến 50"),
        (Blank("m", BlankKind.LEVEL, "Mức", 0, 9, step=0.05), "3,52", "số chẵn đến 0,05"),
        (LASTING, "5", "từ 10 phút đến 3 ngày"),
        (LASTING, "lâu", "khoảng thời gian"),
        (LASTING, "", "Chưa điền"),
        (HAMLETS, "Thôn Nam", "không có thôn “Thôn Nam”"),
        (HAMLETS, ",", "chưa chọn thôn"),
        (Blank("d", BlankKind.DATE, "Ngày"), "29/2/2027", "ngày có thật"),
    ],
)
def test_nothing_is_rounded_or_guessed(blank: Blank, value: str, says: str) -> None:
    with pytest.raises(FinalError, match=says):
        fill(Words(f"{{{blank.name}}}", (blank,)), {blank.name: value})


def test_a_leap_day_and_a_fine_step_are_taken() -> None:
    day = Blank("d", BlankKind.DATE, "Ngày")
    assert fill(Words("{d}", (day,)), {"d": "29/2/2028"})[0].text == "ngày 29/2/2028"
    fine = Words("{m}", (Blank("m", BlankKind.LEVEL, "M", 0, 9, step=0.05),))
    for typed in ("0,05", "3,55", "8,95"):
        assert fill(fine, {"m": typed})[0].text == f"{typed} m"
