"""T2, T7, CN, T10/2026: days of the week and months by their short names, where what stands around says which.

T7 alone may be a Saturday or July and is refused.
"""

from __future__ import annotations

import re

from edge.core.normalise_vi.boundaries import ends_number
from edge.core.normalise_vi.context import GAP, follows, said
from edge.core.normalise_vi.figures import cardinal, ordinal
from edge.core.normalise_vi.reading import Answer, Here, Piece, Reading
from edge.core.normalise_vi.result import Kind

_DAY = re.compile(r"T(?P<number>[2-7])(?![\w/])")
_SUNDAY = re.compile(r"CN(?!\w)")
_MONTH = re.compile(r"T(?P<month>1[0-2]|0?[1-9])/(?P<year>20[0-9]{2})(?![0-9/])")
_LONE_MONTH = re.compile(r"T(?P<month>1[0-2]|0?[1-9])(?![\w/])")

_JOINT = rf"{GAP}?(?:,|và|đến hết|đến|tới|hoặc|&|[-–—~]){GAP}?"
_WITH_SUNDAY = re.compile(rf"T[2-7](?:{_JOINT}T[2-7]){{0,5}}{_JOINT}(?:CN|[Cc]hủ [Nn]hật)(?!\w)")
_WORKING_DAYS = re.compile(rf"T2{GAP}?(?:đến|tới|[-–—~]){GAP}?T[67](?![\w/])")
_LISTED = re.compile(rf"T[2-7](?:{_JOINT}T[2-7]){{0,5}}(?![\w/])")
_WEEK_NEXT = re.compile(
    rf"{GAP}?[(,;:]?{GAP}?(?:(?:ngày )?[0-9]{{1,2}}/[0-9]{{1,2}}(?![0-9])|(?:hằng |hàng |mỗi )?tuần|sáng|chiều|tối)",
    re.IGNORECASE,
)
_SEASON_LEFT = re.compile(r"(?:^| )(?:vụ|mùa|năm|gieo|trồng|tháng|quý)(?: |$)")
_DAY_LEFT = said(
    r"(?:sáng|trưa|chiều|tối|đêm|các ngày|ngày|hằng tuần|hàng tuần|#t|thứ (?:hai|ba|tư|năm|sáu|bảy|#)|chủ nhật|#d)"
    r"(?: (?:,|và|đến|tới|hết|hoặc))*"
)
_SUNDAY_LEFT = said(
    r"(?:sáng|trưa|chiều|tối|đêm|ngày|hằng tuần|hàng tuần|thứ bảy|thứ sáu|thứ hai|#t|#d)(?: (?:,|và|đến|tới|hoặc))*"
    r"|thứ #(?: (?:#|,|và|đến|tới|hoặc))*"
)
_SUNDAY_NEXT = follows(r"ngày [0-9]|[0-9]{1,2}/[0-9]{1,2}|hằng tuần|hàng tuần|tuần")
_MONTH_LEFT = said("đầu|cuối|giữa|hết|trong|từ|đến|tới|trước|sau|đến hết")


def read_weekday(here: Here) -> Answer:
    """Reads a short name of a day or a month where it can be nothing else."""
    if here.text[here.at] == "C":
        return _sunday(here)
    if found := _MONTH.match(here.text, here.at):
        number, year = ordinal(found["month"], here.accent), cardinal(found["year"], here.accent)
        pieces = (Piece("T", "tháng"), number, Piece("/", "năm"), year)
        return Reading(found.end(), pieces, Kind.DATE) if ends_number(here.text, found.end()) else None
    found = _DAY.match(here.text, here.at)
    if found and _is_day(here) and ends_number(here.text, found.end()):
        return Reading(found.end(), (Piece("T", "thứ"), ordinal(found["number"], here.accent)), Kind.DATE)
    return _lone_month(here)


def _is_day(here: Here) -> bool:
    if _WITH_SUNDAY.match(here.text, here.at) or _DAY_LEFT.search(here.left):
        return True
    if _WORKING_DAYS.match(here.text, here.at) and not _SEASON_LEFT.search(here.left):
        return True
    listed = _LISTED.match(here.text, here.at)
    return listed is not None and _WEEK_NEXT.match(here.text, listed.end()) is not None


def _sunday(here: Here) -> Answer:
    found = _SUNDAY.match(here.text, here.at)
    if not found:
        return None
    if _SUNDAY_LEFT.search(here.left) or _SUNDAY_NEXT.match(here.text, found.end()):
        return Reading(found.end(), (Piece("CN", "chủ nhật"),), Kind.ABBREVIATION)
    return None


def _lone_month(here: Here) -> Answer:
    """Đầu T10 is October; T8 to T12 are no days of the week."""
    found = _LONE_MONTH.match(here.text, here.at)
    if not found or not ends_number(here.text, found.end()) or not _MONTH_LEFT.search(here.left):
        return None
    if 2 <= int(found["month"]) <= 7 and not re.search(r"(?:đầu|cuối|giữa)$", here.left):
        return None
    return Reading(found.end(), (Piece("T", "tháng"), ordinal(found["month"], here.accent)), Kind.DATE)
