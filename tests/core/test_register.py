"""Without a complete entry in the register a camera records nothing (L1)."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from edge.core.register import Entry, advisable, may_record, missing

WHOLE = Entry("cong", "Cổng", "dong", "Trật tự", "QĐ 12", "UBND xã", dt.date(2026, 1, 2), "bien.jpg", 7)


def test_a_complete_entry_may_record() -> None:
    assert may_record(WHOLE)
    assert missing(WHOLE) == advisable(WHOLE) == ()


@pytest.mark.parametrize(
    ("field", "empty", "words"),
    [
        ("purpose", " ", "mục đích"),
        ("legal_basis", "", "căn cứ pháp lý"),
        ("owner", "", "đơn vị chịu trách nhiệm"),
        ("sign_posted", None, "ngày cắm biển báo"),
        ("retention_days", 0, "số ngày lưu"),
    ],
)
def test_whatever_is_missing_stops_recording_and_is_named(field: str, empty: Any, words: str) -> None:
    entry = replace(WHOLE, **{field: empty})
    assert not may_record(entry)
    assert missing(entry) == (words,)


def test_a_missing_photo_of_the_sign_is_told_and_stops_nothing() -> None:
    entry = replace(WHOLE, sign_photo="")
    assert may_record(entry)
    assert advisable(entry) == ("ảnh chụp biển báo",)
