"""Indicators: how they stand, and cells that are read strictly."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.errors import FinalError
from edge.core.indicator.reading import day_of, number_of, pair_of
from edge.core.indicator.table import MOST_ERRORS, check_table, column_name
from edge.core.indicator.tile import tile
from edge.core.indicator.values import (
    Indicator,
    Measured,
    figure,
    impossible,
    leaps,
    spoken,
    stands,
    target_of,
    thinned,
)
from edge.core.local_time import local
from edge.core.moment import AtMs

DAY_MS = 86_400_000
NOW_MS = day_of("28/11/2026")
CASHLESS = Indicator("khong-tien-mat", "Hộ thanh toán không dùng tiền mặt", "hộ", total=2115, target_pct=80)
SIGNED = Indicator("ky-so", "Văn bản ký số", "%", digits=1, target=98, high=100)
LATE = Indicator("qua-han", "Hồ sơ quá hạn", "hồ sơ", target=3, less_is_better=True)
AUTO = Indicator("wifi", "Điểm Wi-Fi", by_hand=False)
ALL = (CASHLESS, SIGNED, LATE, AUTO)
HEAD = ("Mã", "Chỉ tiêu", "Giá trị", "Tổng số", "Ngày", "Ghi chú")


def at(value: float, age_days: float = 1, total: float | None = None) -> Measured:
    at_ms = NOW_MS - round(age_days * DAY_MS)
    return Measured(value, at_ms, at_ms, total)


@pytest.mark.parametrize(
    ("indicator", "last", "wanted"),
    [
        (CASHLESS, None, "never"),
        (CASHLESS, at(1691), "short"),
        (CASHLESS, at(1692), "met"),
        (CASHLESS, at(1692, age_days=36), "old"),
        (CASHLESS, at(80, total=100), "met"),
        (SIGNED, at(97.9), "short"),
        (SIGNED, at(98), "met"),
        (LATE, at(3), "met"),
        (LATE, at(4), "short"),
        (AUTO, at(4), "open"),
        (Indicator("phan-anh", "Phản ánh", target_pct=90), at(0, total=0), "open"),
    ],
)
def test_a_value_stands_by_its_target_and_by_its_age(indicator: Indicator, last: Measured | None, wanted: str) -> None:
    assert stands(indicator, last, NOW_MS) == wanted


def test_a_share_is_a_target_in_the_indicators_own_unit() -> None:
    assert target_of(CASHLESS, None) == 1692
    assert target_of(CASHLESS, at(1, total=1000)) == 800
    assert (tile(CASHLESS, [at(1632)], NOW_MS)["words"], tile(CASHLESS, [at(1632)], NOW_MS)["share_pct"]) == (
        "1.632/2.115 hộ",
        77.2,
    )


def test_a_tile_without_any_value_says_so_and_keeps_its_target() -> None:
    shown = tile(CASHLESS, [], NOW_MS)
    assert [shown[name] for name in ("stands", "value", "at_ms", "words", "trend")] == ["never", None, None, "", []]
    assert shown["target"] == 1692


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.632", 1632), ("1632", 1632), ("1 632", 1632), ("77,2", 77.2), ("98,5 %", 98.5), ("-3", -3),
        ("1.234.567,25", 1234567.25), (" 12 ", 12), ("0", 0),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_written_here(text: str, wanted: float) -> None:
    assert number_of(text) == wanted


@pytest.mark.parametrize("text", ["77.2", "0.632", "1,632.5", "1.63.2", "", "mười", "1e9", "1_000", "--1", "=1+1", "٣"])
def test_a_number_that_means_two_things_or_none_is_refused(text: str) -> None:
    with pytest.raises(FinalError):
        number_of(text)


def test_a_pair_is_a_number_of_a_whole() -> None:
    assert pair_of("1.632/2.115") == (1632, 2115)
    assert pair_of("7") == (7, None)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("31/10/2026", "31/10/2026 23:59"), ("2026-10-31", "31/10/2026 23:59"), ("10/2026", "31/10/2026 23:59"),
        ("tháng 2/2028", "29/02/2028 23:59"), ("2026-10", "31/10/2026 23:59"), ("1.9.2026", "01/09/2026 23:59"),
    ],
)  # fmt: skip
def test_a_day_or_month_is_its_last_moment_here(text: str, wanted: str) -> None:
    assert f"{local(AtMs(day_of(text))):%d/%m/%Y %H:%M}" == wanted


@pytest.mark.parametrize("text", ["31/11/2026", "13/2026", "0/2026", "10/31/2026", "26-10-31", "hôm qua", "", "45230"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(FinalError):
        day_of(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_readers(text: str) -> None:
    for read in (number_of, pair_of, day_of):
        with contextlib.suppress(FinalError):
            assert read(text) is not None


@pytest.mark.parametrize(
    ("value", "total", "words"),
    [(-1, None, "từ 0"), (1.5, None, "số nguyên"), (2116, None, "tổng số 2.115"), (8, 7, "tổng số 7"), (8, 8, "")],
)
def test_what_cannot_be_a_value_is_told_in_words(value: float, total: float | None, words: str) -> None:
    assert words in impossible(CASHLESS, value, total)
    assert bool(words) == bool(impossible(CASHLESS, value, total))


def test_a_slip_of_a_digit_leaps_and_a_first_value_does_not() -> None:
    assert leaps(at(1632), 16320)
    assert leaps(at(1632), 163)
    assert not leaps(at(1632), 1700)
    assert not leaps(None, 5)
    assert not leaps(at(0), 5)


def test_figures_are_written_as_people_write_them() -> None:
    assert [figure(1632), figure(77.25, 1), figure(1234567.5), figure(0)] == ["1.632", "77,2", "1.234.567,5", "0"]
    assert spoken(SIGNED, at(98)) == "98,0 %"


def test_a_course_is_thinned_between_its_ends() -> None:
    points = [(at, float(at)) for at in range(1000)]
    assert (thinned(points, 5)[0], thinned(points, 5)[-1], len(thinned(points, 5))) == (points[0], points[-1], 5)
    assert thinned(points[:3], 5) == points[:3]


def test_every_wrong_cell_of_a_table_is_named_with_what_stands_in_it_and_why() -> None:
    grid = (
        ("UBND xã",), (), HEAD,
        ("khong-tien-mat", "", "1.700", "", "31/10/2026", "BC 12"),
        ("", "  văn bản KÝ SỐ ", "98,6", "", "10/2026"),
        ("ky-so", "", "98.6", "", "31/10/2026"),
        ("khong-tien-mat", "", "2.200", "", "30/09/2026"),
        ("la", "", "", "", "32/10/2026"),
        ("khong-tien-mat", "", "1700", "", "2026-10-31"),
        ("wifi", "", "3", "", "10/2026"),
        ("ky-so", "", "98", "", "12/2026"),
        ("", "", "", "", ""),
        ("ky-so",),
    )  # fmt: skip
    checked = check_table(grid, ALL, NOW_MS, "Lan")
    assert [(row.number, row.indicator, row.measured.value) for row in checked.rows] == [
        (4, "khong-tien-mat", 1700),
        (5, "ky-so", 98.6),
    ]
    assert checked.rows[0].measured.note == "BC 12"
    assert [(one.cell, one.text) for one in checked.wrong] == [
        ("C6", "98.6"),
        ("C7", "2.200"),
        ("A8", "la"),
        ("C8", ""),
        ("E8", "32/10/2026"),
        ("E9", "2026-10-31"),
        ("A10", "wifi"),
        ("E11", "12/2026"),
        ("C13", ""),
        ("E13", ""),
    ]
    assert "dòng 4" in checked.wrong[5].why
    assert checked.wrong_count == len(checked.wrong)


def test_a_table_of_rubbish_names_a_hundred_cells_and_counts_the_rest() -> None:
    grid = [HEAD, *[("x", "", "x", "", "x")] * 500]
    checked = check_table(grid, ALL, NOW_MS, "Lan")
    assert (len(checked.wrong), checked.wrong_count) == (MOST_ERRORS, 1500)


def test_a_table_without_a_head_says_what_a_head_is() -> None:
    for grid in ((), (("a", "b"),), (("Chỉ tiêu", "Giá trị"),)):
        with pytest.raises(FinalError, match="tiêu đề"):
            check_table(grid, ALL, NOW_MS, "Lan")


def test_columns_are_called_as_spreadsheets_call_them() -> None:
    assert [column_name(number) for number in (0, 25, 26, 51, 701, 702)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA"]


@given(st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=12))
def test_no_cells_break_the_check(rows: list[list[str]]) -> None:
    checked = check_table([HEAD, *rows], ALL, NOW_MS, "Lan")
    assert checked.wrong_count >= len(checked.wrong)
